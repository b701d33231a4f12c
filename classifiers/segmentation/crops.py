"""Draw batches for training: random crops, rotated, scaled, bent, mirrored and stained anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.color import hed_from_rgb, rgb_from_hed

from classifiers.segmentation.pairs import Sample
from ocr.errors import OcrError
from preprocessing.arrays import Floats

DENSITIES = -np.log(np.arange(1, 257) / 256).astype(np.float32)
"""The optical density of each level of a channel: stains add up in it (Ruifrok & Johnston 2001)."""


@dataclass(frozen=True)
class Distortion:
    """Strength of the changes; everything is drawn for each crop anew, 0 (or a `stretch` of 1) changes nothing.

    A crop is rotated by at most `turn` degrees, mirrored if `mirror`, scaled by at most the factor `stretch`, and bent:
    points on a grid of `grid` pixels move by a normal distance of `bend` pixels along each axis. The strengths of the
    stains haematoxylin, eosin and the rest change by factors of at most 1 ± `stain`; then brightness is shifted by at
    most `brightness` of the range, and contrast changed by a factor of at most 1 ± `contrast`.
    """

    turn: float = 180.0
    mirror: bool = True
    stretch: float = 1.4
    bend: float = 3.0
    grid: int = 32
    stain: float = 0.25
    brightness: float = 0.1
    contrast: float = 0.2

    def __post_init__(self) -> None:
        shares = (self.stain, self.brightness, self.contrast)
        if not all(0 <= share < 1 for share in shares) or self.stretch < 1:
            raise OcrError(f"{self}: stain, brightness and contrast lie between 0 and 1, stretch is 1 or more")
        if self.turn < 0 or self.bend < 0 or self.grid < 1:
            raise OcrError(f"{self}: turn and bend are 0 or more, grid is 1 or more")


class Crops:
    """The batches of each epoch of training; batch i of epoch e depends on nothing but (seed, e, i).

    They are images (B, side, side, 3) from 0 to 255 and targets (B, side, side, 2) from 0 to 1, both float32.
    """

    def __init__(self, samples: Sequence[Sample], how: Distortion, *, side: int, batch_size: int, seed: int) -> None:
        if not samples:
            raise OcrError("no pictures to crop")
        self._samples, self._how, self._side, self._seed = samples, how, side, seed
        self._batch_size = batch_size

    def draw(self, epoch: int, step: int) -> tuple[Floats, Floats]:
        """Return the images and targets of a batch."""
        rng = np.random.default_rng((self._seed, epoch, step))
        chosen = rng.integers(len(self._samples), size=self._batch_size)
        drawn = [random_crop(self._samples[place], self._how, self._side, rng) for place in chosen]
        return np.stack([image for image, _ in drawn]), np.stack([targets for _, targets in drawn])


def random_crop(sample: Sample, how: Distortion, side: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return a changed crop of a sample: image (side, side, 3) from 0 to 255, and targets (side, side, 2) to 1.

    What lies beyond the picture's edges is its reflection.
    """
    xs, ys = _places(sample.image.shape[:2], how, side, rng)
    image, targets = (
        cv2.remap(pixels, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        for pixels in (sample.image, sample.targets)
    )
    return recolour(image, how, rng), targets.astype(np.float32) / np.float32(255)


def recolour(image: NDArray[np.uint8], how: Distortion, rng: np.random.Generator) -> Floats:
    """Return an image (H, W, 3) with its stains, brightness and contrast changed, float32 from 0 to 255."""
    factors = 1 + rng.uniform(-how.stain, how.stain, 3)
    shift, contrast = 255 * rng.uniform(-how.brightness, how.brightness), 1 + rng.uniform(-how.contrast, how.contrast)
    stained = (hed_from_rgb * factors) @ rgb_from_hed  # densities times this: to stains, changed, and back
    light = np.exp(-(DENSITIES[image] @ stained.astype(np.float32)))
    light *= np.float32(256 * contrast)
    light += np.float32(shift + 128 * (1 - contrast) - 1)
    return np.asarray(np.clip(light, 0, 255, out=light))


def _places(shape: tuple[int, ...], how: Distortion, side: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return the place in the picture, x and y (side, side), of each pixel of a crop."""
    factor = how.stretch ** rng.uniform(-1, 1)
    turn = np.deg2rad(rng.uniform(-how.turn, how.turn))
    mirrored = -1 if how.mirror and rng.random() < 0.5 else 1
    reach = factor * side / 2
    middles = [rng.uniform(min(reach, length / 2), max(length - reach, length / 2)) - 0.5 for length in reversed(shape)]
    steps = np.arange(side, dtype=np.float32) - np.float32((side - 1) / 2)
    across, down = np.meshgrid(steps, steps)
    if how.bend:
        points = max(round(side / how.grid), 1) + 1
        bent = rng.normal(0, how.bend, (points, points, 2)).astype(np.float32)
        bent = cv2.resize(bent, (side, side), interpolation=cv2.INTER_CUBIC)
        across, down = across + bent[..., 0], down + bent[..., 1]
    cos, sin = factor * np.cos(turn), factor * np.sin(turn)
    xs = mirrored * (cos * across - sin * down) + middles[0]
    ys = sin * across + cos * down + middles[1]
    return xs.astype(np.float32), ys.astype(np.float32)
