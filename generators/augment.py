"""Small changes to images of text that leave what they say as it is: few images then train a reader as many would."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.arrays import Pixels

Map = NDArray[np.float32]

_KERNEL = np.ones((2, 2), np.uint8)
_ENDS = 0.15  # of the height: as far up or down as turning moves an image's ends at most
_GRID = (3, 6)  # rows and columns of the bends: about one to a character


@dataclass(frozen=True)
class Augmentation:
    """Largest strength of each change; 0 turns it off. Shares of the image's height where not said otherwise."""

    shift: float = 0.06
    rotation: float = 4.0  # degrees; less where the ends of a wide image would leave it
    shear: float = 0.12  # columns a row
    scale: float = 0.10  # share of the size, in each direction by itself
    bend: float = 0.02  # smooth displacement that differs from place to place
    thickness: float = 0.25  # chance that strokes get thicker or thinner by a pixel, half each
    contrast: float = 0.25  # share of the contrast that is taken away or added
    brightness: float = 15.0  # grey levels
    blur: float = 0.8  # sigma in pixels
    noise: float = 8.0  # standard deviation in grey levels
    colour: float = 12.0  # grey levels by which the channels of an image in colour move apart, in each direction
    jpeg: float = 0.2  # chance of compression, of quality 40 to 95
    chance: float = 0.35  # that an image is blurred, and that it gets noise

    def __post_init__(self) -> None:
        if min(vars(self).values()) < 0 or max(self.thickness, self.chance, self.contrast, self.jpeg) > 1:
            raise ValueError(f"strengths are 0 or more, chances and contrast at most 1: {self}")


PLAIN = Augmentation(**dict.fromkeys(Augmentation.__dataclass_fields__, 0.0))
"""Changes nothing."""


def augment(image: Pixels, settings: Augmentation, rng: np.random.Generator) -> Pixels:
    """Return a changed copy of `image`, uint8 (H, W) grey or (H, W, 3) RGB, of the same size.

    What comes in from outside is the image's edge, continued. The same image, settings and state of `rng` give the
    same pixels; the number of random numbers drawn does not depend on the image's content.
    """
    changed = _moved(image, settings, rng)
    thicker, contrast, brightness, blurred, sigma, noisy, deviation = rng.random(7)
    if thicker < settings.thickness / 2:
        changed = cv2.erode(changed, _KERNEL)  # ink is dark as a rule; where it is not, it gets thinner
    elif thicker < settings.thickness:
        changed = cv2.dilate(changed, _KERNEL)
    if blurred < settings.chance and settings.blur:
        changed = cv2.GaussianBlur(changed, (0, 0), max(0.1, sigma * settings.blur))
    gain = 1 + settings.contrast * (2 * contrast - 1)
    lift = settings.brightness * (2 * brightness - 1)
    if (gain, lift) != (1.0, 0.0):
        middle = float(changed.mean())
        table = np.clip((np.arange(256) - middle) * gain + middle + lift, 0, 255).round().astype(np.uint8)
        changed = cv2.LUT(changed, table)
    if noisy < settings.chance and settings.noise:
        grain = rng.standard_normal(changed.shape, np.float32) * np.float32(deviation * settings.noise)
        changed = np.clip(changed + grain, 0, 255).astype(np.uint8)
    return _recoloured(changed, settings, rng)


def _recoloured(image: Pixels, settings: Augmentation, rng: np.random.Generator) -> Pixels:
    """Move the channels apart, and compress."""
    tint, (compressed, quality) = rng.uniform(-1, 1, 3), rng.random(2)
    if settings.colour and image.ndim == 3:
        image = np.clip(image + np.rint(tint * settings.colour), 0, 255).astype(np.uint8)
    if compressed < settings.jpeg:
        _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 40 + round(55 * quality)])
        image = np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), np.uint8)
    return image


def _moved(image: Pixels, settings: Augmentation, rng: np.random.Generator) -> Pixels:
    """Shift, turn, shear, scale and bend in one interpolation."""
    height, width = image.shape[:2]
    x, y, turn, shear, wide, high = rng.uniform(-1, 1, 6)
    bends = rng.standard_normal((2, *_GRID), np.float32)
    if not any((settings.shift, settings.rotation, settings.shear, settings.scale, settings.bend)):
        return image.copy()
    angle = turn * min(np.deg2rad(settings.rotation), np.arctan(2 * _ENDS * height / width))
    across, down = 1 + wide * settings.scale, 1 + high * settings.scale
    # From a place in the result to the one in the image that it shows, both from the middle.
    matrix = np.array(
        [
            [np.cos(angle) / across, (np.sin(angle) + shear * settings.shear) / down],
            [-np.sin(angle) / across, np.cos(angle) / down],
        ],
        np.float32,
    )
    columns = np.arange(width, dtype=np.float32) - (width - 1) / 2
    rows = (np.arange(height, dtype=np.float32) - (height - 1) / 2)[:, None]
    reach = settings.shift * height
    map_x: Map = matrix[0, 0] * columns + matrix[0, 1] * rows + np.float32((width - 1) / 2 + x * reach)
    map_y: Map = matrix[1, 0] * columns + matrix[1, 1] * rows + np.float32((height - 1) / 2 + y * reach)
    if settings.bend:
        map_x += cv2.resize(bends[0], (width, height), interpolation=cv2.INTER_CUBIC) * (settings.bend * height)
        map_y += cv2.resize(bends[1], (width, height), interpolation=cv2.INTER_CUBIC) * (settings.bend * height)
    moved: Pixels = cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return moved
