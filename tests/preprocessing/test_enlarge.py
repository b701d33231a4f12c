"""The small digits under a fraction's bar are found and enlarged."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from preprocessing.enlarge import HIGHER, WIDER, below_bar, digits_below, enlarged

BAR = slice(30, 33)
DIGITS = ((70, 80), (84, 94))
ROWS = slice(36, 52)
BRACKET = (130, 136)


def fraction(*, channel: int = 0, bar: bool = True) -> NDArray[np.uint8]:
    """A joined image (64, 200, 2) of two digits under a bar, which stands in a channel, and a bracket behind it."""
    joined = np.full((64, 200, 2), 255, np.uint8)
    if bar:
        joined[BAR, 60:120, channel] = 0
    for left, right in DIGITS:
        joined[ROWS, left:right, 0] = 0
    joined[8:56, slice(*BRACKET), 0] = 0
    joined[10:24, 80:90, 0] = 0  # the variable
    return joined


def test_digits_begin_below_the_bar() -> None:
    assert below_bar(fraction()[:, 66:98]) == BAR.stop
    assert below_bar(fraction(channel=1)[:, 66:98]) == BAR.stop  # an arc lies on it
    assert below_bar(fraction(bar=False)[:, 66:98]) == 34


def test_digits_that_touch_the_bar_are_not_taken_for_it() -> None:
    joined = fraction()
    joined[BAR.stop : ROWS.start, 66:98, 0] = 0
    assert below_bar(joined[:, 66:98]) == BAR.start + 4


def test_digits_end_at_a_gap() -> None:
    joined = fraction()
    assert digits_below(joined, 75, 89) == (70, 94)
    joined[ROWS, 80:84, 0] = 0
    joined[ROWS, 95, 0] = 0  # one column of paper is no gap
    assert digits_below(joined, 75, 89) == (70, 96)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (-5, 300), (89, 75), (199, 199)])
def test_columns_outside_are_met(first: int, last: int) -> None:
    left, right = digits_below(fraction(), first, last)
    assert 0 <= left <= 200
    assert 0 <= right <= 200


def test_digits_are_enlarged_and_nothing_else_is_there() -> None:
    left, right = 66, 98
    seen = enlarged(fraction(), left, right)
    assert seen.shape[0] == 64
    assert seen.shape[2] == 2
    ink = seen[..., 0] < 128
    columns, rows = np.flatnonzero(ink.any(0)), np.flatnonzero(ink.any(1))
    assert abs(len(columns) - WIDER * sum(b - a for a, b in DIGITS)) <= 2
    assert abs(len(rows) - HIGHER * (ROWS.stop - ROWS.start)) <= 2
    assert (seen[..., 1] == 255).all()


def test_a_piece_of_one_column_is_met() -> None:
    assert enlarged(fraction(), 5, 5).shape[0] == 64
    assert enlarged(fraction(), -9, 500).shape[1] > 200
