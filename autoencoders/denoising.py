"""Denoise pictures of any size: pad them to what the network takes, and do large ones tile by tile."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import keras
import numpy as np

from autoencoders.models import Model
from autoencoders.networks import STRIDE
from ocr.errors import OcrError
from preprocessing.arrays import Floats, Pixels

TILE = 512
"""Longest side of what goes through the network at once, in pixels, without its margin."""

MARGIN = 48
"""Pixels around a tile that the network sees and that are cut off again: more than its receptive field reaches (a test
compares a tiled picture with the whole)."""

BATCH = 256


def denoise(network: keras.Model, pictures: Floats) -> Floats:
    """Return pictures (N, H, W, C) in [0, 1] without their noise, in [0, 1], for a network of `networks.py`.

    Raises OcrError for pictures of another size than that of a network for one size, such as the course's.
    """
    size, (height, width) = network.input_shape[1:3], pictures.shape[1:3]
    fixed = size != (None, None)
    if fixed and size != (height, width):
        raise OcrError(f"the network takes pictures of {size[1]}x{size[0]} pixels, not of {width}x{height}")
    below, right = (0, 0) if fixed else (-height % STRIDE, -width % STRIDE)
    padded = np.pad(pictures, ((0, 0), (0, below), (0, right), (0, 0)), mode="edge")
    # Called rather than predict, which compiles anew for each size of pictures.
    answers = [network(padded[at : at + BATCH], training=False) for at in range(0, len(padded), BATCH)]
    clean = np.concatenate([keras.ops.convert_to_numpy(answer) for answer in answers])
    return np.clip(clean[:, :height, :width], 0, 1)


def denoise_image(model: Model, image: Pixels) -> Pixels:
    """Return an RGB image (H, W, 3), uint8, without its noise: of the same size, in grey (H, W) by a model of grey."""
    seen = image if model.channels == 3 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None]
    clean = np.empty_like(seen)
    for rows, columns in _tiles(*seen.shape[:2]):
        top, left = max(0, rows.start - MARGIN), max(0, columns.start - MARGIN)
        around = seen[top : rows.stop + MARGIN, left : columns.stop + MARGIN]
        answer = denoise(model.network, np.float32(1 / 255) * around[None].astype(np.float32))[0]
        kept = answer[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        clean[rows, columns] = np.rint(kept * 255)
    return clean if model.channels == 3 else clean[..., 0]


def _tiles(height: int, width: int) -> Iterator[tuple[slice, slice]]:
    """Yield rows and columns of tiles that cover a picture; TILE and MARGIN are multiples of STRIDE, so that the
    network's grid is that of the whole picture."""
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            yield slice(top, min(top + TILE, height)), slice(left, min(left + TILE, width))
