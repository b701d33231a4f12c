"""Boxes of parts of a line, united."""

from __future__ import annotations

from preprocessing.page.grouping import united


def test_boxes_are_united_over_gaps_until_none_are_near() -> None:
    boxes = [(0, 0, 10, 10), (30, 0, 40, 10), (12, 0, 28, 10), (0, 100, 10, 110)]
    assert sorted(united(boxes, (5, 5))) == [(0, 0, 40, 10), (0, 100, 10, 110)]
    assert united([], (5, 5)) == []
