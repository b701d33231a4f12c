"""Choose a fifth of a picture, in blocks of a grid, and blank it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.arrays import Pixels

Masks = NDArray[np.bool_]

GRID = 10
"""Blocks in a row and in a column."""
FIFTH = GRID * GRID // 5

FILLS = ("mean colour", "blur")
KINDS = ("hottest", "elsewhere", "scattered", "another's hottest", "coldest")
"""Which fifth: the hottest blocks; blocks of that shape, moved by a random distance, round about the edges; random
blocks; the hottest of another picture; the coldest."""

BLUR = 0.15
"""Standard deviation of the blur as a share of the picture's side."""


def blocks(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean heat (N, GRID, GRID) in each block of pictures, from maps (N, h, w) of any size."""
    fine = 10 * GRID
    large = [cv2.resize(each, (fine, fine), interpolation=cv2.INTER_LINEAR) for each in maps]
    return np.stack(large).reshape(-1, GRID, 10, GRID, 10).mean(axis=(2, 4))


def chosen(heat: NDArray[np.float32], rng: np.random.Generator) -> dict[str, Masks]:
    """Return for each of KINDS which blocks of the pictures are chosen, (N, GRID, GRID), FIFTH of each picture."""
    order = np.argsort(-heat.reshape(len(heat), -1), axis=1, kind="stable")
    hottest, coldest = (_masks(places) for places in (order[:, :FIFTH], order[:, -FIFTH:]))
    elsewhere = np.stack([np.roll(mask, _distance(rng), (0, 1)) for mask in hottest])
    scattered = _masks(rng.permuted(order, axis=1)[:, :FIFTH])
    return dict(
        zip(KINDS, (hottest, elsewhere, scattered, np.roll(hottest, len(heat) // 2, axis=0), coldest), strict=True)
    )


def blank(image: Pixels, mask: Masks, fill: str) -> Pixels:
    """Return an image (H, W, 3) whose blocks in a mask (GRID, GRID) hold its mean colour, or a blurred image."""
    if fill == FILLS[0]:
        filling = np.broadcast_to(image.mean(axis=(0, 1)).round().astype(np.uint8), image.shape)
    else:
        filling = cv2.GaussianBlur(image, (0, 0), BLUR * max(image.shape))
    whole = cv2.resize(mask.astype(np.uint8), image.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    return np.where(whole[:, :, None] > 0, filling, image).astype(np.uint8)


def _masks(places: NDArray[np.int64]) -> Masks:
    masks = np.zeros((len(places), GRID * GRID), bool)
    np.put_along_axis(masks, places, True, axis=1)
    return masks.reshape(-1, GRID, GRID)


def _distance(rng: np.random.Generator) -> tuple[int, int]:
    """Return rows and columns to move by; not both are 0."""
    down, right = divmod(int(rng.integers(1, GRID * GRID)), GRID)
    return down, right
