"""Teach a trained reader where its characters stand: a second output that sees only what is near a column.

CTC asks for the right characters in the right order, not in the right place, and recurrent layers carry them anywhere.
The locator is one dense layer on the features of each column before the recurrent layers. These see some 35 pixels,
about one character, so that CTC leaves the locator no choice but to name a character where it stands.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from ocr.errors import OcrError
from ocr.text.vocabulary import Vocabulary
from ocr.training.batches import Batch, encode_texts
from ocr.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from ocr.training.loss import CtcLoss

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Locator:
    """A dense layer on the features of a column: kernel (features, classes) and bias (classes,), float32."""

    kernel: Array
    bias: Array


def column_features(network: keras.Model) -> Callable[[npt.NDArray[np.uint8]], Array]:
    """Return the part of a network before its recurrent layers: images (N, height, W, C) to (N, T, features)."""
    trunk = keras.Model(network.input, network.get_layer("columns_norm").output)

    def features(images: npt.NDArray[np.uint8]) -> Array:
        normed: Array = keras.ops.convert_to_numpy(trunk(images, training=False))
        return np.maximum(normed, 0)

    return features


def fit_locator(
    network: keras.Model,
    vocabulary: Vocabulary,
    batches: Iterable[Batch],
    *,
    steps: int = 1000,
    learning_rate: float = 1e-2,
    seed: int = 0,
) -> Locator:
    """Fit a locator to a trained network, of which nothing changes.

    The features of all `batches` are kept in memory, as half floats, and gone through in random order until `steps`
    batches have been seen: for so few weights some thousand images are plenty. The learning rate falls to zero as a
    half cosine. The same arguments give the same locator. Raises `OcrError` without any batch, and for texts that do
    not fit into their images.
    """
    features = column_features(network)
    kept: list[tuple[npt.NDArray[np.float16], npt.NDArray[np.int32]]] = []
    for images, texts in _shown(batches, "columns"):
        columns = features(images)
        kept.append((columns.astype(np.float16), encode_texts(texts, vocabulary, columns.shape[1])))
    if not kept:
        raise OcrError("there are no batches to fit the locator to")
    start = keras.initializers.GlorotUniform(seed=seed)
    dense = keras.layers.Dense(vocabulary.size, kernel_initializer=start, dtype="float32")
    head = keras.Sequential([keras.Input((None, kept[0][0].shape[2])), dense])
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    head.compile(optimizer=keras.optimizers.Adam(schedule), loss=CtcLoss(), jit_compile=False)
    shuffle = random.Random(seed).shuffle
    order: list[int] = []
    for _ in _shown(range(steps), "locator"):
        if not order:
            order = list(range(len(kept)))
            shuffle(order)
        halves, labels = kept[order.pop()]
        loss = float(head.train_on_batch(halves.astype(np.float32), labels))
        if not np.isfinite(loss):
            raise OcrError(f"the locator's loss is {loss}: try a smaller learning rate")
    kernel, bias = (np.array(keras.ops.convert_to_numpy(weight)) for weight in (dense.kernel, dense.bias))
    return Locator(kernel, bias)


def save_locator(path: Path, locator: Locator, network: str) -> None:
    """Write a locator; `network` names the weights that it belongs to."""
    save_checkpoint(path, Checkpoint({"locator": [locator.kernel, locator.bias]}, {"network": network}))


def load_locator(path: Path, network: str) -> Locator | None:
    """Return the locator in a file, None if there is none or one of other weights than `network`."""
    if not path.exists():
        return None
    checkpoint = load_checkpoint(path)
    if checkpoint.description.get("network") != network:
        return None
    kernel, bias = checkpoint.groups["locator"]
    return Locator(kernel, bias)


def _shown(things: Iterable[Any], what: str) -> Iterable[Any]:
    """Count `things` on a terminal."""
    return tqdm(things, desc=what, leave=False, disable=not sys.stderr.isatty())
