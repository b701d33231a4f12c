"""Train a classifier on a folder of classes, measure it once, and save it with its card."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.experiment import RUN, Tell, durations, finished
from classifiers.figures import draw_curves
from classifiers.images.classifier import Classifier, accuracy, read_card, save_classifier
from classifiers.images.folder import Pictures, read_folder, split
from classifiers.images.networks import Name, NetworkConfig
from classifiers.images.reports import confusions, draw_confusions, draw_worst, write_predictions
from classifiers.images.training import RECIPES, TrainingConfig, check_training, train
from classifiers.loop import delete_backups, read_log
from ocr.errors import OcrError


def configure(
    classes: int,
    *,
    name: Name = "compact",
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
    network = NetworkConfig(classes, name, size, width, base=base, weights=weights)
    recipe = RECIPES[network.name]
    given = {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate}
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if recipe.head_epochs and epochs is not None:
        changes["head_epochs"] = max(1, round(recipe.head_epochs * epochs / recipe.epochs))
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
    *,
    tell: Tell,
) -> dict[str, Any]:
    """Train a classifier, or go on with it, measure it on the held-out part, write all to `out` and return its card.

    What is measured is decoded from `data` anew, at the network's size, as a user's pictures are; `pictures` are
    larger. `command` is the call that does it again, for the card; `tell` shows what comes out.
    """
    rest, kept = split(pictures, held_out)
    trained, watched = split(rest, validation)
    check_training(trained, config, out / RUN)
    if finished(out):
        tell(f"{out}: has been trained so already", err=True)
        return read_card(out)
    network = train(trained, watched, config, out / RUN)
    log = read_log(out / RUN)
    mirror = config.recipe.augmentation.mirror
    size = config.network.size
    judged = kept if pictures.pixels.shape[1] == size else _again(kept, data, size)
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
            **durations(log),
            "validation": {"accuracy": accuracy(seen, watched.labels), "count": len(watched)},
            "held_out": {
                "accuracy": accuracy(found, judged.labels),
                "log_loss": float(-np.log(np.maximum(chance, 1e-15)).mean()),
                "count": len(judged),
            },
            "confusions": confusions(found, judged.labels).tolist(),
        },
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        draw_curves({config.network.name: log}, "accuracy", out / "curves.png")
        draw_confusions(confusions(found, judged.labels), pictures.classes, out / "confusion.png")
        draw_worst(judged, found, out / "errors.png")
        write_predictions(judged.names, found, pictures.classes, out / "predictions.csv")
        save_classifier(out, dataclasses.replace(plain, card=card))  # last: the card says that all is there
    except OSError as error:
        raise OcrError(f"{out}: {error.strerror or error}") from error
    tell(
        f"{out}: {card['figures']['held_out']['accuracy']:.2%} of {len(judged)} held-out pictures right "
        f"({config.network.name}, {len(log)} epochs, {card['figures']['minutes']} minutes)"
    )
    delete_backups(out / RUN)
    return read_card(out)


def _again(pictures: Pictures, data: Path, size: int) -> Pictures:
    """Return the same pictures out of `data`, decoded anew at another size; files may have come and gone meanwhile."""
    found = read_folder(data, size)
    places = {name: place for place, name in enumerate(found.names)}
    there = [places[name] for name in pictures.names if name in places]
    if found.classes != pictures.classes or not there:
        raise OcrError(f"{data}: has changed during the training, nothing is left to measure it by")
    return found.take(np.array(there))
