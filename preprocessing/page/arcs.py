"""Arcs of the ink's own colour, told from strokes by their shape: thin, long, and drawn before the page is smoothed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.arrays import Floats
from preprocessing.page.grouping import parts

Mask = NDArray[np.uint8]
Places = NDArray[np.intp]
Levels = NDArray[np.uint8] | NDArray[np.uint16]
"""Amounts of ink, FULL where it is the ink's full colour, more where an arc is darker than that."""

FULL = 100
RIDGE = 0.55
"""A ridge's neighbours show less than this share of its ink: 3/7 beside a line of one pixel that was smoothed."""
ROUNDED = 0.6
"""By so many grey levels a pixel's distance from the paper may be less for the rounding of its channels."""

DARK = 65535
FAINT = 12
"""An arc is at least so dark, of FULL; a light one of the ink's colour may be far paler than the ink."""
GAP = 25
"""Pixels across which ridges may be pieces of one arc: strokes cross it, and hide it."""
LONG = 24
"""An arc is at least so many pixels wide; hairlines of characters are shorter."""
PIECES = 4
"""An arc that bends too much for one parabola is found piece by piece, and so are arcs that cross: up to so many."""
TRIALS, SCORED = 64, 150
"""Parabolas through three random pixels, of which the one that meets the most of about so many others is taken."""
NEAR = 1.2
"""Pixels of an arc lie so near to its parabola, measured across it."""
EDGE = 3
"""Rows at the edges of a line in which there is no text, or nearly none."""
EVIDENCE, BARE = 22, 3
"""So many columns must show an arc, each bare one, in which it would lie on paper, counting as so many against it."""


def ridges(levels: Levels, contrast: float) -> tuple[Levels, Mask]:
    """Return what of the ink (H, W) is at least two pixels wide and high, and where ridges of one pixel are, 255 or 0.

    A line of one pixel that was smoothed is more than twice as dark as what lies beside it; strokes, three wide and
    more, are not. `contrast` is the distance of the ink's colour from the paper's in grey levels.
    """
    thick = opened(levels)
    # Faint ink has but a few levels: by rounding alone one may be twice the next.
    sure = cv2.subtract(levels, min(255.0, ROUNDED * FULL / (RIDGE * contrast)))
    return thick, cv2.compare(thick, cv2.multiply(sure, RIDGE), cv2.CMP_LT)


def opened(levels: NDArray[Any]) -> NDArray[Any]:
    """Return what of some levels (H, W) is at least two pixels wide and high."""
    square = np.ones((2, 2), np.uint8)
    return cv2.dilate(cv2.erode(levels, square, anchor=(0, 0)), square, anchor=(1, 1))


def arcs(levels: Levels, contrast: float) -> Mask:
    """Return where the ink (H, W) is an arc's and no stroke's: a mask, 255 or 0.

    Ridges that lie on one smooth curve, which is nowhere bare but only hidden by strokes, are an arc; others are
    hairlines of characters. A steep curve is one if it comes from the upper or the lower edge, where no text is.
    """
    _, ridge = ridges(levels, contrast)
    ridge &= cv2.inRange(levels, FAINT, DARK)
    rng = np.random.default_rng(0)
    found = _along(ridge, levels, rng)
    edges = np.concatenate([ridge[:EDGE], ridge[-EDGE:]])
    if np.count_nonzero(edges & ~np.concatenate([found[:EDGE], found[-EDGE:]])):
        left = np.ascontiguousarray((ridge & ~found).T)
        found |= _along(left, np.ascontiguousarray(levels.T), rng, from_edge=True).T
    if not found.any():
        return found
    beside = cv2.dilate(cv2.copyTo(levels, found), np.ones((3, 3), np.uint8))
    return found | cv2.compare(levels, cv2.multiply(beside, RIDGE), cv2.CMP_LT)


def _along(ridge: Mask, levels: Levels, rng: np.random.Generator, from_edge: bool = False) -> Mask:
    """Return what of some ridges (H, W) lies on arcs along the rows.

    `from_edge` only on such as come from the left or the right edge.
    """
    found = np.zeros_like(ridge)
    numbers = np.flatnonzero(ridge.ravel().view(bool))  # many times as fast as by rows and columns
    if len(numbers) < EVIDENCE:
        return found
    # What a piece is bridged with lies beside it.
    bridged = cv2.dilate(ridge, np.ones((5, 1), np.uint8))
    bridged = cv2.morphologyEx(bridged, cv2.MORPH_CLOSE, np.ones((1, GAP), np.uint8))
    labels, stats = parts(bridged)
    label = labels.ravel()[numbers]
    y, x = np.divmod(numbers, ridge.shape[1])
    chosen = (stats[:, cv2.CC_STAT_WIDTH] >= LONG) & (np.bincount(label, minlength=len(stats)) >= EVIDENCE)
    if from_edge:
        ends = stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH]
        chosen &= (stats[:, cv2.CC_STAT_LEFT] < EDGE) | (ends > ridge.shape[1] - EDGE)
    for number in np.flatnonzero(chosen):
        left, top, width, height = (int(side) for side in stats[number, :4])
        own = label == number
        sides = (left < EDGE, left + width > ridge.shape[1] - EDGE) if from_edge else None
        ink = cv2.integral(cv2.inRange(levels[top : top + height, left : left + width], FAINT, DARK) & 1)
        for on in _on_curves(y[own] - top, x[own] - left, ink, rng, sides):
            found[y[own][on], x[own][on]] = 255
    return found


def _on_curves(
    y: Places, x: Places, ink: NDArray[np.int32], rng: np.random.Generator, sides: tuple[bool, bool] | None = None
) -> Iterator[Places]:
    """Yield for each arc which of some ridges' pixels, in rows and columns (N,), lie on it: numbers.

    `ink` (H + 1, W + 1) is the integral of what is ink; with `sides` only arcs that reach the left or the right side,
    where that is an edge.
    """
    height, width = ink.shape[0] - 1, ink.shape[1] - 1
    column = np.linspace(-1, 1, width, dtype=np.float32)
    powers = _powers(column)
    in_column = np.diff(ink, axis=1)
    left = np.arange(len(y))
    for _ in range(PIECES):
        if len(left) < EVIDENCE:
            break
        curve = _parabola(column[x[left]], y[left].astype(np.float32), width / 2, rng)
        if curve is None:
            break
        middle, near = powers @ curve, _near(column, curve, width / 2)
        on = np.abs(y[left] - middle[x[left]]) <= near[x[left]]
        ridge = np.zeros(width, bool)
        ridge[x[left[on]]] = True
        first, last = (np.clip(edge, 0, height).astype(np.intp) for edge in (np.ceil(middle - near), middle + near + 1))
        columns = np.arange(width)
        shown = _stretch(ridge, in_column[np.maximum(first, last), columns] > in_column[first, columns])
        if shown is None or not _comes_from(sides, shown, width):
            break
        on &= (x[left] >= shown[0]) & (x[left] < shown[1])
        yield left[on]
        left = left[~on]


def _comes_from(sides: tuple[bool, bool] | None, shown: tuple[int, int], width: int) -> bool:
    """Tell whether a curve, shown in some of `width` columns, comes from one of the `sides` that are edges, if any."""
    return sides is None or (sides[0] and shown[0] < EDGE) or (sides[1] and shown[1] >= width - EDGE)


def _powers(x: Floats) -> Floats:
    return np.stack([np.ones_like(x), x, x * x], axis=1)


def _near(x: Floats, curves: NDArray[Any], scale: float) -> Floats:
    """Return by how many rows a pixel of an arc may lie off a parabola (..., 3) at x (N,): more where it is steep.

    `scale` are the columns of one unit of x.
    """
    slope = (curves[..., 1, None] + 2 * curves[..., 2, None] * x) / scale
    return NEAR * np.sqrt(1 + np.square(slope))


def _parabola(x: Floats, y: Floats, scale: float, rng: np.random.Generator) -> NDArray[Any] | None:
    """Return the parabola (3,), its constant first, that meets the most of some pixels, if there is one."""
    powers = _powers(x).astype(np.float64)
    trials = rng.integers(len(x), size=(TRIALS, 3))
    trials = trials[(np.diff(np.sort(x[trials], axis=1), axis=1) > 0).all(1)]
    if not len(trials):
        return None
    curves = np.linalg.solve(powers[trials], y[trials][..., None])[..., 0]
    some = slice(None, None, 1 + len(x) // SCORED)
    met = np.abs(curves @ powers[some].T - y[some]) <= _near(x[some], curves, scale)
    curve = curves[met.sum(1).argmax()]
    best = np.abs(powers @ curve - y) <= _near(x, curve, scale)
    return np.linalg.lstsq(powers[best], y[best], rcond=None)[0]


def _stretch(shown: NDArray[np.bool_], ink: NDArray[np.bool_]) -> tuple[int, int] | None:
    """Return the columns (from, to) between which a curve shows best, if that is an arc.

    `shown` (W,) are the columns in which a ridge lies on it, `ink` those in which any ink does, which may hide it.
    """
    total = np.concatenate([[0], np.cumsum(np.where(shown, 1, np.where(ink, 0, -BARE)))])
    gain = total - np.minimum.accumulate(total)
    last = int(gain.argmax())
    if gain[last] < EVIDENCE:
        return None
    first = int(total[: last + 1].argmin())
    return (first, last) if last - first >= LONG else None
