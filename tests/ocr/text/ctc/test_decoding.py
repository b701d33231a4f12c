import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.errors import OcrError
from ocr.text.ctc.decoding import beam, greedy, greedy_batch, log_softmax, text_log_probability
from ocr.text.grammar import ANY, ARITHMETIC, FreeText, Grammar, TemplateGrammar
from ocr.text.vocabulary import Vocabulary

AB = Vocabulary("ab")
SIGNS = Vocabulary("0123456789+-*()")
PALINDROMES = TemplateGrammar("palindromes", ("aa", "aba", "bab", "bb"), {})


def peaked(path: str, vocabulary: Vocabulary, sureness: float = 0.9) -> np.ndarray:
    """Log probabilities (len(path), C) whose best id per column spells `path`; `_` is the blank."""
    rest = (1 - sureness) / (vocabulary.size - 1)
    probabilities = np.full((len(path), vocabulary.size), rest)
    for column, symbol in enumerate(path):
        probabilities[column, 0 if symbol == "_" else vocabulary.encode(symbol)[0]] = sureness
    return np.log(probabilities)


@pytest.mark.parametrize(
    ("path", "text", "spans"),
    [
        ("_", "", []),
        ("____", "", []),
        ("a", "a", [(0, 1)]),
        ("aaaa", "a", [(0, 4)]),
        ("a_a", "aa", [(0, 1), (2, 3)]),
        ("aa__aa", "aa", [(0, 2), (4, 6)]),
        ("_ab_", "ab", [(1, 2), (2, 3)]),
        ("abba", "aba", [(0, 1), (1, 3), (3, 4)]),
        ("a_b_b_a", "abba", [(0, 1), (2, 3), (4, 5), (6, 7)]),
        ("__b", "b", [(2, 3)]),
    ],
)
def test_repeats_merge_and_blanks_separate(path: str, text: str, spans: list[tuple[int, int]]) -> None:
    log_probs = peaked(path, AB)
    for decoded in (greedy(log_probs, AB), beam(log_probs, AB, ANY)):
        assert decoded is not None
        assert decoded.text == text
        assert [(one.start, one.end) for one in decoded.characters] == spans
        assert "".join(one.symbol for one in decoded.characters) == text
        assert all(one.confidence == pytest.approx(0.9) for one in decoded.characters)
        assert decoded.log_probability == pytest.approx(text_log_probability(log_probs, AB.encode(text)))


def test_confidence_is_the_highest_posterior_of_the_run() -> None:
    log_probs = np.log([[0.3, 0.6, 0.1], [0.15, 0.8, 0.05], [0.3, 0.5, 0.2], [0.9, 0.05, 0.05]])
    (character,) = greedy(log_probs, AB).characters
    assert character.confidence == pytest.approx(0.8)
    assert (character.symbol, character.start, character.end) == ("a", 0, 3)


def test_runs_do_not_leak_from_one_image_to_the_next() -> None:
    batch = np.stack([peaked(path, AB) for path in ("__aa", "aa__", "____", "bbbb", "b_bb")])
    assert [one.text for one in greedy_batch(batch, AB)] == ["a", "a", "", "b", "bb"]


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(0, 5), st.integers(0, 9))
def test_a_batch_reads_like_a_column_by_column_loop(seed: int, count: int, columns: int) -> None:
    logits = np.random.default_rng(seed).normal(size=(count, columns, 4)).astype(np.float32) * 4
    vocabulary = Vocabulary("xyz")
    log_probs = log_softmax(logits)
    decoded = greedy_batch(log_probs, vocabulary)
    assert len(decoded) == count
    for one, scores in zip(decoded, log_probs, strict=True):
        path = [int(column.argmax()) for column in scores]
        text = vocabulary.decode(index for index, _ in itertools.groupby(path) if index)
        assert one.text == text
        assert one.log_probability == pytest.approx(text_log_probability(scores, vocabulary.encode(text)), rel=1e-5)
        assert one == greedy(scores, vocabulary)
        for character in one.characters:
            assert set(path[character.start : character.end]) == set(vocabulary.encode(character.symbol))


def best_allowed(log_probs: np.ndarray, vocabulary: Vocabulary, language: Grammar) -> dict[str, float]:
    """The probability of every text of a grammar by summing over every path."""
    totals: dict[str, float] = {}
    for path in itertools.product(range(vocabulary.size), repeat=len(log_probs)):
        text = vocabulary.decode(index for index, _ in itertools.groupby(path) if index)
        if language.contains(text):
            chance = math.exp(sum(log_probs[column, index] for column, index in enumerate(path)))
            totals[text] = totals.get(text, 0) + chance
    return totals


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 6),
    st.sampled_from([ANY, PALINDROMES, FreeText("b", "b"), FreeText("two", "ab", 2, 2)]),
    st.sampled_from([1.0, 3.0, 8.0]),
)
def test_the_beam_finds_the_most_probable_allowed_text(
    seed: int, columns: int, language: Grammar, sharpness: float
) -> None:
    log_probs = log_softmax(np.random.default_rng(seed).normal(size=(columns, 3)) * sharpness)
    totals = best_allowed(log_probs, AB, language)
    decoded = beam(log_probs, AB, language, width=50)
    if not totals:
        assert decoded is None
        return
    assert decoded is not None
    assert language.contains(decoded.text)
    assert math.exp(decoded.log_probability) == pytest.approx(totals[decoded.text])
    assert totals[decoded.text] == pytest.approx(max(totals.values()))


@settings(max_examples=100)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.sampled_from([ANY, PALINDROMES]), st.sampled_from([2.0, 6.0]))
def test_a_narrow_beam_never_does_worse_than_the_best_allowed_path(
    seed: int, width: int, language: Grammar, sharpness: float
) -> None:
    log_probs = log_softmax(np.random.default_rng(seed).normal(size=(5, 3)) * sharpness)
    allowed = {}
    for path in itertools.product(range(3), repeat=5):
        text = AB.decode(index for index, _ in itertools.groupby(path) if index)
        if language.contains(text):
            allowed[sum(log_probs[column, index] for column, index in enumerate(path))] = text
    decoded = beam(log_probs, AB, language, width=width)
    assert decoded is not None
    assert language.contains(decoded.text)
    of_the_best_path = text_log_probability(log_probs, AB.encode(allowed[max(allowed)]))
    assert decoded.log_probability >= of_the_best_path - 1e-9


def test_a_better_text_with_a_left_out_id_wins() -> None:
    # 0.66 ** 16 * 0.00005 > 0.33 ** 16 * 0.97, but the first search leaves out what is less than 0.0001.
    vocabulary = Vocabulary("abcd")
    rows = [[0.01, 0.66, 1e-9, 0.33, 1e-9], [0.01, 1e-9, 0.66, 1e-9, 0.33]] * 8 + [[0.98, 5e-5, 1e-9, 0.01, 1e-9]]
    language = TemplateGrammar("two", ("ab" * 8 + "a", "cd" * 8 + "c"), {})
    decoded = beam(np.log(rows), vocabulary, language)
    assert decoded is not None
    assert decoded.text == "ab" * 8 + "a"


def test_a_better_text_that_fell_out_of_the_beam_wins() -> None:
    # "a" is ahead of "b" after the first column, and only one prefix is kept.
    vocabulary = Vocabulary("abcd")
    rows = [[1e-9, 0.55, 0.45, 1e-9, 1e-9], [0.02, 1e-9, 1e-9, 0.3, 0.68]]
    decoded = beam(np.log(rows), vocabulary, TemplateGrammar("two", ("ac", "bd"), {}), width=1)
    assert decoded is not None
    assert decoded.text == "bd"


def test_the_beam_sums_paths_where_greedy_takes_one() -> None:
    # Graves' example: the blank is the best id in both columns, yet "a" has more probability in all.
    log_probs = np.log([[0.6, 0.4, 1e-12], [0.6, 0.4, 1e-12]])
    assert greedy(log_probs, AB).text == ""
    decoded = beam(log_probs, AB, ANY)
    assert decoded is not None
    assert decoded.text == "a"
    assert math.exp(decoded.log_probability) == pytest.approx(0.64)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_the_grammar_repairs_one_wrong_sign(seed: int) -> None:
    rng = np.random.default_rng(seed)
    text = ARITHMETIC.sample(rng)
    log_probs = peaked("_".join(f"__{char}{char}_" for char in text), SIGNS, 0.97)
    place = int(rng.integers(len(text)))
    columns = slice(6 * place + 2, 6 * place + 4)
    right = SIGNS.encode(text[place])[0]
    wrong = SIGNS.encode("(" if text[place] != "(" else ")")[0]
    log_probs[columns, wrong] = math.log(0.55)
    log_probs[columns, right] = math.log(0.42)
    assert not ARITHMETIC.contains(greedy(log_probs, SIGNS).text)
    decoded = beam(log_probs, SIGNS, ARITHMETIC)
    assert decoded is not None
    assert decoded.text == text
    assert decoded.characters[place].confidence == pytest.approx(0.42)


def test_no_allowed_text_is_no_answer() -> None:
    assert beam(log_softmax(np.zeros((4, SIGNS.size))), SIGNS, ARITHMETIC) is None
    assert beam(log_softmax(np.zeros((5, SIGNS.size))), SIGNS, ARITHMETIC) is not None
    assert beam(np.zeros((0, AB.size)), AB, PALINDROMES) is None
    certain = np.full((6, AB.size), -np.inf)
    certain[:, 0] = 0
    assert beam(certain, AB, PALINDROMES) is None


def test_nothing_is_decoded_to_nothing() -> None:
    assert greedy_batch(np.zeros((0, 5, 3)), AB) == []
    assert greedy(np.zeros((0, 3)), AB).text == ""
    decoded = beam(np.zeros((0, 3)), AB, ANY)
    assert decoded is not None
    assert (decoded.text, decoded.log_probability) == ("", 0)


def test_shapes_that_do_not_fit_are_refused() -> None:
    for call in (
        lambda: greedy(np.zeros((4, 5)), AB),
        lambda: greedy(np.zeros((1, 4, 3)), AB),
        lambda: greedy_batch(np.zeros((4, 3)), AB),
        lambda: beam(np.zeros((4, 5)), AB, ANY),
        lambda: beam(np.zeros((4, 3)), AB, ANY, width=0),
    ):
        with pytest.raises(OcrError, match="expected"):
            call()
