import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.errors import OcrError
from ocr.text.any_captcha import LETTERS
from ocr.text.ctc.decoding import greedy
from ocr.text.ctc.probability import log_softmax
from ocr.text.equation import EQUATION
from ocr.text.read_best import (
    MARGIN,
    NEITHER,
    NO_EQUATION,
    NO_TEXT,
    NOT_AS_TOLD,
    NOTHING,
    read_best,
)
from ocr.text.vocabulary import Vocabulary

ALL = Vocabulary("".join(dict.fromkeys(LETTERS.alphabet + EQUATION.alphabet)) + "#")
FAINT = 1e-7


def drawn(text: str, *rivals: tuple[int, str, float], vocabulary: Vocabulary = ALL) -> np.ndarray:
    """Log probabilities (4 L + 2, C) of a text, one peak a character.

    A rival is a place in the text, another character there (`_` for the blank), and its share of that column.
    """
    chances = np.full((4 * len(text) + 2, vocabulary.size), FAINT)
    peaks = 4 * np.arange(len(text)) + 2
    chances[:, 0] = 1.0
    chances[peaks, 0] = FAINT
    chances[peaks, vocabulary.encode(text)] = 1.0
    for place, char, share in rivals:
        index = 0 if char == "_" else vocabulary.encode(char)[0]
        own = vocabulary.encode(text[place])[0]
        chances[peaks[place], index] = share
        chances[peaks[place], own] -= share
    return np.log(chances / chances.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(
    ("columns", "text", "value"),
    [
        ("3+5=?", "3+5=?", 8),
        ("11-11=", "11-11=", 0),
        ("8x8=?", "8×8=?", 64),
        ("8X8=", "8×8=", 64),
        ("2-5x7=?", "2-5×7=?", -33),
        ("8×8", "8×8", 64),
        ("8*8=?", "8*8=?", 64),
        ("8/3=?", "8/3=?", Fraction(8, 3)),
        ("(3-7)+5", "(3-7)+5", 1),
        ("3+?=8", "3+?=8", 5),
        ("3+5=8", "3+5=8", 8),
        ("壹加贰等于?", "壹加贰等于?", 3),
        ("3加五等于几", "3加五等于几", 8),
    ],
)
@pytest.mark.parametrize("kind", [None, "arithmetic"])
def test_equations(columns: str, text: str, value: Fraction | int, kind: str | None) -> None:
    reading = read_best(drawn(columns), ALL, kind=kind)
    assert (reading.text, reading.kind, reading.value, reading.problem) == (text, "arithmetic", value, None)
    assert reading.confidence > 0.99
    assert "".join(one.symbol for one in reading.characters) == text
    assert [one.start for one in reading.characters] == [4 * place + 2 for place in range(len(text))]


@pytest.mark.parametrize("text", ["kX9fP", "7869", "0", "O0o1lI", "6x42", "6x42x", "xXx", "aaBB11", "abcdefghij"])
@pytest.mark.parametrize("kind", [None, "text"])
def test_texts(text: str, kind: str | None) -> None:
    reading = read_best(drawn(text), ALL, kind=kind)
    assert (reading.text, reading.kind, reading.value, reading.problem) == (text, "text", None, None)
    assert reading.confidence > 0.99


@pytest.mark.parametrize(
    "text", ["3+A=?", "12=?", "3+", "=?", "+", "3++5", "k-9f", "1+2+3+4+5", "abcdefghijk", "#", "3+5=#", "加", "3x5=k"]
)
def test_what_is_neither_stands_as_it_is(text: str) -> None:
    reading = read_best(drawn(text), ALL)
    assert (reading.text, reading.kind, reading.value, reading.problem) == (text, "text", None, NEITHER)
    assert reading.confidence > 0.99
    assert "".join(one.symbol for one in reading.characters) == text


def test_a_kind_told_bends_nothing() -> None:
    assert read_best(drawn("kX9fP"), ALL, kind="arithmetic").problem == NO_EQUATION
    assert read_best(drawn("3+5=?"), ALL, kind="text").problem == NO_TEXT
    assert read_best(drawn("3+5=?"), ALL, kind="text").text == "3+5=?"
    assert read_best(drawn("6x42"), ALL, kind="arithmetic").value == 252


def test_no_text_is_no_text() -> None:
    for columns in (drawn(""), np.zeros((0, ALL.size)), np.log(np.full((30, ALL.size), 1e-9) + np.eye(ALL.size)[0])):
        for told in ({}, {"kind": "arithmetic"}, {"length": 4}, {"alphabet": "0123"}, {"case": "ignore"}):
            reading = read_best(columns, ALL, **told)
            assert (reading.text, reading.characters, reading.problem) == ("", (), NOTHING)


@pytest.mark.parametrize(("share", "text"), [(0.2, ""), (0.8, "ab")])
def test_what_shows_something_is_read_even_where_each_column_alone_is_more_probably_blank(
    share: float, text: str
) -> None:
    columns = np.full((8, ALL.size), FAINT)
    columns[:, 0] = 1.0
    for place, char in ((1, "a"), (2, "a"), (5, "b"), (6, "b")):
        columns[place, 0], columns[place, ALL.encode(char)[0]] = 1 - share / 2, share / 2
    nothing = math.prod(column[0] for column in columns)
    assert (nothing >= 0.5) == (text == "")
    assert read_best(np.log(columns / columns.sum(axis=1, keepdims=True)), ALL).text == text


@pytest.mark.parametrize(
    ("share", "text", "problem"), [(0.05, "3+S=?", NEITHER), (0.3, "3+S=?", NEITHER), (0.4, "3+5=?", None)]
)
def test_an_equation_needs_a_share_of_the_plain_reading(share: float, text: str, problem: str | None) -> None:
    reading = read_best(drawn("3+S=?", (2, "5", share)), ALL)
    assert (reading.text, reading.problem) == (text, problem)
    assert reading.confidence == pytest.approx(share if problem is None else 1 - share, rel=1e-3)


def test_characters_are_neither_dropped_nor_invented() -> None:
    assert read_best(drawn("3+5=?k", (5, "_", 0.2)), ALL).text == "3+5=?k"
    assert read_best(drawn("3+5=?k", (5, "_", 0.45)), ALL).text == "3+5=?"
    assert read_best(drawn("3+", (1, "_", 0.1)), ALL).text == "3+"
    assert read_best(drawn("3_5".replace("_", "#"), (1, "+", 0.1)), ALL).text == "3#5"


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 25), st.sampled_from([2.0, 4.0, 8.0]))
def test_an_answer_of_a_language_is_about_as_probable_as_the_plain_reading(
    seed: int, columns: int, sharpness: float
) -> None:
    vocabulary = Vocabulary("0123+-=?()abAB#")
    log_probs = log_softmax(np.random.default_rng(seed).normal(size=(columns, vocabulary.size)) * sharpness)
    reading = read_best(log_probs, vocabulary)
    plain = greedy(log_probs, vocabulary)
    something = not plain.text and plain.log_probability < math.log(MARGIN)
    assert something or reading.log_probability >= plain.log_probability + math.log(MARGIN) - 1e-9
    if reading.problem in (NEITHER, NOTHING):
        assert reading.text == plain.text
        assert not EQUATION.contains(plain.text)
        assert not LETTERS.contains(plain.text)
    else:
        assert {"arithmetic": EQUATION, "text": LETTERS}[reading.kind].contains(reading.text)


def test_the_kind_is_the_more_probable_one() -> None:
    assert read_best(drawn("3t5", (1, "+", 0.4)), ALL).kind == "text"
    reading = read_best(drawn("3t5", (1, "+", 0.6)), ALL)
    assert (reading.kind, reading.text) == ("arithmetic", "3+5")


def test_crosses_are_times_signs_in_equations_and_letters_in_texts() -> None:
    times = drawn("3x5=?", (1, "×", 0.3), (1, "X", 0.3))
    assert read_best(times, ALL).text == "3×5=?"
    assert read_best(times, ALL).confidence > 0.99
    # Digits and crosses alone: the model's own word on the cross decides.
    assert read_best(drawn("6×42", (1, "x", 0.3)), ALL).text == "6×42"
    assert read_best(drawn("6×42", (1, "x", 0.3)), ALL).confidence == pytest.approx(0.7, rel=1e-3)
    assert read_best(drawn("6x42", (1, "×", 0.3)), ALL).text == "6x42"
    # No equation ends in a cross.
    assert read_best(drawn("6×42x"), ALL).text == "6x42x"
    few = Vocabulary("0123456789+-=?x")
    assert read_best(drawn("8x8=?", vocabulary=few), few).text == "8×8=?"
    no_letters = Vocabulary("0123456789+-=?×")
    assert read_best(drawn("3×", vocabulary=no_letters), no_letters).text == "3×"


def test_an_equation_whose_sides_differ_yields_to_a_true_one() -> None:
    reading = read_best(drawn("3+5=7", (4, "?", 0.4)), ALL)
    assert (reading.text, reading.value, reading.problem) == ("3+5=?", 8, None)
    reading = read_best(drawn("3+5=7", (4, "?", 0.1)), ALL)
    assert (reading.text, reading.kind, reading.value) == ("3+5=7", "arithmetic", None)
    assert reading.problem == "the two sides differ"
    assert read_best(drawn("8/0=?"), ALL).problem == "division by zero"


def test_case_ignored_adds_up_and_answers_in_lower_case() -> None:
    columns = drawn("cSx1", (0, "C", 0.4), (1, "s", 0.3), (2, "X", 0.45))
    assert read_best(columns, ALL).text == "cSx1"
    assert read_best(columns, ALL).confidence == pytest.approx(0.6 * 0.7 * 0.55, rel=1e-3)
    reading = read_best(columns, ALL, case="ignore")
    assert reading.text == "csx1"
    assert reading.confidence > 0.99
    capitals = Vocabulary("ABC123")
    assert read_best(drawn("AB1", vocabulary=capitals), capitals, case="ignore").text == "ab1"


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.sampled_from([1.0, 3.0]))
def test_case_ignored_sums_over_every_path(seed: int, columns: int, sharpness: float) -> None:
    vocabulary = Vocabulary("aAb")
    log_probs = log_softmax(np.random.default_rng(seed).normal(size=(columns, 4)) * sharpness)
    totals: dict[str, float] = {}
    for path in itertools.product(range(4), repeat=columns):
        symbols = ["_aab"[index] for index in path]
        text = "".join(symbol for symbol, _ in itertools.groupby(symbols)).replace("_", "")
        chance = math.exp(sum(log_probs[column, index] for column, index in enumerate(path)))
        totals[text] = totals.get(text, 0) + chance
    reading = read_best(log_probs, vocabulary, case="ignore")
    assert reading.confidence == pytest.approx(totals[reading.text])
    best = max(totals, key=lambda text: totals[text] if text else 0.0)
    if totals[best] >= totals.get("", 0.0):
        assert reading.text == best


def test_an_alphabet_told_leaves_the_rest_out() -> None:
    capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    columns = drawn("cS1v", (0, "C", 0.01), (3, "V", 0.001))
    reading = read_best(columns, ALL, alphabet=capitals)
    assert (reading.text, reading.problem) == ("CS1V", None)
    assert reading.confidence > 0.99
    assert read_best(columns, ALL, alphabet=capitals, case="ignore").text == "cs1v"
    # A letter that is there beyond doubt is not made a digit, and not dropped.
    assert read_best(drawn("1S3"), ALL, alphabet="0123456789").problem == NOT_AS_TOLD
    assert read_best(drawn("1S3"), ALL, alphabet="0123456789").text == "1S3"
    assert read_best(drawn("1S3", (1, "5", 0.001)), ALL, alphabet="0123456789").text == "153"
    assert read_best(drawn("1S3", (1, "5", 0.001), (1, "_", 0.002)), ALL, alphabet="0123456789").text == "153"
    # The alphabet holds for equations, too, with any cross for the times sign.
    assert read_best(drawn("8×8=?"), ALL, alphabet="0123456789x=?").text == "8×8=?"
    assert read_best(drawn("3+S=?", (2, "5", 0.01)), ALL, alphabet="0123456789+-=?").value == 8
    # Others than letters and digits widen the texts.
    assert read_best(drawn("a#1"), ALL, alphabet="abc123#").problem is None
    assert read_best(drawn("a+1"), ALL, alphabet="abc123+").problem == NOT_AS_TOLD
    assert read_best(drawn("a+1"), ALL, alphabet="abc123+", kind="text").problem is None


def test_a_length_told_decides_between_readings() -> None:
    columns = drawn("abcd", (3, "_", 0.02))
    assert read_best(columns, ALL, length=4).text == "abcd"
    assert read_best(columns, ALL, length=3).text == "abc"
    assert read_best(columns, ALL, length=3).confidence == pytest.approx(0.02, rel=1e-2)
    assert read_best(columns, ALL, length=(3, 5)).text == "abcd"
    assert read_best(columns, ALL, length=2).problem == NOT_AS_TOLD
    assert read_best(drawn("abcd"), ALL, length=5).text == "abcd"
    assert read_best(drawn("abcdefghijkl"), ALL, length=12).problem is None
    assert read_best(drawn("3+5=?"), ALL, length=5).value == 8
    assert read_best(drawn("3+5=?"), ALL, length=4).problem == NOT_AS_TOLD


def test_noise_gets_an_answer_without_confidence() -> None:
    rng = np.random.default_rng(7)
    for log_probs in (np.full((130, ALL.size), -math.log(ALL.size)), log_softmax(rng.normal(size=(130, ALL.size)))):
        for told in ({}, {"kind": "arithmetic"}, {"case": "ignore"}, {"alphabet": "0123456789", "length": 4}):
            assert read_best(log_probs, ALL, **told).confidence < 1e-6


def test_calls_that_do_not_fit_are_refused() -> None:
    columns = drawn("ab")
    for told in ({"kind": "page"}, {"case": "upper"}, {"alphabet": ""}, {"length": 0}, {"length": (5, 4)}):
        with pytest.raises(OcrError, match="expected"):
            read_best(columns, ALL, **told)
    for shape in ((4, 5), (1, 4, ALL.size)):
        with pytest.raises(OcrError, match="expected"):
            read_best(np.zeros(shape), ALL)
