"""Several models vote on an answer."""

from __future__ import annotations

import pytest

from ocr.inference.recognizer import Recognition
from ocr.submission.voting import vote
from ocr.text.expression import evaluate


def said(text: str, confidence: float) -> Recognition:
    return Recognition(text, evaluate(text).value, confidence, (), None, "formula")


@pytest.mark.parametrize(
    ("answers", "text", "confidence"),
    [
        ([("1", 0.5)], "1", 0.5),
        ([("1", 0.5), ("2", 0.9), ("1", 0.6)], "1", 0.6),  # most
        ([("1", 0.5), ("2", 0.9)], "2", 0.9),  # a tie of one each
        ([("1", 0.5), ("2", 0.7), ("2", 0.6), ("1", 0.8)], "1", 0.8),  # a tie of two each
        ([("1", 0.5), ("2", 0.5)], "1", 0.5),  # equal in all
        ([("", 0.0), ("", 0.0), ("1", 0.02)], "1", 0.02),  # who read nothing has no vote
        ([("", 0.0), ("", 0.005)], "", 0.005),
    ],
)
def test_vote(answers: list[tuple[str, float]], text: str, confidence: float) -> None:
    won = vote([said(*answer) for answer in answers])
    assert (won.text, won.confidence) == (text, confidence)
