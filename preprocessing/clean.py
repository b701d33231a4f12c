"""From an RGB picture to what a network sees: grey, dark ink on light paper, one height, few channels."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from preprocessing.arrays import Pixels

PAPER = 255
"""Value of paper in every channel of a network's input; images of a batch are padded with it on the right."""

INK_PERCENTILE = 2.0
PAPER_PERCENTILE = 60.0
"""Contrast is stretched between these percentiles. Noise dots cover about 1 % of a contest image and stay darker than
the text, so the ink's percentile lies beyond them; text covers 5 to 30 %, so the paper's percentile is surely paper."""


def grey(image: Pixels) -> Pixels:
    """Return `image` (H, W, 3) RGB or (H, W) as grey (H, W), uint8."""
    return image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def dark_on_light(image: Pixels) -> Pixels:
    """Return the grey `image` (H, W), inverted when its paper is darker than its ink.

    Most pixels are paper, so the median is its level, and ink is on the side where the levels go on further.
    """
    share = np.cumsum(np.bincount(image.ravel(), minlength=256)) * (100 / image.size)
    low, paper, high = (int(level) for level in np.searchsorted(share, (1, 50, 99)))
    return cv2.bitwise_not(image) if high - paper > paper - low else image


def fit(image: Pixels, *, height: int, max_width: int, unscaled_from: int = 0) -> Pixels:
    """Scale the grey `image` (H, W) to (height, W') with W' <= max_width, keeping its aspect.

    What would become wider is shrunk further and centred between strips of its own paper, above and below. So is, in
    its own size, an image that has no more than `height` rows and no less than `unscaled_from`, unless that is 0.
    """
    rows, columns = image.shape
    scale = min(1.0 if 0 < unscaled_from <= rows <= height else height / rows, max_width / columns)
    size = (max(1, round(columns * scale)), min(height, max(1, round(rows * scale))))
    if size != (columns, rows):
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    missing = height - image.shape[0]
    if missing:
        paper = int(np.median(image))
        top = missing // 2
        image = cv2.copyMakeBorder(image, top, missing - top, 0, 0, cv2.BORDER_CONSTANT, value=paper)
    return image


def stretch(image: Pixels, *, ink: float = INK_PERCENTILE, paper: float = PAPER_PERCENTILE) -> Pixels:
    """Stretch the contrast of a grey image (H, W): percentile `ink` becomes 0 and percentile `paper` 255.

    An image without contrast comes back as blank paper.
    """
    share = np.cumsum(np.bincount(image.ravel(), minlength=256)) * (100 / image.size)
    low, high = np.searchsorted(share, (ink, paper))
    if high <= low:  # less ink than the percentile asks for: take the darkest there is
        low = int(image.min())
    if high <= low:
        return np.full_like(image, PAPER)
    table = (np.arange(256) - low) * (255 / (high - low))
    return cv2.LUT(image, np.clip(np.rint(table), 0, 255).astype(np.uint8))


def equalize(image: Pixels) -> Pixels:
    """Equalize the histogram of a grey image (H, W): even ink one level darker than the paper becomes plain to see.

    An image without contrast comes back as blank paper.
    """
    low, high, _, _ = cv2.minMaxLoc(image)
    return np.full_like(image, PAPER) if low == high else cv2.equalizeHist(image)


def stack(images: Sequence[Pixels], width: int) -> Pixels:
    """Pad images (height, W <= width, C) on the right with paper and stack them: (N, height, width, C)."""
    height, _, channels = images[0].shape
    batch = np.full((len(images), height, width, channels), PAPER, np.uint8)
    for row, image in zip(batch, images, strict=True):
        row[:, : image.shape[1]] = image
    return batch


CHANNELS = {"grey": lambda image: image, "stretched": stretch, "equalized": equalize}
"""The channels by name: functions from a grey image (H, W) to an image (H, W), ink dark."""


def reader_input(
    image: Pixels, *, height: int, max_width: int, channels: Sequence[str], unscaled_from: int = 0
) -> Pixels:
    """Turn an RGB image (H, W, 3) into a network's input (height, W', len(channels)), uint8, W' <= max_width.

    `unscaled_from` is that of `fit`.
    """
    plain = fit(dark_on_light(grey(image)), height=height, max_width=max_width, unscaled_from=unscaled_from)
    return cv2.merge([CHANNELS[name](plain) for name in channels]).reshape(height, plain.shape[1], len(channels))
