"""suanshi segment train: train a segmentation on pictures and masks, measure it once, and leave it with its card."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ocr.command_line import call_of
from suanshi.options import RenamedOption, out_option
from suanshi.progress import show_log


@click.command()
@click.argument("data", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@out_option("the segmentation", metavar="MODEL_DIR")
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
    "--test", "--held-out", "held_out", cls=RenamedOption, type=click.FloatRange(0, 0.9, min_open=True),
    default=0.2, show_default=True,
    help="Share of the pictures that is never trained on, and measured once.",
)  # fmt: skip
@click.option(
    "--test-names", "--held-out-names", "held_out_names", cls=RenamedOption, metavar="START",
    help="Measure with the pictures whose names begin with START instead, testA for example.",
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
    from classifiers.quiet import load_quietly

    load_quietly()
    if not sys.stderr.isatty():  # there a bar shows as much
        show_log("classifiers")
    from classifiers.segmentation.experiment import train_segmenter
    from classifiers.segmentation.pairs import read_pairs, split, split_by_prefix
    from classifiers.segmentation.training import SegmentationConfig

    config = SegmentationConfig(**given)
    pairs, left_out = read_pairs(data)
    for each in left_out:
        click.echo(f"left out: {each.name}: {each.reason}", err=True)
    if held_out_names is None:
        rest, judged = split(pairs, held_out)
    else:
        rest, judged = split_by_prefix(pairs, held_out_names)
    try:
        train_segmenter(rest, judged, left_out, data, config, out, validation, call_of("segment"), tell=click.echo)
    except KeyboardInterrupt:
        click.echo("stopped; the same command goes on from the last whole epoch", err=True)
        raise
