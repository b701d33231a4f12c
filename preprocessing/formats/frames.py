"""Put the frames of an animation together: captchas whose letters fade in and out show all of them in none."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.formats.alpha import bands

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
    merged = first.copy()
    for rows in bands(*first.shape[:2]):
        part, furthest = merged[rows], _distance(first[rows], paper)
        for frame in others:
            distance = _distance(frame[rows], paper)
            further = distance > furthest
            part[further] = frame[rows][further]
            np.maximum(furthest, distance, out=furthest)
    return merged


def _commonest_colour(frames: list[Image]) -> NDArray[np.int16]:
    """Return the commonest colour (3,), to 16 levels a channel, as the mean of the pixels that have it."""
    parts = [frame[rows].reshape(-1, 3) for frame in frames for rows in bands(*frame.shape[:2])]
    counts = np.zeros(4096, np.intp)
    for part in parts:
        counts += np.bincount(_codes(part), minlength=4096)
    commonest = int(counts.argmax())
    count, total = 0, np.zeros(3)
    for part in parts:
        own = part[_codes(part) == commonest]
        count, total = count + len(own), total + own.sum(axis=0, dtype=np.int64)
    return np.rint(total / count).astype(np.int16)


def _codes(pixels: Image) -> NDArray[np.int32]:
    """Number the colours of pixels (N, 3), to 16 levels a channel."""
    coarse = pixels >> 4
    return (coarse[:, 0].astype(np.int32) << 8) | (coarse[:, 1].astype(np.int32) << 4) | coarse[:, 2]


def _distance(frame: Image, paper: NDArray[np.int16]) -> NDArray[np.int16]:
    return np.abs(frame.astype(np.int16) - paper).sum(axis=2, dtype=np.int16)
