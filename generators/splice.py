"""New captchas of one kind from a few of it: cut between characters, and put together what two images say.

Sixty images hold each pair of neighbours once or never, and a network learns them by heart. Cut apart and put together
anew, the same letters stand behind others, in texts of the same form, on the kind's own paper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.arrays import Pixels

BLENDED = 3
"""Columns over which one image turns into the other."""

MOST_APART = 40
"""Levels by which the papers of two images may differ in a channel; the second is shifted by the difference."""

TRIES = 8
"""Partners and places that are tried for one image before it stays as it is."""


@dataclass(frozen=True, eq=False)
class CutImage:
    """An image, its text, and the columns at which it may be cut."""

    pixels: Pixels = field(repr=False)
    """RGB (H, W, 3) or grey (H, W), uint8."""
    text: str
    cuts: tuple[int, ...] = ()
    """The column before which each character but the first begins, rising; () where they are not known."""

    def __post_init__(self) -> None:
        if self.cuts and len(self.cuts) != len(self.text) - 1:
            raise ValueError(f"{self.text!r} has {len(self.text)} characters and {len(self.cuts)} cuts")


def spliced(
    first: CutImage, others: Sequence[CutImage], allowed: Callable[[str], bool], rng: np.random.Generator
) -> CutImage:
    """Return the beginning of `first` with the end of one of `others`, cut between characters.

    The text of both is one that is `allowed` and no shorter or longer than one of the two. Where no place fits, as
    where the papers differ too much, `first` comes back as it is.
    """
    for _ in range(TRIES):
        other = others[int(rng.integers(len(others)))]
        if other is first or not first.cuts or not other.cuts:
            continue
        here, there = (int(rng.integers(1, len(each.text))) for each in (first, other))
        if len(first.text) == len(other.text):
            there = here
        text = first.text[:here] + other.text[there:]
        if len(text) not in (len(first.text), len(other.text)) or not allowed(text):
            continue
        if (joined := _joined(first, here, other, there)) is not None:
            return CutImage(joined[0], text, joined[1])
    return first


def _joined(first: CutImage, here: int, other: CutImage, there: int) -> tuple[Pixels, tuple[int, ...]] | None:
    """Return the image of both parts and its cuts, None where their papers are of different colours."""
    height = first.pixels.shape[0]
    begin, end = first.cuts[here - 1], other.cuts[there - 1]
    pixels, scale = other.pixels, height / other.pixels.shape[0]
    if scale != 1:
        pixels = cv2.resize(pixels, (max(1, round(pixels.shape[1] * scale)), height), interpolation=cv2.INTER_LINEAR)
    end = min(round(end * scale), pixels.shape[1] - 1)
    shift = _paper(first.pixels) - _paper(pixels)
    if np.abs(shift).max() > MOST_APART:
        return None
    right = np.clip(pixels.astype(np.int16) + shift, 0, 255).astype(np.uint8)
    half = min(BLENDED // 2, begin, end, first.pixels.shape[1] - begin, right.shape[1] - end)
    before, behind = first.pixels[:, : begin - half], right[:, end + half :]
    seam = _seam(first.pixels[:, begin - half : begin + half], right[:, end - half : end + half])
    ahead = [first.cuts[index] for index in range(here - 1)]
    behind_cuts = [round(cut * scale) - end + begin for cut in other.cuts[there:]]
    return np.concatenate([before, seam, behind], axis=1), (*ahead, begin, *behind_cuts)


def _paper(pixels: Pixels) -> NDArray[np.int16]:
    """Return the middle level of each channel."""
    return np.median(pixels.reshape(-1, *pixels.shape[2:]), axis=0).astype(np.int16)


def _seam(left: Pixels, right: Pixels) -> Pixels:
    """Turn one strip into another of the same size, column by column."""
    columns = left.shape[1]
    share = ((np.arange(columns) + 0.5) / max(1, columns)).reshape(1, -1, *[1] * (left.ndim - 2))
    return np.rint(left * (1 - share) + right * share).astype(np.uint8)
