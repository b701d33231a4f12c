"""Train a network on batches that are drawn by number, in a folder from which a stopped training goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import keras

from classifiers import loop
from classifiers.settings import keep_settings
from ocr.errors import OcrError
from preprocessing.arrays import Floats

Pairs: TypeAlias = tuple[Floats, Floats]
"""Inputs and targets, each (N, H, W, C) in [0, 1]."""


@dataclass(frozen=True)
class Training:
    """Settings of a training; the learning rate falls to 0 along a cosine.

    steps: batches in an epoch. batch_size: pictures in a batch. loss, optimizer: by their names in Keras.
    """

    epochs: int
    steps: int
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
    draw: Callable[[int, int], Pairs],
    settings: Training,
    folder: Path,
    *,
    validation: Pairs,
    data: Mapping[str, Any],
) -> keras.Model:
    """Train the network that `build()` makes on the batches `draw(epoch, index)`, both from 0, and return it.

    `folder` gets the settings, the log and a backup after each epoch; the same call on the same folder goes on from
    there, and returns at once what is finished. Raises OcrError when the folder is that of another training:
    `data` says what it learns from, for that comparison. `validation` is only measured, after each epoch.
    """
    keep_settings({**asdict(settings), "data": data}, folder)
    keras.utils.set_random_seed(settings.seed)  # of first weights
    network = build()
    settings.compile(network)
    measured = {"x": validation[0], "y": validation[1], "batch_size": settings.batch_size}
    loop.fit(network, draw, settings.steps, range(settings.epochs), measured, folder)
    return network
