"""Choose the drawn looks that resemble a folder's images: drawings in these teach a reader of them more than others.

A look is described as pictures are in style transfer: by mean and deviation of each feature map of a known network's
first convolutions, over all places. Letters and their order hardly matter there, but paper, strokes, clutter, colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from generators.drawing.faces import Faces
from generators.stream import stack
from generators.styles.sampler import StyleSampler, Texts, looks
from ocr.bundle import Bundle
from ocr.tasks import TaskSpec
from ocr.training.exporting.from_onnx import network_config
from ocr.training.network import ARCHITECTURES, build_network
from ocr.training.weights.warm_start import Weights
from preprocessing.arrays import Pixels

CONVOLUTIONS = 4
"""The first ones; what comes behind them tells letters apart."""

DRAWN = 8
"""Drawings by which a look is known."""

MOST_COMPARED = 60
"""Images of the folder by which it is known."""

NEAREST = 5
"""Looks that are chosen."""

SEED = 77
"""Of the drawings that looks are known by."""


@dataclass(frozen=True)
class NearLook:
    """A look, and how far a folder's images are from it: the mean square, in deviations of a look's own drawings."""

    name: str
    distance: float


@dataclass(frozen=True)
class NearAndFar:
    """Draws in the looks nearest to a folder's images, the nearest most often, and in all of them."""

    near: tuple[StyleSampler, ...]
    weights: tuple[float, ...]
    """Of the near ones; their sum is the share of drawings in these, at most 1."""
    every: StyleSampler

    def __call__(self, rng: np.random.Generator) -> tuple[Pixels, str]:
        drawn = float(rng.random())
        for sampler, weight in zip(self.near, self.weights, strict=True):
            if drawn < weight:
                return sampler(rng)
            drawn -= weight
        return self.every(rng)


def near_and_far(nearest: Sequence[NearLook], share: float, faces: Faces, texts: Texts) -> NearAndFar:
    """Return what draws `share` in these looks, each by the inverse square of its distance, and the rest in all."""
    raw = np.array([1 / max(look.distance, 1e-6) ** 2 for look in nearest])
    weights = raw / raw.sum() * share if len(raw) else raw
    near = tuple(StyleSampler(faces, only=(look.name,), texts=texts) for look in nearest)
    return NearAndFar(near, tuple(weights.tolist()), StyleSampler(faces, texts=texts))


def nearest_looks(
    images: Sequence[Pixels], texts: Texts, faces: Faces, task: TaskSpec, bundle: Bundle, weights: Weights
) -> list[NearLook]:
    """Return the looks nearest to these images, RGB (H, W, 3) or grey (H, W), the nearest first.

    `texts` makes what the looks draw to be compared; the network is that of the bundle. There are none for a network
    that reads images of one width only.
    """
    if ARCHITECTURES[weights.architecture].heads:
        return []
    network = build_network(network_config(bundle, weights.architecture))
    for layer in network.layers:
        if layer.weights:
            layer.set_weights(weights.layers[layer.name])
    maps = [layer.output for layer in network.layers if isinstance(layer, keras.layers.ReLU)]
    seen, stride = keras.Model(network.input, maps[:CONVOLUTIONS]), bundle.config.stride
    here = _features(images[:MOST_COMPARED], task, seen, stride).mean(axis=0)
    drawn = {name: _features(_drawings(name, texts, faces), task, seen, stride) for name in looks()}
    spread = np.concatenate([each - each.mean(axis=0) for each in drawn.values()]).std(axis=0) + 1e-6
    found = [NearLook(name, float((((each.mean(axis=0) - here) / spread) ** 2).mean())) for name, each in drawn.items()]
    return sorted(found, key=lambda look: look.distance)[:NEAREST]


def _drawings(name: str, texts: Texts, faces: Faces) -> Iterable[Pixels]:
    sample = StyleSampler(faces, only=(name,), texts=texts)
    return (sample(np.random.default_rng((SEED, number)))[0] for number in range(DRAWN))


def _features(images: Iterable[Pixels], task: TaskSpec, seen: keras.Model, stride: int) -> NDArray[np.float64]:
    """Return mean and deviation of all maps of each image: (N, features)."""
    rows = []
    for image in images:
        maps = seen(stack([task.pixels(image)], stride), training=False)
        flat = [keras.ops.convert_to_numpy(each).reshape(-1, each.shape[-1]).astype(np.float64) for each in maps]
        rows.append(np.concatenate([part for each in flat for part in (each.mean(axis=0), each.std(axis=0))]))
    return np.stack(rows)
