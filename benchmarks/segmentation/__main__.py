"""Train a segmenter on GlaS, measure it on the part testA, and write docs/segmentation.md.

python -m benchmarks.segmentation --data FOLDER [--bfloat16]
"""

from __future__ import annotations

import csv
import shutil
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import options
from benchmarks.measuring.record import provenance, write_json
from benchmarks.segmentation.page import page
from preprocessing.arrays import Pixels

if TYPE_CHECKING:
    from classifiers.segmentation.pairs import Pair
    from classifiers.segmentation.segmenter import Segmenter
    from classifiers.segmentation.tiles import Tiling

TEST = "testA"
VALIDATION = 0.15
GRADES = "Grade.csv"
LARGE = (2000, 3000)
"""Height and width of the picture put together to look for seams."""
SMALL_TILES = (192, 64)
"""Side and overlap, in reduced pixels, of tiles smaller than the test pictures."""


@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True, help="GlaS.")
@options.number("--epochs", 100)
@options.number("--steps", 50, "Batches in an epoch.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@options.bfloat16
@options.runs("segmentation")
@click.option(
    "--models", type=click.Path(file_okay=False, path_type=Path), default=Path("classifiers/models"), show_default=True,
    help="Where the model is copied to, as glas.",
)  # fmt: skip
@options.docs
@options.out("segmentation")
@options.errors_as_messages()
def command(
    data: Path, epochs: int, steps: int, seed: int, bfloat16: bool, runs: Path, models: Path, docs: Path, out: Path
) -> None:
    """Train, measure on testA, and write the page."""
    from classifiers.quiet import load_quietly

    load_quietly()
    from benchmarks.segmentation.pictures import draw_results, draw_seams, draw_way
    from classifiers.experiment import RUN
    from classifiers.figures import draw_curves
    from classifiers.loop import read_log
    from classifiers.segmentation.experiment import train_segmenter
    from classifiers.segmentation.pairs import read_pairs, split_by_prefix
    from classifiers.segmentation.scores import score, summary
    from classifiers.segmentation.segmenter import load_segmenter
    from classifiers.segmentation.tiles import Tiling
    from classifiers.segmentation.training import SegmentationConfig

    pairs, left_out = read_pairs(data)
    rest, judged = split_by_prefix(pairs, TEST)
    config = SegmentationConfig(epochs=epochs, steps=steps, seed=seed, bfloat16=bfloat16)
    call = (
        f"suanshi segment train {data.resolve().name} --out DIR --held-out-names {TEST} --epochs {epochs} "
        f"--steps {steps} --seed {seed}{' --bfloat16' if bfloat16 else ''}"
    )
    card = train_segmenter(rest, judged, left_out, data, config, runs / "model", VALIDATION, call, tell=click.echo)
    shutil.copytree(runs / "model", models / "glas", ignore=lambda *_: {RUN, "curves.png"}, dirs_exist_ok=True)
    segmenter = load_segmenter(runs / "model")  # as a user has it: its weights are 16-bit floats

    small = Tiling(*SMALL_TILES)
    ways: dict[str, dict[str, Any]] = {
        "whole": {},
        "tiles": {"tiling": small},
        "whole, mirrored": {"turns": True},
        "tiles, mirrored": {"tiling": small, "turns": True},
    }
    record = provenance("segmentation", seed=seed) | {"card": card, "small tiles": SMALL_TILES, "ways": {}}
    for name, way in ways.items():
        segmenter.segment(judged[0].image, **way)  # the first one bears TensorFlow's tracing
        start = time.perf_counter()
        found = [segmenter.segment(pair.image, **way) for pair in judged]
        seconds = (time.perf_counter() - start) / len(judged)
        scores = [score(pair.objects, each) for pair, each in zip(judged, found, strict=True)]
        record["ways"][name] = summary(scores) | {"seconds": seconds}
        if name == "whole":
            plain, plain_scores = found, scores
    groups, record["known patients"] = group_pictures(data / GRADES, judged, rest)
    record["groups"] = {name: summary([plain_scores[place] for place in some]) for name, some in groups.items()}
    record["pictures"] = {
        pair.name: {"dice": each.dice, "f1": each.f1, "object_dice": each.object_dice}
        for pair, each in zip(judged, plain_scores, strict=True)
    }
    large = mosaic([pair.image for pair in judged], LARGE)
    record["seams"], shown = seams(segmenter, large, Tiling())

    write_json(record, out)
    pictures = docs / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    log = {"segmentation": read_log(runs / "model" / RUN)}
    draw_curves(log, "dice", pictures / "segmentation-curves.png", highest_loss=2)
    draw_results(judged, plain, plain_scores, pictures / "segmentation-results.png")
    draw_way(segmenter, judged[0], pictures / "segmentation-way.png")
    draw_seams(large, shown, pictures / "segmentation-seams.png")
    text = page(record)
    (docs / "segmentation.md").write_text(text, encoding="utf-8")
    click.echo(text)


def group_pictures(grades: Path, judged: Sequence[Pair], trained: Sequence[Pair]) -> tuple[dict[str, list[int]], int]:
    """Return the places of pictures by their grade, and how many show a patient who is in the training pictures, too.

    Empty, and 0, without the contest's file of grades.
    """
    if not grades.is_file():
        return {}, 0
    with grades.open(encoding="utf-8-sig") as file:  # its lines end as on old Macs
        rows = {row[0]: [cell.strip() for cell in row] for row in csv.reader(file) if len(row) > 3}
    patients = {rows[pair.name][1] for pair in trained if pair.name in rows}
    groups: dict[str, list[int]] = defaultdict(list)
    known = 0
    for place, pair in enumerate(judged):
        if pair.name in rows:
            _, patient, grade, finer = rows[pair.name]
            groups[grade].append(place)
            groups[f"{grade}, {finer}"].append(place)
            known += patient in patients
    return dict(sorted(groups.items())), known


def mosaic(images: Sequence[Pixels], shape: tuple[int, int]) -> Pixels:
    """Return pictures laid side by side, over and over, to one (H, W, 3), every second row and column mirrored."""
    height, width = (min(image.shape[axis] for image in images) for axis in (0, 1))
    rows, columns = -(-shape[0] // height), -(-shape[1] // width)
    laid = []
    for row in range(rows):
        line = [images[(row * columns + column) % len(images)][:height, :width] for column in range(columns)]
        line = [image[:, ::-1] if column % 2 else image for column, image in enumerate(line)]
        laid.append(np.hstack(line)[::-1] if row % 2 else np.hstack(line))
    return np.ascontiguousarray(np.vstack(laid)[: shape[0], : shape[1]])


def seams(segmenter: Segmenter, image: Pixels, tiling: Tiling) -> tuple[dict[str, Any], dict[str, NDArray[np.float32]]]:
    """Return how far a large picture seen in tiles differs from the same seen at once, and the probabilities of being
    in an object (h, w) by each way: at once, in blended tiles, and in tiles laid side by side."""
    from classifiers.segmentation.pairs import OBJECT
    from classifiers.segmentation.tiles import Tiling

    longest = max(image.shape[:2])
    once = Tiling(-(-longest // segmenter.config.step) * segmenter.config.step, 0)
    ways = {"at once": once, "blended": tiling, "side by side": Tiling(tiling.side, 0)}
    seen, figures = {}, {}
    for name, way in ways.items():
        start = time.perf_counter()
        seen[name] = segmenter.probabilities(image, tiling=way)[..., OBJECT]
        seconds = time.perf_counter() - start
        apart = np.abs(seen[name] - seen["at once"])
        limit = segmenter.thresholds.object
        figures[name] = {
            "mean": float(apart.mean()),
            "most": float(apart.max()),
            "other answers": float(np.mean((seen[name] > limit) != (seen["at once"] > limit))),
            "seconds": seconds,
        }
    return {
        "size": [image.shape[1], image.shape[0]], "side": tiling.side, "overlap": tiling.overlap, "ways": figures
    }, seen  # fmt: skip


if __name__ == "__main__":
    command()
