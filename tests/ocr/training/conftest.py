"""Small drawn numbers to train on, and one short run that several tests look at."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.text.vocabulary import Vocabulary
from ocr.training.batches import Batch
from ocr.training.callbacks import HeldOut
from ocr.training.fit import FitResult, TrainingConfig, fit
from ocr.training.network import NetworkConfig

VOCABULARY = Vocabulary("0123456789")
NETWORK = NetworkConfig(VOCABULARY.size, "compact", height=20, channels=1)
CONFIG = TrainingConfig(
    NETWORK, steps=60, steps_per_epoch=25, batch_size=8, learning_rate=5e-3, warmup=5, average_momentum=0.9
)


def draw_batch(seed: int, count: int = 8) -> Batch:
    """Return images (count, 20, 40, 1) of two digits and their texts."""
    rng = np.random.default_rng(seed)
    images = np.full((count, 20, 40, 1), 255, np.uint8)
    texts = [f"{number:02d}" for number in rng.integers(0, 100, count)]
    for image, text in zip(images, texts, strict=True):
        cv2.putText(image, text, (3, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1)
    return images, texts


def stream(epoch: int, start: int) -> Iterator[Batch]:
    """Yield the same three batches over and over."""
    index = start
    while True:
        yield draw_batch((epoch + index) % 3)
        index += 1


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[FitResult, Path]:
    """A run from start to end, and its folder."""
    folder = tmp_path_factory.mktemp("run")
    held_out = [HeldOut("first", *draw_batch(0)), HeldOut("second", *draw_batch(1))]
    return fit(CONFIG, VOCABULARY, stream, folder, held_out=held_out), folder
