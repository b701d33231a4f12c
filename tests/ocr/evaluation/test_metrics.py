"""Counting: what is right, where the errors are, which confidence to trust."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.errors import UnreadableImageError
from ocr.evaluation.calibration import at_threshold, calibration, choose_threshold
from ocr.evaluation.metrics import (
    CHUNK,
    Confusion,
    LengthScore,
    Outcome,
    align,
    outcomes,
    report,
    wilson_interval,
)
from ocr.inference.recognizer import load_recognizer

Save = Callable[..., Path]
Write = Callable[..., Any]

TEXTS = st.text("123+", max_size=8)


def test_a_reader_is_judged_by_text_and_exact_value(grey_bundle: Save, write_grey: Write) -> None:
    shown = ["1+2*3", "7/2", "2*2", "1/0", "11"]
    expected = ["1+2*3", "14/4", "2+2", "1/0", "12"]
    pairs = [(write_grey(text), label) for text, label in zip(shown, expected, strict=True)]
    results = list(outcomes(load_recognizer(grey_bundle()), pairs))
    assert [(each.index, each.expected, each.got) for each in results] == list(
        zip(range(5), expected, shown, strict=True)
    )
    # 7/2 is 14/4 and 2*2 is 2+2, but the texts are others; 1/0 has no value that could be wrong
    assert [each.value_right for each in results] == [True, True, True, None, False]
    assert [each.right for each in results] == [True, False, False, True, False]


def test_captchas_have_no_value(grey_bundle: Save, write_grey: Write) -> None:
    reader = load_recognizer(grey_bundle(task="captcha"))
    (result,) = outcomes(reader, [(write_grey("1234"), "1234")])
    assert result.value_right is None
    assert result.right


def test_unreadable_images_are_left_out_or_raised(grey_bundle: Save, write_grey: Write) -> None:
    reader = load_recognizer(grey_bundle())
    pairs = [(b"no image", "1"), (write_grey("2"), "2"), ("/gone.png", "3"), (write_grey("4"), "5")]
    problems: list[tuple[int, str]] = []
    wrong: list[int] = []
    results = list(
        outcomes(
            reader,
            pairs,
            unreadable=lambda index, error: problems.append((index, str(error))),
            wrong=lambda outcome, image: wrong.append(outcome.index),
        )
    )
    assert [each.index for each in results] == [1, 3]
    assert wrong == [3]
    assert [index for index, _ in problems] == [0, 2]
    assert "/gone.png" in problems[1][1]
    with pytest.raises(UnreadableImageError):
        list(outcomes(reader, pairs))


def test_images_are_taken_chunk_by_chunk(grey_bundle: Save, write_grey: Write) -> None:
    image = write_grey("7")
    taken = []

    def pairs() -> Any:
        for number in range(CHUNK + 2):
            taken.append(number)
            yield image, "7"

    results = outcomes(load_recognizer(grey_bundle(), threads=1), pairs())
    next(results)
    assert len(taken) == CHUNK
    assert len(list(results)) == CHUNK + 1


def outcome(index: int, expected: str, got: str, confidence: float = 1.0) -> Outcome:
    return Outcome(index, expected, got, confidence, expected == got)


def test_a_report_counts() -> None:
    results = [
        outcome(0, "1+2", "1+2", 0.99),
        outcome(1, "1+2", "7+2", 0.95),
        outcome(2, "(1+2)", "(1+2", 0.4),
        outcome(3, "7", "7", 0.6),
        Outcome(4, "1+3", "1+33", 0.9, False),
    ]
    found = report(results, threshold=0.9)
    assert (found.count, found.right, found.text_right, found.valued, found.value_right) == (5, 2, 2, 5, 2)
    assert found.exact == 0.4
    assert found.interval == wilson_interval(2, 5)
    assert found.confidence == pytest.approx(0.768)
    assert (found.kept.kept, found.kept.wrong, found.kept.share) == (3, 2, 0.6)
    assert found.lengths == (LengthScore(1, 1, 1), LengthScore(3, 3, 1), LengthScore(5, 1, 0))
    assert found.confusions == (Confusion("", "3", 1), Confusion(")", "", 1), Confusion("1", "7", 1))
    scores = {each.symbol: each for each in found.characters}
    assert list(scores) == sorted("1+2(73)")
    assert (scores["1"].shown, scores["1"].read, scores["1"].right) == (4, 3, 3)
    assert (scores["7"].recall, scores["7"].precision) == (1.0, 0.5)
    assert (scores[")"].recall, scores[")"].precision) == (0.0, 1.0)
    assert found.errors == (results[1], results[2], results[4])


def test_a_report_of_nothing() -> None:
    found = report([], threshold=0.5)
    assert (found.count, found.exact, found.interval, found.kept.share) == (0, 0.0, (0.0, 1.0), 1.0)
    assert found.lengths == found.characters == found.errors == ()


def test_a_report_is_json() -> None:
    found = report([outcome(0, "1", "7", 0.5), outcome(1, "流", "流")], threshold=0.9)
    entry = json.loads(json.dumps(found.to_json()))
    assert entry["count"] == 2
    assert entry["exact"] == 0.5
    assert entry["kept"]["share"] == 0.5
    assert entry["errors"] == [{"index": 0, "expected": "1", "got": "7", "confidence": 0.5, "value_right": False}]
    assert entry["characters"][0]["recall"] == 0.0


@pytest.mark.parametrize(
    ("expected", "got", "pairs"),
    [
        ("", "", []),
        ("12", "12", [("1", "1"), ("2", "2")]),
        ("12", "", [("1", ""), ("2", "")]),
        ("", "1", [("", "1")]),
        ("1+2", "7+2", [("1", "7"), ("+", "+"), ("2", "2")]),
        ("11", "1", [("1", ""), ("1", "1")]),
        ("(1)", "1)", [("(", ""), ("1", "1"), (")", ")")]),
    ],
)
def test_alignment(expected: str, got: str, pairs: list[tuple[str, str]]) -> None:
    assert align(expected, got) == pairs


@given(TEXTS, TEXTS)
def test_alignments_lose_nothing_and_cost_no_more_than_either_text(expected: str, got: str) -> None:
    pairs = align(expected, got)
    assert "".join(first for first, _ in pairs) == expected
    assert "".join(second for _, second in pairs) == got
    assert ("", "") not in pairs
    assert sum(first != second for first, second in pairs) <= max(len(expected), len(got))


def test_wilson_interval_against_published_figures() -> None:
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I
    for (right, count), (low, high) in {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }.items():
        assert wilson_interval(right, count) == pytest.approx((low, high), abs=5e-5)
    assert wilson_interval(20, 20)[1] == 1.0


def test_calibration_bins() -> None:
    bins = calibration([0.1, 0.3, 0.95, 1.0, 0.9], [False, True, True, True, False], edges=(0, 0.5, 0.9, 1))
    assert [(each.low, each.high, each.count, each.right) for each in bins] == [(0, 0.5, 2, 1), (0.9, 1, 3, 2)]
    assert bins[0].confidence == pytest.approx(0.2)


def test_threshold_keeps_the_share_asked_for() -> None:
    confidences = [number / 1000 for number in range(1000)]
    right = [number >= 5 and number != 500 for number in range(1000)]
    chosen = choose_threshold(confidences, right, keep=0.99, wrong=1)
    assert (chosen.threshold, chosen.kept, chosen.wrong) == (0.01, 990, 1)
    assert choose_threshold(confidences, right, keep=1, wrong=1).kept == 1000


def test_threshold_rises_until_few_of_the_kept_are_wrong() -> None:
    confidences = [number / 20_000 for number in range(20_000)]
    right = [confidence > 0.5 for confidence in confidences]
    assert choose_threshold(confidences, right) == at_threshold(0.5, confidences, right)  # one in 10,000 may be wrong
    assert choose_threshold(confidences, right).wrong == 1
    assert choose_threshold(confidences, right, wrong=0).threshold == 0.5001
    assert choose_threshold([0.9] * 50, [False] * 50).threshold == 1
    assert choose_threshold([0.9] * 50, [True] * 50).threshold == 0.9


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.floats(0.01, 1))
def test_threshold_property(confidences: list[float], keep: float) -> None:
    chosen = choose_threshold(confidences, [True] * len(confidences), keep=keep)
    assert chosen.kept >= keep * len(confidences) - 1e-4
    assert chosen.wrong == 0
    assert chosen == at_threshold(chosen.threshold, confidences, [True] * len(confidences))
    # the next digit would keep too few, unless nothing can be said higher
    higher = at_threshold(chosen.threshold + 2e-4, confidences, [True] * len(confidences))
    assert higher.kept < keep * len(confidences) + 1e-4


@pytest.mark.parametrize(("confidences", "keep"), [([], 0.9), ([0.5], 0), ([0.5], 1.1)])
def test_threshold_refuses_what_has_no_answer(confidences: list[float], keep: float) -> None:
    with pytest.raises(ValueError, match="cannot keep"):
        choose_threshold(confidences, [True] * len(confidences), keep=keep)
