import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.text.ctc.columns import Columns, columns_of
from ocr.text.ctc.decoding import greedy
from ocr.text.ctc.probability import align, log_softmax, text_log_probability
from ocr.text.vocabulary import Vocabulary

LETTERS = Vocabulary("aAb")
CASES = (("A", "a"),)


def random_columns(seed: int, columns: int, vocabulary: Vocabulary, sharpness: float = 2.0) -> np.ndarray:
    return log_softmax(np.random.default_rng(seed).normal(size=(columns, vocabulary.size)) * sharpness)


def summed(log_probs: np.ndarray, vocabulary: Vocabulary, counts_as: dict[str, str]) -> dict[str, float]:
    """The probability of every text by summing over every path, with characters that count as others."""
    symbols = ["", *(counts_as.get(char, char) for char in vocabulary.characters)]
    totals: dict[str, float] = {}
    for path in itertools.product(range(vocabulary.size), repeat=len(log_probs)):
        text = "".join(symbol for symbol, _ in itertools.groupby(symbols[index] for index in path))
        chance = math.exp(sum(log_probs[column, index] for column, index in enumerate(path)))
        totals[text] = totals.get(text, 0) + chance
    return totals


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_both_cases_of_a_letter_add_up(seed: int, columns: int) -> None:
    log_probs = random_columns(seed, columns, LETTERS)
    merged = columns_of(log_probs, LETTERS).merged(CASES)
    assert merged.vocabulary.characters == "ab"
    for text, total in summed(log_probs, LETTERS, dict(CASES)).items():
        assert math.exp(merged.log_probability(text)) == pytest.approx(total)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_an_alphabet_is_what_is_known_for_sure(seed: int, columns: int) -> None:
    log_probs = random_columns(seed, columns, LETTERS)
    known = columns_of(log_probs, LETTERS).only("bA!")
    totals = {text: total for text, total in summed(log_probs, LETTERS, {}).items() if "a" not in text}
    assert math.exp(known.log_share) == pytest.approx(sum(totals.values()))
    for text, total in totals.items():
        assert math.exp(known.log_probability(text)) == pytest.approx(total / sum(totals.values()))
    assert known.log_probability("a") == -math.inf


@given(st.integers(0, 2**32 - 1), st.integers(0, 12), st.text("aAb", max_size=5))
def test_texts_are_scored_and_placed_as_everywhere(seed: int, columns: int, text: str) -> None:
    log_probs = random_columns(seed, columns, LETTERS)
    seen = columns_of(log_probs, LETTERS)
    ids = LETTERS.encode(text)
    assert seen.log_probability(text) == pytest.approx(text_log_probability(log_probs, ids))
    spans = align(log_probs, ids) or []
    assert [(one.start, one.end) for one in seen.characters(text)] == spans
    decoded = greedy(log_probs, LETTERS)
    assert seen.greedy_text == decoded.text
    placed = seen.characters(decoded.text)
    assert [(one.symbol, one.start, one.end) for one in placed] == [
        (one.symbol, one.start, one.end) for one in decoded.characters
    ]
    assert [one.confidence for one in placed] == pytest.approx([one.confidence for one in decoded.characters])


def test_faint_texts_keep_their_digits() -> None:
    log_probs = np.full((300, LETTERS.size), -50.0)
    log_probs[:, 0] = 0.0
    assert columns_of(log_probs, LETTERS).log_probability("aAbaAb") == pytest.approx(
        text_log_probability(log_probs, LETTERS.encode("aAbaAb"))
    )


def test_characters_may_get_a_name_that_the_vocabulary_lacks() -> None:
    log_probs = random_columns(5, 4, Vocabulary("AB"))
    merged = columns_of(log_probs, Vocabulary("AB")).merged((("A", "a"), ("B", "b")))
    assert merged.vocabulary.characters == "ab"
    assert merged.greedy_text == greedy(log_probs, Vocabulary("AB")).text.lower()


def test_nothing_to_merge_or_to_leave_out_changes_nothing() -> None:
    seen = columns_of(random_columns(0, 3, LETTERS), LETTERS)
    assert seen.merged((("Z", "z"),)) is seen
    assert seen.only("abAB") is seen
    assert isinstance(seen, Columns)
    before = seen.chances.copy()
    seen.merged(CASES)
    seen.only("b")
    assert np.array_equal(seen.chances, before)


def test_columns_without_any_allowed_character_are_impossible() -> None:
    log_probs = np.full((2, LETTERS.size), -np.inf)
    log_probs[:, 1] = 0.0
    known = columns_of(log_probs, LETTERS).only("b")
    assert known.log_share == -math.inf
    assert known.log_probability("b") == -math.inf
