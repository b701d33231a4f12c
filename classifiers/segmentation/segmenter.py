"""Find objects in pictures of any size with a trained network, and save, load and tune it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from skimage.measure import label, regionprops
from skimage.segmentation import expand_labels, watershed

from classifiers.card import CARD, LARGEST_NETWORK, first_line, model_folder, read_card, save_model
from classifiers.segmentation.fcn import FcnConfig, build_network
from classifiers.segmentation.pairs import CORE, OBJECT, Labels, Pair, downscale
from classifiers.segmentation.scores import score, summary
from classifiers.segmentation.tiles import Tiling, apply_in_tiles, average_mirrored
from ocr.errors import OcrError
from preprocessing.arrays import Floats, Pixels

SHIPPED = Path(__file__).parents[1] / "models"
WEIGHTS = "network.weights.h5"
KIND = "segmentation"

TRIED_OBJECT, TRIED_CORE = (0.35, 0.45, 0.55, 0.65), (0.4, 0.5, 0.6, 0.7, 0.8)
"""Thresholds among which the validation pictures choose."""


@dataclass(frozen=True)
class Thresholds:
    """Probabilities above which a pixel is in an object, and in the core of one; and the least area of an object, in
    pixels of the reduced picture."""

    object: float = 0.5
    core: float = 0.5
    least_area: int = 0

    def __post_init__(self) -> None:
        if not (0 < self.object < 1 and 0 < self.core < 1) or self.least_area < 0:
            raise OcrError(f"{self}: probabilities lie between 0 and 1, the area is 0 or more")


@dataclass(frozen=True)
class Segmenter:
    """A network and what belongs to it: `scale` is that of the pictures it sees."""

    network: keras.Model
    config: FcnConfig
    scale: float
    thresholds: Thresholds
    card: Mapping[str, Any]

    def probabilities(self, image: Pixels, *, tiling: Tiling | None = None, turns: bool = False) -> Floats:
        """Return (h, w, 2), at the reduced size, how likely each pixel of an image (H, W, 3) is in an object, and in
        the core of one.

        It is seen in tiles, of the reduced size too; with `turns` the mean for four mirror images is taken, which
        takes four times as long.
        """

        def apply(images: Floats) -> Floats:
            logits = self.network.predict_on_batch(images)
            return np.asarray(1 / (1 + np.exp(-logits)), np.float32)

        small = downscale(image, self.scale)
        return apply_in_tiles(small, average_mirrored(apply) if turns else apply, tiling or Tiling(), self.config.step)

    def segment(self, image: Pixels, *, tiling: Tiling | None = None, turns: bool = False) -> Labels:
        """Return the objects (H, W) in an image (H, W, 3): 0 where there is none, else numbers from 1."""
        found = objects(self.probabilities(image, tiling=tiling, turns=turns), self.thresholds)
        return upscale_objects(found, image.shape[:2])


def objects(probabilities: Floats, thresholds: Thresholds) -> Labels:
    """Return the objects (h, w), numbered from 1, by probabilities (h, w, 2) of being in one, and in its core.

    Each core that hangs together grows to one object, until it meets another one or the threshold; then its holes are
    filled. Objects without a core are none.
    """
    inside = probabilities[..., OBJECT] > thresholds.object
    deep = inside & (probabilities[..., CORE] > thresholds.core)
    seeds = _without_small(np.asarray(label(deep), np.int32), thresholds.least_area / 8)
    grown = watershed(-probabilities[..., OBJECT], seeds, mask=inside).astype(np.int32)
    return _filled(_without_small(grown, thresholds.least_area))


def upscale_objects(found: Labels, shape: Sequence[int]) -> Labels:
    """Return objects (h, w) at the size (H, W) of the picture that they were found in, with smooth outlines."""
    height, width = shape
    if found.shape == (height, width):
        return found
    smooth = cv2.resize((found > 0).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) > 0.5
    # Beyond an outline the nearest object's number goes on, as smoothing moves it a little.
    numbers = expand_labels(found, 2).astype(np.uint16 if found.max() < 65536 else np.float64)
    return np.where(smooth, cv2.resize(numbers, (width, height), interpolation=cv2.INTER_NEAREST), 0).astype(np.int32)


def tune_thresholds(
    segmenter: Segmenter, pairs: Sequence[Pair], least_area: int
) -> tuple[Segmenter, dict[str, float | int]]:
    """Return a segmenter with the thresholds, of those tried, that suit pictures best, and its figures on these.

    Best is the greatest sum of Dice, object-level F1 and object-level Dice.
    """
    seen = [segmenter.probabilities(pair.image) for pair in pairs]
    tried = []
    for inside, core in product(TRIED_OBJECT, TRIED_CORE):
        thresholds = Thresholds(inside, core, least_area)
        scores = [
            score(pair.objects, upscale_objects(objects(each, thresholds), pair.objects.shape))
            for each, pair in zip(seen, pairs, strict=True)
        ]
        figures = summary(scores)
        tried.append((figures["dice"] + figures["f1"] + figures["object_dice"], thresholds, figures))
    _, thresholds, figures = max(tried, key=lambda each: each[0])
    return replace(segmenter, thresholds=thresholds), figures


def least_area(pairs: Sequence[Pair], scale: float) -> int:
    """Return half the area, in pixels at `scale`, that all but a fiftieth of the objects in pictures have."""
    sizes = [size for pair in pairs for size in np.bincount(pair.objects.ravel())[1:] if size]
    return round(0.5 * scale**2 * float(np.quantile(sizes, 0.02))) if sizes else 0


def save_segmenter(folder: Path, segmenter: Segmenter) -> None:
    """Write a segmenter to its folder, which is made if need be; its weights as 16-bit floats."""
    card = {
        "kind": KIND,
        "network": asdict(segmenter.config),
        "scale": segmenter.scale,
        "thresholds": asdict(segmenter.thresholds),
        **segmenter.card,
    }
    half = build_network(segmenter.config, "float16")
    half.set_weights(segmenter.network.get_weights())
    if not all(np.isfinite(weights).all() for weights in half.get_weights()):
        raise OcrError("the network has weights beyond 65504, which 16-bit floats do not hold")
    save_model(folder / WEIGHTS, half.save_weights, card)


def load_segmenter(name_or_folder: str | os.PathLike[str]) -> Segmenter:
    """Return a segmenter: a shipped one, by its name, or that of a folder; no code that may be in it is run.

    Raises OcrError unless it is whole.
    """
    folder = model_folder(name_or_folder, SHIPPED)
    card, path = read_card(folder, KIND), folder / CARD
    try:
        config, thresholds, scale = FcnConfig(**card["network"]), Thresholds(**card["thresholds"]), float(card["scale"])
    except (KeyError, TypeError, ValueError) as error:
        raise OcrError(f"{path}: is damaged ({error})") from error
    network = build_network(config)
    try:
        if (folder / WEIGHTS).stat().st_size > LARGEST_NETWORK:
            raise OcrError(f"is larger than {LARGEST_NETWORK} bytes, the limit")
        network.load_weights(folder / WEIGHTS)
    except Exception as error:  # a damaged archive or other layers end in any kind of error
        raise OcrError(f"{folder / WEIGHTS}: cannot be loaded ({first_line(error)})") from error
    return Segmenter(network, config, scale, thresholds, card)


def _without_small(found: Labels, least: float) -> Labels:
    """Return objects (h, w) without those of fewer than `least` pixels, numbered from 1."""
    kept = np.bincount(found.ravel()) >= max(least, 1)
    kept[0] = False
    return (np.cumsum(kept) * kept)[found].astype(np.int32)


def _filled(found: Labels) -> Labels:
    """Return objects (h, w) with what is none filled where one object surrounds it."""
    filled = found.copy()
    for each in regionprops(found):
        inner = each.image_filled & (found[each.slice] == 0)
        filled[each.slice][inner] = each.label
    return filled
