"""suanshi classify train: train a classifier on a folder of classes, measure it once, and leave it with its card."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.errors import OcrError
from suanshi.call import call_of

if TYPE_CHECKING:
    from classifiers.folder import Pictures
    from classifiers.training import TrainingConfig

NETWORKS = ("compact", "course", "transfer")
RUN = "training"  # folder inside the model's with the settings, the log and what is needed to go on
ROOM = 1.15
"""Side of the pictures kept in memory, next to the network's: cuts of them are not to be enlarged much."""
MOST_LISTED = 20


@click.command()
@click.argument("data", metavar="DIR|ZIP", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="MODEL_DIR",
    help="The folder that the classifier is left in.",
)  # fmt: skip
@click.option("--network", "name", type=click.Choice(NETWORKS), default=NETWORKS[0], show_default=True)
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
    "--held-out", type=click.FloatRange(0, 0.9, min_open=True), default=0.2, show_default=True,
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
    from suanshi.classify import load_quietly

    load_quietly()
    from classifiers.folder import read_folder

    side = given["size"] if given["size"] < 64 else round(given["size"] * ROOM)
    pictures = read_folder(data, side)
    _tell(pictures)
    config = configure(len(pictures.classes), **given)
    train_classifier(pictures, data, config, out, held_out, validation, call_of("classify"))


def configure(
    classes: int,
    *,
    name: str = NETWORKS[0],
    size: int = 150,
    width: int = 32,
    epochs: int | None = None,
    batch_size: int | None = None,
    learning_rate: float | None = None,
    seed: int = 0,
    no_mirror: bool = False,
    base: str | None = None,
    weights: Path | None = None,
    bfloat16: bool = False,
) -> TrainingConfig:
    """Return the settings of a training: the network's recipe, and what is given instead."""
    from classifiers.networks import NetworkConfig
    from classifiers.training import RECIPES, TrainingConfig

    network = NetworkConfig(classes, name, size, width, base=base, weights=weights)  # type: ignore[arg-type]
    recipe = RECIPES[network.name]
    given = {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate}
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if recipe.head_epochs and epochs is not None:
        changes["head_epochs"] = round(recipe.head_epochs * epochs / recipe.epochs)
    if no_mirror:
        changes["augmentation"] = dataclasses.replace(recipe.augmentation, mirror=False)
    return TrainingConfig(network, dataclasses.replace(recipe, **changes), seed, bfloat16)


def train_classifier(
    pictures: Pictures,
    data: Path,
    config: TrainingConfig,
    out: Path,
    held_out: float,
    validation: float,
    command: str | None = None,
) -> dict[str, Any]:
    """Train a classifier, or go on with it, measure it on the held-out part, write all to `out` and return its card.

    What is measured is decoded from `data` anew, at the network's size, as a user's pictures are; `pictures` are
    larger. `command` is the call that does it again, for the card.
    """
    import numpy as np

    from classifiers.folder import read_folder, split
    from classifiers.models import CARD, Classifier, accuracy, read_card, save_classifier, versions
    from classifiers.reports import confusions, draw_confusions, draw_curves, draw_worst, write_predictions
    from classifiers.training import check_training, forget_backups, read_log, train

    rest, _ = split(pictures, held_out)
    trained, watched = split(rest, validation)
    check_training(trained, config, out / RUN)
    if (out / CARD).exists():
        click.echo(f"{out}: has been trained so already", err=True)
        return read_card(out)
    network = train(trained, watched, config, out / RUN)
    log = read_log(out / RUN)
    mirror = config.recipe.augmentation.mirror
    size = config.network.size
    _, judged = split(pictures if pictures.pixels.shape[1] == size else read_folder(data, size), held_out)
    plain = Classifier(network, pictures.classes, size, mirror, {})
    seen, found = plain.predict(watched.pixels), plain.predict(judged.pixels)
    chance = found[np.arange(len(judged)), judged.labels]
    card = {
        "command": command,
        "network": config.network.name,
        "base": config.network.base,
        "parameters": network.count_params(),
        "seed": config.seed,
        "bfloat16": config.bfloat16,
        "recipe": dataclasses.asdict(config.recipe),
        "data": {
            "name": data.resolve().name,
            "split": {"by": "hash of the file's name", "held_out": held_out, "validation": validation},
            "training": trained.counts,
            "validation": watched.counts,
            "held_out": judged.counts,
            "left_out": [dataclasses.asdict(each) for each in pictures.left_out],
        },
        "figures": {
            "epochs": len(log),
            "minutes": round(sum(row["seconds"] for row in log) / 60, 2),
            "cpu_minutes": round(sum(row["cpu_seconds"] for row in log) / 60, 2),
            "validation": {"accuracy": accuracy(seen, watched.labels), "count": len(watched)},
            "held_out": {
                "accuracy": accuracy(found, judged.labels),
                "log_loss": float(-np.log(np.maximum(chance, 1e-15)).mean()),
                "count": len(judged),
            },
            "confusions": confusions(found, judged.labels).tolist(),
        },
        "versions": versions(),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        draw_curves({config.network.name: log}, out / "curves.png")
        draw_confusions(confusions(found, judged.labels), pictures.classes, out / "confusion.png")
        draw_worst(judged, found, out / "errors.png")
        write_predictions(judged.names, found, pictures.classes, out / "predictions.csv")
        save_classifier(out, dataclasses.replace(plain, card=card))  # last: the card says that all is there
    except OSError as error:
        raise OcrError(f"{out}: {error.strerror or error}") from error
    click.echo(
        f"{out}: {card['figures']['held_out']['accuracy']:.2%} of {len(judged)} held-out pictures right "
        f"({config.network.name}, {len(log)} epochs, {card['figures']['minutes']} minutes)"
    )
    forget_backups(out / RUN)
    return card


def _tell(pictures: Pictures) -> None:
    click.echo(", ".join(f"{name} {count}" for name, count in pictures.counts.items()), err=True)
    for each in pictures.left_out[:MOST_LISTED]:
        click.echo(f"left out: {each.name}: {each.reason}", err=True)
    if len(pictures.left_out) > MOST_LISTED:
        click.echo(f"left out: {len(pictures.left_out) - MOST_LISTED} more; card.json names all", err=True)
