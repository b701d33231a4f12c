"""A formula that was not read for sure is read twice."""

from __future__ import annotations

import numpy as np

from ocr.text.decoding import best_of_looks, log_softmax
from ocr.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary("ab")


def look(first: tuple[float, float, float], second: tuple[float, float, float]) -> np.ndarray:
    """Log probabilities (2, 3) of blank, a and b in two columns."""
    return log_softmax(np.log(np.array([[first, second]], np.float32)))[0]


def test_both_looks_decide() -> None:
    unsure = look((0.02, 0.53, 0.45), (0.98, 0.01, 0.01))
    sure = look((0.02, 0.03, 0.95), (0.98, 0.01, 0.01))
    answer = best_of_looks(["a", "b"], (unsure, sure), VOCABULARY)
    assert answer is not None
    assert answer.text == "b"
    (each,) = answer.characters
    assert (each.symbol, each.start) == ("b", 0)
    assert round(each.confidence, 2) == 0.45  # as the first look sees it
    alone = [best_of_looks(["b"], (one,), VOCABULARY) for one in (unsure, sure)]
    assert all(each is not None for each in alone)
    mean = np.mean([each.log_probability for each in alone if each is not None])
    np.testing.assert_allclose(answer.log_probability, mean, atol=1e-6)


def test_without_a_text_there_is_no_answer() -> None:
    assert best_of_looks([], (look((1, 1, 1), (1, 1, 1)),), VOCABULARY) is None
    assert best_of_looks(["aaa"], (look((1, 1, 1), (1, 1, 1)),), VOCABULARY) is None
