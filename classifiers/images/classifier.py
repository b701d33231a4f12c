"""Save, load and apply a trained classifier: the network as `model.keras`, and `card.json`, its origin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from classifiers import card as cards
from classifiers.card import CARD
from classifiers.images.folder import square
from ocr.errors import OcrError
from preprocessing.arrays import Floats, Pixels

MODEL = "model.keras"
BATCH = 64


@dataclass(frozen=True)
class Classifier:
    """A network, (N, size, size, 3) from 0 to 255 to probabilities (N, classes), and what belongs to it.

    With `mirror` a picture's probabilities are the mean of its own and of its mirror image's.
    """

    network: keras.Model
    classes: tuple[str, ...]
    size: int
    mirror: bool
    card: Mapping[str, Any]

    def predict(self, images: Iterable[Pixels]) -> Floats:
        """Return the probabilities (N, classes) of images (H, W, 3), each of any size; they are squeezed to squares."""
        images, found = iter(images), [np.empty((0, len(self.classes)), np.float32)]
        while some := [square(image, self.size) for image in islice(images, BATCH)]:
            batch = np.stack(some).astype(np.float32)
            ways = (batch, batch[:, :, ::-1]) if self.mirror else (batch,)
            found.append(np.mean([self.network.predict_on_batch(each) for each in ways], axis=0))
        return np.concatenate(found)

    def place(self, name: str) -> int:
        """Return the place of a class of that name; raises OcrError without one."""
        if name not in self.classes:
            raise OcrError(f"no class {name!r}: expected one of {', '.join(self.classes)}")
        return self.classes.index(name)


def save_classifier(folder: Path, classifier: Classifier) -> None:
    """Write a classifier to its folder, which is made if need be; what stands there is replaced at once.

    Raises OcrError where it can't be written.
    """
    about = {"classes": classifier.classes, "size": classifier.size, "mirror": classifier.mirror}
    cards.save_model(folder / MODEL, classifier.network.save, {**about, **classifier.card})


def load_classifier(folder: Path) -> Classifier:
    """Return the classifier in a folder; no code that may be in it is run. Raises OcrError unless it is whole."""
    card = read_card(folder)
    network = cards.load_network(folder / MODEL)
    classes = tuple(card["classes"])
    if tuple(network.output_shape) != (None, len(classes)):
        raise OcrError(f"{folder}: the network gives {network.output_shape}, the card names {len(classes)} classes")
    return Classifier(network, classes, card["size"], card["mirror"], card)


def read_card(folder: Path) -> dict[str, Any]:
    """Return the card of the classifier in a folder; raises OcrError if there is none that fits."""
    path = folder / CARD
    if not path.is_file():
        raise OcrError(f"{folder}: holds no classifier (no {CARD}); suanshi classify train makes one")
    card = cards.read_card(folder)
    expected = {"classes": list, "size": int, "mirror": bool}
    if not all(type(card.get(key)) is kind for key, kind in expected.items()):
        raise OcrError(f"{path}: is not the card of a classifier: expected {', '.join(expected)} in it")
    return card


def accuracy(probabilities: Floats, labels: Sequence[int] | NDArray[np.int64]) -> float:
    """Return the share of pictures whose likeliest class is their own."""
    return float(np.mean(probabilities.argmax(axis=1) == np.asarray(labels)))
