"""Put the frames of an animation together: captchas whose letters fade in and out show all of them in none."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

MOST_FRAMES = 64
"""Frames that are looked at; captchas have 3 to 20."""
_SAME = 8
"""Levels by which frames may differ and still be the same picture."""


def merge_frames(frames: Iterable[Image]) -> Image:
    """Return one picture with what every frame shows: frames are RGB (H, W, 3), uint8, all of one size.

    Each pixel is taken from the frame in which it is furthest from the paper, the commonest colour of all frames, so
    that a letter counts where it is darkest or most saturated. Later frames of another size are left out. Raises
    ValueError without any frame.
    """
    every: list[Image] = []
    for frame in frames:
        if len(every) == MOST_FRAMES:
            break
        if every and frame.shape != every[0].shape:
            continue
        every.append(frame)
    if not every:
        raise ValueError("there are no frames")
    first = every[0]
    others = [frame for frame in every[1:] if int(cv2.absdiff(frame, first).max()) > _SAME]
    if not others:
        return first
    paper = _commonest_colour([first, *others])
    merged, furthest = first.copy(), _distance(first, paper)
    for frame in others:
        distance = _distance(frame, paper)
        further = distance > furthest
        merged[further] = frame[further]
        np.maximum(furthest, distance, out=furthest)
    return merged


def _commonest_colour(frames: list[Image]) -> NDArray[np.int16]:
    """Return the commonest colour (3,), to 16 levels a channel, as the mean of the pixels that have it."""
    pixels = np.concatenate([frame.reshape(-1, 3) for frame in frames])
    coarse = pixels >> 4
    codes = (coarse[:, 0].astype(np.int32) << 8) | (coarse[:, 1].astype(np.int32) << 4) | coarse[:, 2]
    commonest = int(np.bincount(codes, minlength=4096).argmax())
    return np.rint(pixels[codes == commonest].mean(axis=0)).astype(np.int16)


def _distance(frame: Image, paper: NDArray[np.int16]) -> NDArray[np.int16]:
    return np.abs(frame.astype(np.int16) - paper).sum(axis=2, dtype=np.int16)
