"""A formula that was not read for sure is looked at again."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.inference.test_time_augmentation import TRANSFORM_STAGES, Transform
from ocr.text.ctc.decoding import best_over_transforms, log_softmax
from ocr.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary("ab")


def look(first: tuple[float, float, float], second: tuple[float, float, float]) -> np.ndarray:
    """Log probabilities (2, 3) of blank, a and b in two columns."""
    return log_softmax(np.log(np.array([[first, second]], np.float32)))[0]


def test_both_looks_decide() -> None:
    unsure = look((0.02, 0.53, 0.45), (0.98, 0.01, 0.01))
    sure = look((0.02, 0.03, 0.95), (0.98, 0.01, 0.01))
    answer = best_over_transforms(["a", "b"], (unsure, sure), VOCABULARY)
    assert answer is not None
    assert answer.text == "b"
    (each,) = answer.characters
    assert (each.symbol, each.start) == ("b", 0)
    assert round(each.confidence, 2) == 0.45  # as the first look sees it
    alone = [best_over_transforms(["b"], (one,), VOCABULARY) for one in (unsure, sure)]
    assert all(each is not None for each in alone)
    mean = np.mean([each.log_probability for each in alone if each is not None])
    np.testing.assert_allclose(answer.log_probability, mean, atol=1e-6)


def test_without_a_text_there_is_no_answer() -> None:
    assert best_over_transforms([], (look((1, 1, 1), (1, 1, 1)),), VOCABULARY) is None
    assert best_over_transforms(["aaa"], (look((1, 1, 1), (1, 1, 1)),), VOCABULARY) is None


def square() -> np.ndarray:
    """An input (64, 40, 2) with ink in rows 20 to 39 of columns 10 to 29."""
    pixels = np.full((64, 40, 2), 255, np.uint8)
    pixels[20:40, 10:30] = 0
    return pixels


@pytest.mark.parametrize(
    ("look", "rows", "columns", "width"),
    [
        (Transform(), (20, 40), (10, 30), 40),
        (Transform(right=3), (20, 40), (13, 33), 43),
        (Transform(down=2), (22, 42), (10, 30), 40),
        (Transform(down=-2), (18, 38), (10, 30), 40),
        (Transform(wider=1.5), (20, 40), (15, 45), 60),
        (Transform(higher=1.5), (14, 44), (10, 30), 40),
        (Transform(wider=0.5, higher=0.5), (26, 36), (5, 15), 20),
        (Transform(right=1, down=4, higher=0.5), (30, 40), (11, 31), 41),
    ],
)
def test_a_look_moves_and_enlarges_the_ink(
    look: Transform, rows: tuple[int, int], columns: tuple[int, int], width: int
) -> None:
    pixels = square()
    seen = look(pixels)
    assert seen.shape == (64, width, 2)
    assert (pixels == square()).all()
    ink = (seen < 128).all(2)
    assert (np.flatnonzero(ink.any(1))[[0, -1]] + (0, 1)).tolist() == list(rows)
    assert (np.flatnonzero(ink.any(0))[[0, -1]] + (0, 1)).tolist() == list(columns)


def test_all_looks_differ() -> None:
    looks = [look for each in TRANSFORM_STAGES for look in each.transforms]
    assert len({*looks, Transform()}) == len(looks) + 1
