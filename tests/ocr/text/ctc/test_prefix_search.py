"""The search with a proof against all texts that there are."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ocr.text.ctc.decoding import beam
from ocr.text.ctc.prefix_search import best_first
from ocr.text.ctc.probability import log_softmax, text_log_probability_batch
from ocr.text.grammar import CAPTCHA, FreeText
from ocr.text.vocabulary import Vocabulary

FOUR = Vocabulary("abcd")


def brute_force(log_probs: np.ndarray, vocabulary: Vocabulary, language: FreeText) -> tuple[set[str], float]:
    """The most probable of all allowed texts, with those that are as good as it, and its log probability."""
    longest = len(log_probs) if language.longest is None else min(language.longest, len(log_probs))
    characters = [char for char in vocabulary.characters if not language.alphabet or char in language.alphabet]
    texts = [
        "".join(chars)
        for length in range(language.shortest, longest + 1)
        for chars in itertools.product(characters, repeat=length)
    ]
    if not texts:
        return set(), -np.inf
    ids = [vocabulary.encode(text) for text in texts]
    scores = text_log_probability_batch(np.broadcast_to(log_probs, (len(texts), *log_probs.shape)), ids)
    best = float(scores.max())
    return {text for text, score in zip(texts, scores, strict=True) if score > best - 1e-8}, best


@given(
    seed=st.integers(0, 2**32 - 1),
    columns=st.integers(1, 7),
    sharpness=st.floats(0, 8),
    alphabet=st.sampled_from(["", "a", "ab", "bcd", "abcd", "dxa"]),
    lengths=st.sampled_from([(0, None), (1, None), (0, 2), (1, 1), (2, 2), (3, 3), (2, 4), (4, 4)]),
)
def test_no_allowed_text_is_more_probable(
    seed: int, columns: int, sharpness: float, alphabet: str, lengths: tuple[int, int | None]
) -> None:
    logits = np.random.default_rng(seed).normal(0, sharpness, (columns, FOUR.size))
    log_probs = log_softmax(logits)
    language = FreeText("small", alphabet, *lengths)
    expected, score = brute_force(log_probs, FOUR, language)
    found = best_first(log_probs, FOUR, language, most=10**6)
    answer = beam(log_probs, FOUR, language)
    assert found.proven
    if not np.isfinite(score):  # none, or none that fits into the columns
        assert answer is None
        return
    assert found.text in expected
    assert answer is not None
    assert answer.text in expected
    assert abs(answer.log_probability - score) < 1e-8


def test_the_best_of_the_allowed_is_not_the_best_with_letters_struck_out() -> None:
    # Greedy reads "ba"; without the b there is "a" left, but two characters were asked for: "ca" by a hair.
    log_probs = log_softmax(np.array([[0.0, 0, 5, 2, 1], [5, 0, 0, 0, 0], [0, 5, 0, 0, 0]]))
    assert best_first(log_probs, FOUR, FreeText("t", "acd", 2, 2)).text == "ca"


def test_impossible_lengths_and_blind_columns() -> None:
    log_probs = log_softmax(np.zeros((3, FOUR.size)))
    assert best_first(log_probs, FOUR, FreeText("t", "ab", 4, 5)).text is None
    assert best_first(log_probs[:0], FOUR, FreeText("t", "ab", 0, 1)).text == ""
    log_probs[1] = -np.inf
    assert best_first(log_probs, FOUR, FreeText("t", "ab", 1, 2)).text is None


def test_in_noise_it_gives_up_and_the_beam_still_answers() -> None:
    vocabulary = Vocabulary(CAPTCHA.alphabet)
    log_probs = log_softmax(np.random.default_rng(0).normal(0, 0.01, (30, vocabulary.size)))
    found = best_first(log_probs, vocabulary, CAPTCHA, most=50)
    assert not found.proven
    answer = beam(log_probs, vocabulary, CAPTCHA)
    assert answer is not None
    assert CAPTCHA.contains(answer.text)
