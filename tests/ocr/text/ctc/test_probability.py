"""The forward pass and the alignment against an enumeration of every path."""

import itertools
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ocr.errors import OcrError
from ocr.text.ctc.probability import align, align_batch, log_softmax, text_log_probability, text_log_probability_batch


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(index for index, _ in itertools.groupby(path) if index)


def all_texts(log_probs: np.ndarray) -> dict[tuple[int, ...], float]:
    """The probability of every text, by summing over every path."""
    columns, size = log_probs.shape
    totals: dict[tuple[int, ...], float] = defaultdict(float)
    for path in itertools.product(range(size), repeat=columns):
        totals[collapsed(path)] += math.exp(sum(log_probs[column, index] for column, index in enumerate(path)))
    return dict(totals)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(2, 4))
def test_probabilities_are_the_sums_over_all_paths(seed: int, columns: int, size: int) -> None:
    log_probs = log_softmax(np.random.default_rng(seed).normal(size=(columns, size)) * 3)
    totals = all_texts(log_probs)
    assert sum(totals.values()) == pytest.approx(1)
    texts = list(totals)
    batch = text_log_probability_batch(np.stack([log_probs] * len(texts)), texts)
    np.testing.assert_allclose(batch, np.log([totals[text] for text in texts]), rtol=1e-9)
    assert text_log_probability(log_probs, texts[0]) == pytest.approx(batch[0])


def test_impossible_texts_have_no_probability() -> None:
    log_probs = log_softmax(np.zeros((3, 3)))
    assert text_log_probability(log_probs, [1, 1]) == pytest.approx(math.log(1 / 27))
    for ids in ([1, 1, 1], [1, 2, 2], [1, 2, 1, 2]):
        assert text_log_probability(log_probs, ids) == -math.inf
        assert align(log_probs, ids) is None


def test_empty_inputs() -> None:
    assert text_log_probability_batch(np.zeros((0, 5, 3)), []).shape == (0,)
    assert text_log_probability_batch(np.zeros((2, 0, 3)), [[], [1]]).tolist() == [0, -math.inf]
    assert text_log_probability(log_softmax(np.zeros((4, 3))), []) == pytest.approx(-4 * math.log(3))
    assert align(log_softmax(np.zeros((4, 3))), []) == []


def test_faint_texts_keep_their_digits() -> None:
    # Uniform over 1,000 ids and 200 columns: each path has probability 1000 ** -200, far below the smallest float.
    log_probs = np.full((200, 1000), -math.log(1000))
    expected = math.log(math.comb(201, 2)) - 200 * math.log(1000)  # where the run of the one character begins and ends
    batch = text_log_probability_batch(np.stack([log_probs, log_softmax(np.zeros((200, 1000)))]), [[7], [7]])
    np.testing.assert_allclose(batch, expected, rtol=1e-12)


def test_columns_that_are_certain_are_no_problem() -> None:
    with np.errstate(divide="ignore"):
        log_probs = np.log(np.eye(3)[[0, 1, 0, 1, 2]])
    assert text_log_probability(log_probs, [1, 1, 2]) == 0
    assert text_log_probability(log_probs, [1, 2]) == -math.inf
    assert align(log_probs, [1, 1, 2]) == [(1, 2), (3, 4), (4, 5)]
    assert align(log_probs, [1, 2]) is None


def test_ids_that_are_no_characters_are_refused() -> None:
    for ids in ([0], [3], [-1]):
        with pytest.raises(OcrError, match="1 to 2"):
            text_log_probability(np.zeros((4, 3)), ids)
    with pytest.raises(OcrError, match="2 texts"):
        text_log_probability_batch(np.zeros((1, 4, 3)), [[1], [1]])


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_the_alignment_is_the_best_path_of_the_text(seed: int, columns: int) -> None:
    log_probs = log_softmax(np.random.default_rng(seed).normal(size=(columns, 3)) * 3)
    best: dict[tuple[int, ...], tuple[float, tuple[int, ...]]] = {}
    for path in itertools.product(range(3), repeat=columns):
        score = sum(log_probs[column, index] for column, index in enumerate(path))
        best[collapsed(path)] = max(best.get(collapsed(path), (-math.inf, ())), (score, path))
    for ids, (score, _) in best.items():
        spans = align(log_probs, ids)
        assert spans is not None
        path = np.zeros(columns, dtype=int)
        for index, (start, end) in zip(ids, spans, strict=True):
            assert 0 <= start < end <= columns
            path[start:end] = index
        assert collapsed(tuple(path)) == ids
        assert log_probs[np.arange(columns), path].sum() == pytest.approx(score)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.lists(st.lists(st.integers(1, 3), max_size=5), max_size=6), st.integers(0, 7))
def test_a_batch_is_aligned_as_its_texts_one_by_one(seed: int, ids: list[list[int]], columns: int) -> None:
    logits = np.random.default_rng(seed).normal(size=(len(ids), columns, 4)) * 3
    spans, scores = align_batch(logits, ids)
    assert spans.shape == (len(ids), max(map(len, ids), default=0), 2)
    for row, one, found, score in zip(logits, ids, spans.tolist(), scores, strict=True):
        alone = align(log_softmax(row) if columns else row, one)  # the same path as for logits
        assert (alone is None) == (score == -math.inf)
        assert [tuple(span) for span in found[: len(one)]] == (alone if alone is not None else [(0, 0)] * len(one))
        assert not np.any(found[len(one) :])


def test_alignment_of_texts_that_do_not_belong_to_the_images_is_refused() -> None:
    with pytest.raises(OcrError, match="2 texts"):
        align_batch(np.zeros((1, 4, 3)), [[1], [1]])


@given(arrays(np.float32, (2, 3, 4), elements=st.floats(-1000, 1000, width=32)))
def test_log_softmax_is_normalised_and_keeps_the_type(logits: np.ndarray) -> None:
    log_probs = log_softmax(logits)
    assert log_probs.dtype == np.float32
    assert log_probs.shape == logits.shape
    np.testing.assert_allclose(np.exp(log_probs.astype(float)).sum(axis=-1), 1, rtol=1e-4)
    assert (log_probs <= 0).all()
