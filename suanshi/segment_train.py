"""suanshi segment train: train a segmentation on pictures and masks, measure it once, and leave it with its card."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.errors import OcrError
from suanshi.call import call_of
from suanshi.classify import load_quietly

if TYPE_CHECKING:
    from classifiers.folder import LeftOut
    from classifiers.segmentation_data import Pair
    from classifiers.segmentation_training import SegmentationConfig

RUN = "training"  # folder inside the model's with the settings, the log and what is needed to go on


@click.command()
@click.argument("data", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="MODEL_DIR",
    help="The folder that the segmentation is left in.",
)  # fmt: skip
@click.option(
    "--scale", type=click.FloatRange(0, 1, min_open=True), default=0.5, show_default=True,
    help="What pictures are reduced to before anything else.",
)  # fmt: skip
@click.option(
    "--side", type=click.IntRange(32), default=192, show_default=True,
    help="Of the cuts that are trained on, in reduced pixels: a multiple of 32, and more than an object is wide.",
)  # fmt: skip
@click.option("--batch-size", type=click.IntRange(1), default=8, show_default=True)
@click.option("--epochs", type=click.IntRange(1), default=100, show_default=True)
@click.option("--steps", type=click.IntRange(1), default=50, show_default=True, help="Batches in an epoch.")
@click.option("--learning-rate", type=click.FloatRange(0, min_open=True), default=2e-3, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option(
    "--held-out", type=click.FloatRange(0, 0.9, min_open=True), default=0.2, show_default=True,
    help="Share of the pictures that is never trained on, and measured once.",
)  # fmt: skip
@click.option(
    "--held-out-names", metavar="START",
    help="Hold out the pictures whose names begin with START instead, testA for example.",
)  # fmt: skip
@click.option(
    "--validation", type=click.FloatRange(0, 0.9, min_open=True), default=0.15, show_default=True,
    help="Share of the rest that is measured after each epoch, and that chooses the thresholds.",
)  # fmt: skip
@click.option("--bfloat16", is_flag=True, help="Faster convolutions, where the processor knows bfloat16.")
def train(data: Path, out: Path, held_out: float, held_out_names: str | None, validation: float, **given: Any) -> None:
    """Train a segmentation on the pictures in DIR that have a mask beside them.

    The mask of a.jpg is a_anno.png or a_mask.png: 0 where no object is, and a value for each object. Where a mask has
    only one value, the parts that hang together are the objects.

    Files that cannot be used are listed and left out. MODEL_DIR gets network.weights.h5, card.json and the curves.
    Ctrl-C stops; the same command goes on from there.
    """
    load_quietly()
    from classifiers.segmentation_data import read_pairs, split
    from classifiers.segmentation_training import SegmentationConfig

    config = SegmentationConfig(**given)
    pairs, left_out = read_pairs(data)
    for each in left_out:
        click.echo(f"left out: {each.name}: {each.reason}", err=True)
    if held_out_names is None:
        rest, judged = split(pairs, held_out)
    else:
        rest, judged = by_start(pairs, held_out_names)
    train_segmenter(rest, judged, left_out, data, config, out, validation, call_of("segment"))


def by_start(pairs: Sequence[Pair], start: str) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs whose names do not begin with `start`, and those that do; raises OcrError unless there are
    both."""
    parts: tuple[list[Pair], list[Pair]] = ([], [])
    for pair in pairs:
        parts[pair.name.rpartition("/")[2].startswith(start)].append(pair)
    if not all(parts):
        raise OcrError(f"of {len(pairs)} pictures {len(parts[1])} begin with {start!r}: expected some, and some others")
    return parts


def train_segmenter(
    pairs: Sequence[Pair],
    judged: Sequence[Pair],
    left_out: Sequence[LeftOut],
    data: Path,
    config: SegmentationConfig,
    out: Path,
    validation: float,
    command: str | None = None,
) -> dict[str, Any]:
    """Train a segmentation, or go on with it, measure it on `judged`, write all to `out` and return its card.

    `command` is the call that does it again, for the card.
    """
    from classifiers.models import CARD
    from classifiers.segmentation import Segmenter, Thresholds, least_area, load_segmenter, save_segmenter, tuned
    from classifiers.segmentation_data import split
    from classifiers.segmentation_reports import draw_curves
    from classifiers.segmentation_scores import score, summary
    from classifiers.segmentation_training import check_training, train
    from classifiers.training import forget_backups, read_log

    trained, watched = split(pairs, validation)
    check_training(trained, config, out / RUN)
    if (out / CARD).exists():
        click.echo(f"{out}: has been trained so already", err=True)
        return dict(load_segmenter(out).card)
    click.echo(f"{len(trained)} pictures to learn from, {len(watched)} watched, {len(judged)} held out", err=True)
    network = train(trained, watched, config, out / RUN)
    log = read_log(out / RUN)
    plain = Segmenter(network, config.network, config.scale, Thresholds(), {})
    chosen, watched_figures = tuned(plain, watched, least_area(trained, config.scale))
    figures = summary([score(pair.objects, chosen.segment(pair.image)) for pair in judged])
    card = {
        "command": command,
        "seed": config.seed,
        "parameters": network.count_params(),
        "training": json.loads(json.dumps(dataclasses.asdict(config))),
        "data": {
            "name": data.resolve().name,
            "training": [pair.name for pair in trained],
            "validation": [pair.name for pair in watched],
            "held_out": [pair.name for pair in judged],
            "left_out": [dataclasses.asdict(each) for each in left_out],
        },
        "figures": {
            "epochs": len(log),
            "cuts": config.epochs * config.steps * config.batch_size,
            "minutes": round(sum(row["seconds"] for row in log) / 60, 2),
            "cpu_minutes": round(sum(row["cpu_seconds"] for row in log) / 60, 2),
            "validation": watched_figures,
            "held_out": figures,
        },
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        draw_curves(log, out / "curves.png")
        save_segmenter(out, dataclasses.replace(chosen, card=card))  # last: the card says that all is there
    except OSError as error:
        raise OcrError(f"{out}: {error.strerror or error}") from error
    click.echo(
        f"{out}: Dice {figures['dice']:.4f} (mean of {len(judged)} held-out pictures), "
        f"{figures['pooled_dice']:.4f} (all their pixels); object-level F1 {figures['f1']:.4f}"
    )
    forget_backups(out / RUN)
    return dict(load_segmenter(out).card)
