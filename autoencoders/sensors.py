"""Simulate fingerprints from other sensors and other skin: a rough sketch of each effect, made from the pictures of
one sensor.

Each function takes a grey picture (H, W) in [0, 1], dark ridges on light ground, and returns a new one of the same
size. Lengths are in pixels of 500 dpi, the resolution of FVC2002 DB1, where ridges are about 9 pixels apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np

from ocr.errors import OcrError
from preprocessing.arrays import Floats

PAPER = 1.0


def low_resolution(picture: Floats, dpi: float = 250) -> Floats:
    """Simulate a sensor of fewer dots per inch: shrink from 500 dpi and enlarge again."""
    if not 0 < dpi <= 500:
        raise OcrError(f"{dpi} dpi: expected more than 0, at most 500")
    height, width = picture.shape
    small = max(1, round(width * dpi / 500)), max(1, round(height * dpi / 500))
    return _floats(
        cv2.resize(
            cv2.resize(picture, small, interpolation=cv2.INTER_AREA), (width, height), interpolation=cv2.INTER_LINEAR
        )
    )


def low_contrast(picture: Floats, share: float = 0.35, ground: float = 0.7) -> Floats:
    """Lower the contrast: white becomes `ground`, black `ground - share`."""
    if not 0 < share <= ground <= 1:
        raise OcrError(f"contrast {share} on ground {ground}: expected 0 < contrast <= ground <= 1")
    return _floats(ground - share * (1 - picture))


def dry_skin(picture: Floats, rng: np.random.Generator, thinner: int = 3, broken: float = 0.3) -> Floats:
    """Thin and break the ridges: light spreads over `thinner` pixels, and ridges nearly vanish in patches that cover
    the share `broken` of the picture."""
    thin = cv2.dilate(picture, np.ones((_odd(thinner), _odd(thinner)), np.uint8))
    patches = _patches(picture.shape, broken, rng, size=4)
    return _floats(thin + (PAPER - thin) * 0.85 * patches)


def wet_skin(picture: Floats, rng: np.random.Generator, thicker: int = 3, joined: float = 0.3) -> Floats:
    """Thicken the ridges so that they run together: dark spreads over `thicker` pixels, and fills valleys in patches
    that cover the share `joined` of the picture."""
    thick = cv2.erode(picture, np.ones((_odd(thicker), _odd(thicker)), np.uint8))
    filled = cv2.GaussianBlur(cv2.erode(thick, np.ones((5, 5), np.uint8)), (0, 0), 2)
    patches = _patches(picture.shape, joined, rng, size=12)
    return _floats(thick + (np.minimum(filled, thick) - thick) * 0.8 * patches)


def cropped(picture: Floats, share: float = 0.5) -> Floats:
    """Simulate a smaller sensor: crop the middle, whose sides are `share` as long, and enlarge it."""
    if not 0 < share <= 1:
        raise OcrError(f"crop to {share}: expected more than 0, at most 1")
    height, width = picture.shape
    rows, columns = max(1, round(height * share)), max(1, round(width * share))
    top, left = (height - rows) // 2, (width - columns) // 2
    middle = picture[top : top + rows, left : left + columns]
    return _floats(np.clip(cv2.resize(middle, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1))


def grainy(picture: Floats, rng: np.random.Generator, strength: float = 0.1) -> Floats:
    """Add normal noise of standard deviation `strength` to each pixel, clipped to [0, 1]."""
    noise = rng.standard_normal(picture.shape, dtype=np.float32)
    return _floats(np.clip(picture + strength * noise, 0, 1))


SENSORS: Mapping[str, Callable[[Floats, np.random.Generator], Floats]] = MappingProxyType(
    {
        "as it is": lambda picture, rng: picture,
        "150 dpi": lambda picture, rng: low_resolution(picture, 150),
        "low contrast": lambda picture, rng: low_contrast(picture),
        "dry skin": dry_skin,
        "wet skin": wet_skin,
        "a quarter of the area": lambda picture, rng: cropped(picture),
        "grain": grainy,
    }
)
"""Each simulated sensor by its name, with the strength that docs/fingerprints.md measures."""


def _patches(shape: tuple[int, ...], share: float, rng: np.random.Generator, *, size: float) -> Floats:
    """Return a soft mask (H, W) in [0, 1], whose patches of about `size` pixels cover a share of the picture."""
    if not 0 <= share <= 1:
        raise OcrError(f"patches over {share} of the picture: expected 0 to 1")
    if share == 0:  # the quantile below would still be reached by one pixel
        return np.zeros(shape, np.float32)
    field = cv2.GaussianBlur(rng.standard_normal(shape, dtype=np.float32), (0, 0), size / 2)
    mask = (field >= np.quantile(field, 1 - share)).astype(np.float32)
    return _floats(cv2.GaussianBlur(mask, (0, 0), 1))


def _odd(pixels: int) -> int:
    if pixels < 1 or pixels % 2 == 0:
        raise OcrError(f"{pixels} pixels: expected an odd number from 1")
    return pixels


def _floats(picture: Any) -> Floats:
    return np.asarray(picture, np.float32)
