"""The small digits under a fraction's bar are found and enlarged."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from preprocessing.page.denominator_crop import HIGHER, WIDER, digits_below, enlarged

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


def rows(seen: NDArray[np.uint8]) -> tuple[int, int]:
    """The first and the last row with ink."""
    found = np.flatnonzero((seen[..., 0] < 128).any(1))
    return int(found[0]), int(found[-1])


@pytest.mark.parametrize("where", [{"channel": 0}, {"channel": 1}, {"bar": False}])
def test_the_bar_is_left_out_even_where_an_arc_lies_on_it(where: dict[str, int]) -> None:
    seen = enlarged(fraction(**where), 66, 98)
    first, last = rows(seen)
    assert first > 4
    assert abs(last - first + 1 - HIGHER * (ROWS.stop - ROWS.start)) <= 2
    assert (seen[first:, :, 1] == 255).all()


def test_digits_that_touch_the_bar_are_not_taken_for_it() -> None:
    joined = fraction()
    joined[BAR.stop : ROWS.start, 66:98, 0] = 0
    apart, touching = rows(enlarged(fraction(), 66, 98)), rows(enlarged(joined, 66, 98))
    assert touching[0] < apart[0]


def test_digits_end_at_a_gap() -> None:
    joined = fraction()
    assert digits_below(joined, 75, 89) == (70, 94)
    joined[ROWS, 80:84, 0] = 0
    joined[ROWS, 95, 0] = 0  # one column of paper is no gap
    assert digits_below(joined, 75, 89) == (70, 96)


def test_digits_end_where_the_bar_does() -> None:
    joined = fraction()
    joined[20:60, 50:57, 0] = 0  # a bracket that is bent below the bar
    joined[ROWS, 50:84, 0] = 0
    assert digits_below(joined, 75, 89) == (60 - 2, 94)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (-5, 300), (89, 75), (199, 199)])
def test_columns_outside_are_met(first: int, last: int) -> None:
    left, right = digits_below(fraction(), first, last)
    assert 0 <= left <= min(max(0, min(first, last)), 199)
    assert min(max(first, last), 199) <= right <= 200


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
    assert enlarged(fraction(), 300, 400).shape[0] == 64
    assert enlarged(fraction(), -9, -3).shape[1] < 30
