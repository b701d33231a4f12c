"""Train on one device and on two, the parts of a processor, and print how they differ: a program of its own, as
TensorFlow can be told of parts only before it begins.

python -m tests.ocr.training.two_devices FOLDER
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

from ocr.training import network
from ocr.training.batches import encode_batch
from ocr.training.network import Architecture, Convolution, NetworkConfig
from ocr.training.replicas import device_names
from ocr.training.run import Run, TrainingConfig
from tests.ocr.training.conftest import VOCABULARY, draw_batch

STEPS, IMAGES = 20, 9  # five for one device, four for the other

SMALL = Architecture((Convolution(8, pool=(2, 2)), Convolution(16, pool=(2, 2))), dense=32, gru=16, l2=1e-3)
network.ARCHITECTURES = MappingProxyType(
    {**network.ARCHITECTURES, "small": SMALL, "dropping": dataclasses.replace(SMALL, dropout=0.1)}
)


def config(architecture: str, devices: int) -> TrainingConfig:
    layers = NetworkConfig(VOCABULARY.size, architecture, height=20, channels=1)
    optimizer = "muon" if architecture == "dropping" else "adamw"
    return TrainingConfig(
        layers, steps=1000, steps_per_epoch=25, batch_size=IMAGES, warmup=100, devices=devices, optimizer=optimizer
    )


def weights(run: Run) -> list[Any]:
    return [np.array(keras.ops.convert_to_numpy(each)) for each in run.network.weights]


def difference(one: Run, other: Run) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(weights(one), weights(other), strict=True))


def main(folder: Path) -> None:
    device_names(2)
    one, two = (Run(config("small", devices), VOCABULARY) for devices in (1, 2))
    began = weights(one)
    losses = []
    for number in range(STEPS):
        images, labels = encode_batch(draw_batch(number % 5, IMAGES), VOCABULARY, one.config.network.stride)
        losses.append([one.train(images, labels), two.train(images, labels)])
    two.save(folder / "checkpoint.npz")
    again = Run(config("small", 1), VOCABULARY)
    again.load(folder / "checkpoint.npz")
    dropping = Run(config("dropping", 2), VOCABULARY)
    dropped = [dropping.train(images, labels) for _ in range(2)]
    found = {
        "losses": losses,
        "moved": max(float(np.abs(a - b).max()) for a, b in zip(began, weights(one), strict=True)),
        "weights": difference(one, two),
        "loaded": difference(two, again),
        "dropping": dropped,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
