"""suanshi classify train: train a classifier on a folder of classes, measure it once, and leave it with its card."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.command_line import call_of
from suanshi.names import Choice
from suanshi.options import RenamedOption, out_option
from suanshi.progress import show_log

if TYPE_CHECKING:
    from classifiers.images.folder import Pictures

NETWORKS = ("compact", "course", "transfer")
ROOM = 1.15
"""Side of the pictures kept in memory, next to the network's: cuts of them are not to be enlarged much."""
MOST_LISTED = 20


@click.command()
@click.argument("data", metavar="DIR|ZIP", type=click.Path(exists=True, path_type=Path))
@out_option("the classifier", metavar="MODEL_DIR")
@click.option("--network", "name", type=Choice(NETWORKS), default=NETWORKS[0], show_default=True)
@click.option("--epochs", type=click.IntRange(1), help="[default: compact 300, course 64, transfer 20]")
@click.option("--batch-size", type=click.IntRange(1), help="[default: 32]")
@click.option("--learning-rate", type=click.FloatRange(0, min_open=True), help="[default: the network's]")
@click.option(
    "--size", type=click.IntRange(16, 1024), default=150, show_default=True,
    help="Side of the squares that pictures are squeezed to, in pixels.",
)  # fmt: skip
@click.option("--width", type=click.IntRange(4), default=32, show_default=True, help="Of compact: first channels.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option(
    "--test", "--held-out", "held_out", cls=RenamedOption, type=click.FloatRange(0, 0.9, min_open=True),
    default=0.2, show_default=True,
    help="Share of each class that is never trained on, and measured once.",
)  # fmt: skip
@click.option(
    "--validation", type=click.FloatRange(0, 0.9, min_open=True), default=0.1, show_default=True,
    help="Share of the rest that is measured after each epoch.",
)  # fmt: skip
@click.option("--no-mirror", is_flag=True, help="For pictures whose mirror image is something else, writing for one.")
@click.option("--base", metavar="NAME", help="Of transfer: a network of keras.applications, MobileNetV2 for example.")
@click.option(
    "--weights", type=click.Path(path_type=Path), metavar="FILE",
    help="Of transfer: the base's weights without its head, a local file.",
)  # fmt: skip
@click.option("--bfloat16", is_flag=True, help="Faster convolutions, where the processor knows bfloat16.")
def train(data: Path, out: Path, held_out: float, validation: float, **given: Any) -> None:
    """Train a classifier on the pictures in DIR, one sub-folder for each class, or in a zip of such folders.

    compact: a narrow residual network for those who have no pretrained one. course: the small VGG of the course, from
    64 pixels on. transfer: a pretrained network with a new head; its weights are never fetched, only read.

    The parts are fixed by a hash of the files' names. Files that cannot be read, and copies, are listed and left out.
    MODEL_DIR gets model.keras and card.json, pictures of the curves, the confusions and the worst errors, and the
    probabilities of the held-out pictures in predictions.csv. Ctrl-C stops; the same command goes on from there.
    """
    transfer = given["name"] == "transfer"
    if transfer and (given["base"] is None or given["weights"] is None):
        raise click.UsageError(
            "--network transfer needs --base, a network of keras.applications, and --weights, a local file: none is "
            "fetched"
        )
    if not transfer and (given["base"] or given["weights"]):
        raise click.UsageError("--base and --weights: only with --network transfer")
    from classifiers.quiet import load_quietly

    load_quietly()
    if not sys.stderr.isatty():  # there a bar shows as much
        show_log("classifiers")
    from classifiers.images.experiment import configure, train_classifier
    from classifiers.images.folder import read_folder

    side = given["size"] if given["size"] < 64 else round(given["size"] * ROOM)
    pictures = read_folder(data, side)
    _tell(pictures)
    config = configure(len(pictures.classes), **given)
    try:
        train_classifier(pictures, data, config, out, held_out, validation, call_of("classify"), tell=click.echo)
    except KeyboardInterrupt:
        click.echo("stopped; the same command goes on from the last whole epoch", err=True)
        raise


def _tell(pictures: Pictures) -> None:
    click.echo(", ".join(f"{name} {count}" for name, count in pictures.counts.items()), err=True)
    for each in pictures.left_out[:MOST_LISTED]:
        click.echo(f"left out: {each.name}: {each.reason}", err=True)
    if len(pictures.left_out) > MOST_LISTED:
        click.echo(f"left out: {len(pictures.left_out) - MOST_LISTED} more; card.json names all", err=True)
