"""Scores by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from classifiers.segmentation.scores import score, summary
from ocr.errors import OcrError


def row(text: str) -> NDArray[np.int32]:
    """Objects of a picture one pixel high; a dot is none."""
    return np.array([[0 if each == "." else int(each) for each in text]], np.int32)


@pytest.mark.parametrize(
    ("truth", "found", "hits", "dice", "object_dice"),
    [
        ("11..22", "11..22", 2, 1, 1),
        ("11..22", "77..33", 2, 1, 1),  # numbers mean nothing
        ("11..22", "......", 0, 0, 0),
        ("......", "......", 0, 1, 1),
        ("......", "1.....", 0, 0, 0),
        ("1111..", "11....", 1, 2 / 3, 2 / 3),  # half is enough
        ("1111..", "1.....", 0, 2 / 5, 2 / 5),
        ("1111..", "1122..", 1, 1, 2 / 3),  # two halves are one hit
        ("1122..", "1111..", 1, 1, 2 / 3),  # of two in one, one is found
        ("11....", "111111", 1, 1 / 2, 1 / 2),
        ("11..22", "....44", 1, 2 / 3, (1 / 2 + 1) / 2),
    ],
)
def test_truth_table(truth: str, found: str, hits: int, dice: float, object_dice: float) -> None:
    scored = score(row(truth), row(found))
    assert scored.hits == hits
    assert scored.dice == pytest.approx(dice)
    assert scored.object_dice == pytest.approx(object_dice)


def test_summary_of_pictures() -> None:
    scores = [score(row("1111"), row("1111")), score(row("1..."), row("1222"))]
    figures = summary(scores)
    assert figures["dice"] == pytest.approx((1 + 2 / 5) / 2)
    assert figures["pooled_dice"] == pytest.approx(2 * 5 / 13)
    assert figures["f1"] == pytest.approx(2 * 2 / 5)
    assert (figures["precision"], figures["recall"]) == (pytest.approx(2 / 3), 1)
    assert (figures["pictures"], figures["objects"], figures["objects_found"]) == (2, 2, 3)
    assert scores[1].f1 == pytest.approx(2 / 3)
    with pytest.raises(OcrError):
        summary([])
    with pytest.raises(OcrError):
        score(row("11"), row("111"))
