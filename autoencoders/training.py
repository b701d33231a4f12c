"""Trains a network on batches that are drawn by number, in a folder from which a stopped training goes on."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ocr.atomic_write import atomic_write, atomic_write_text
from ocr.errors import OcrError

Floats: TypeAlias = NDArray[np.float32]
Pairs: TypeAlias = tuple[Floats, Floats]
"""What goes in and what should come out, each (N, H, W, C) in [0, 1]."""

Draw: TypeAlias = Callable[[int, int], Pairs]
"""`draw(epoch, index)` is a batch, both counted from 0; the same numbers give the same batch."""

NETWORK, LOG, SETTINGS = "network.keras", "log.csv", "settings.json"
COLUMNS = ("epoch", "loss", "val_loss")


@dataclass(frozen=True)
class Training:
    """How long, on how much at once, and how fast: the learning rate falls to 0 along a cosine."""

    epochs: int
    steps: int  # batches an epoch
    batch_size: int
    learning_rate: float
    seed: int = 0
    loss: str = "mean_squared_error"
    optimizer: str = "adam"

    def __post_init__(self) -> None:
        for name in ("epochs", "steps", "batch_size"):
            if getattr(self, name) < 1:
                raise OcrError(f"{name} is {getattr(self, name)}, expected at least 1")
        if not self.learning_rate > 0:
            raise OcrError(f"learning_rate is {self.learning_rate}, expected more than 0")
        if self.seed < 0:
            raise OcrError(f"seed is {self.seed}, expected 0 or more")

    def compile(self, network: keras.Model) -> None:
        """Give a network its loss and optimizer."""
        rate = keras.optimizers.schedules.CosineDecay(self.learning_rate, self.epochs * self.steps)
        optimizer = keras.optimizers.get({"class_name": self.optimizer, "config": {"learning_rate": rate}})
        # XLA, which Keras would take, makes TensorFlow a third slower on processors, and slow to begin.
        compiled = False if keras.backend.backend() == "tensorflow" else "auto"
        network.compile(optimizer, self.loss, jit_compile=compiled)


def fit(
    build: Callable[[], keras.Model],
    draw: Draw,
    settings: Training,
    folder: Path,
    *,
    validation: Pairs,
    data: Mapping[str, Any],
) -> keras.Model:
    """Train the network that `build()` makes and return it.

    `folder` gets the network after each epoch, the log and the settings; the same call on the same folder goes on
    from there, and returns at once what is finished. Raises OcrError when the folder is that of another training:
    `data` says what it learns from, for that comparison. `validation` is only measured, after each epoch.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OcrError(f"{folder}: {error.strerror or error}") from error
    _same_training(folder / SETTINGS, json.loads(json.dumps({**asdict(settings), "data": data})))
    kept = folder / NETWORK
    if kept.exists():
        network = _load(kept)
        done = int(keras.ops.convert_to_numpy(network.optimizer.iterations)) // settings.steps
    else:
        keras.utils.set_random_seed(settings.seed)  # of first weights
        network, done = build(), 0
        settings.compile(network)
    log = _log(folder / LOG, done)
    # Batch by batch rather than by Keras' fit, whose threads turn Ctrl-C while a batch is drawn into an error.
    for epoch in range(done, settings.epochs):
        losses: list[float] = []
        name = f"epoch {epoch + 1}/{settings.epochs}"
        with tqdm(range(settings.steps), name, unit="batch", leave=False, disable=not sys.stderr.isatty()) as bar:
            for index in bar:
                network.reset_metrics()  # old versions of Keras go on with the mean over the batches before
                losses.append(float(network.train_on_batch(*draw(epoch, index))))
                bar.set_postfix(loss=f"{losses[-1]:.5f}")
        log.append((epoch, float(np.mean(losses)), _validation_loss(network, validation, settings.batch_size)))
        _write(folder / LOG, log)
        atomic_write(kept, network.save)
    return network


def read_log(folder: Path) -> dict[str, list[float]]:
    """Return the columns of a training's log by name: epoch (from 0), loss, val_loss."""
    rows = _log(folder / LOG, None)
    return {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)}


def _log(path: Path, epochs: int | None) -> list[tuple[float, ...]]:
    """Return the rows of a log, of the first `epochs` only: what it says beyond those was not kept."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [tuple(map(float, row)) for row in list(csv.reader(file))[1:]][:epochs]


def _write(path: Path, rows: Sequence[Sequence[float]]) -> None:
    def write(part: Path) -> None:
        with part.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS, *((int(epoch), *losses) for epoch, *losses in rows)])

    atomic_write(path, write)


def _validation_loss(network: keras.Model, pairs: Pairs, batch_size: int) -> float:
    """The mean over all pictures; the last batch may have fewer."""
    given, goal = pairs
    total = 0.0
    for at in range(0, len(given), batch_size):
        batch = given[at : at + batch_size], goal[at : at + batch_size]
        total += float(network.test_on_batch(*batch)) * len(batch[0])
    return total / len(given)


def _load(path: Path) -> keras.Model:
    try:
        return keras.models.load_model(path)
    except Exception as error:  # a damaged archive ends in any kind of error
        raise OcrError(f"{path}: cannot be gone on with ({error}); remove the folder to begin anew") from error


def _same_training(path: Path, settings: Mapping[str, Any]) -> None:
    if not path.exists():
        atomic_write_text(path, json.dumps(settings, indent=1) + "\n")
        return
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise OcrError(f"{path}: is damaged ({error}); remove the folder to begin anew") from error
    if found != settings:
        names = [name for name in settings if found.get(name) != settings[name]]
        raise OcrError(
            f"{path.parent}: holds a training with other settings ({', '.join(names) or 'more of them'}); "
            "take another folder, or remove this one"
        )
