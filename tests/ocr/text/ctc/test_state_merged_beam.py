"""Searching for formulas: two places decide together on a variable, and noise ends the search soon."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from ocr.text.ctc.decoding import beam, greedy
from ocr.text.ctc.probability import log_softmax, text_log_probability_batch
from ocr.text.ctc.state_merged_beam import ANSWERS, state_merged_beam
from ocr.text.formula_grammar import VARIABLES
from ocr.text.grammar import ARITHMETIC, FORMULA
from ocr.text.vocabulary import Vocabulary

SYMBOLS = Vocabulary(FORMULA.alphabet)
ONE = "河=40312;(7861-河/90825)*(33+51904)"
TWO = "流=42072;圳=86;(圳-(97510*45921))*流/35864"
WRONG = "烟"
DIGITS = {"40312": "48372", "42072": "48378", "97510": "91570", "7861": "1807"}
"""Numbers, and in what each may be misread, digit by digit."""


def columns(cells: list[dict[str, float]]) -> np.ndarray:
    """Log probabilities (T, C) of columns that show a text, each cell a character with its probabilities."""
    rng = np.random.default_rng(7)
    rows = np.exp(rng.uniform(np.log(1e-9), np.log(1e-6), (5 * len(cells), SYMBOLS.size)))
    rows[:, 0] = 1
    for number, cell in enumerate(cells):
        for row in rows[5 * number + 2 : 5 * number + 4]:
            row[0] = 0.01
            for char, chance in cell.items():
                row[SYMBOLS.encode(char)[0]] = chance
    return np.log(rows / rows.sum(axis=1, keepdims=True))


def unclear(text: str, place: int, chances: tuple[float, float], numbers: str) -> tuple[np.ndarray, list[str]]:
    """Columns of `text` in which the variable at `place` is unclear, and the digits of `numbers` that have doubles.

    Returned with all texts of the grammar of which they may be.
    """
    var = text[place]
    cells = [{char: 0.98} for char in text]
    cells[place] = {var: chances[0], WRONG: chances[1]}
    (other,) = (index for index, char in enumerate(text) if char == var and index != place)
    cells[other] = {var: 0.99, WRONG: 0.001}
    options: list[tuple[str, ...]] = [(char,) for char in text]
    for number in numbers.split():
        start = text.index(number)
        for index, (right, wrong) in enumerate(zip(number, DIGITS[number], strict=True), start):
            if right != wrong:
                cells[index] = {right: 0.6, wrong: 0.4}
                options[index] = (right, wrong)
    spelled = ["".join(chars) for chars in itertools.product(*options)]
    texts = spelled + [one.replace(var, WRONG) for one in spelled]
    return columns(cells), [one for one in texts if FORMULA.contains(one)]


@pytest.mark.parametrize("chances", [(0.05, 0.9), (0.3, 0.6), (0.002, 0.98)])
@pytest.mark.parametrize(
    ("text", "variable", "numbers"),
    [
        (ONE, "河", ""),
        (ONE, "河", "40312 7861"),
        (TWO, "流", "42072"),
        (TWO, "圳", "97510"),
        (TWO, "流", "42072 97510"),
    ],
)
@pytest.mark.parametrize("where", ["assigned", "used"])
def test_the_places_of_a_variable_decide_together(
    text: str, variable: str, numbers: str, chances: tuple[float, float], where: str
) -> None:
    place = text.index(variable) if where == "assigned" else text.rindex(variable)
    log_probs, texts = unclear(text, place, chances, numbers)
    ids = [SYMBOLS.encode(one) for one in texts]
    scores = text_log_probability_batch(np.broadcast_to(log_probs, (len(texts), *log_probs.shape)), ids)
    best = int(scores.argmax())
    assert not FORMULA.contains(greedy(log_probs, SYMBOLS).text)
    decoded = beam(log_probs, SYMBOLS, FORMULA)
    assert decoded is not None
    assert decoded.text == texts[best]
    assert decoded.log_probability == pytest.approx(scores[best])


def test_any_variable_may_be_the_one_where_it_is_assigned() -> None:
    text = "板=40312;(7861-板/90825)*(33+51904)"
    cells = [{char: 0.98} for char in text]
    cells[0] = {char: 0.95 / len(VARIABLES) for char in VARIABLES} | {"君": 0.2}
    for index in (3, 4, 5):
        cells[index] = {text[index]: 0.6, "9": 0.39}
    decoded = beam(columns(cells), SYMBOLS, FORMULA)
    assert decoded is not None
    assert decoded.text == text


def test_a_missing_bracket_is_put_back() -> None:
    cells = [{char: 0.98} for char in ONE]
    cells[ONE.index(")")] = {"1": 0.6, ")": 0.38}
    decoded = beam(columns(cells), SYMBOLS, FORMULA)
    assert decoded is not None
    assert decoded.text == ONE


class Counting:
    """The formulas, and how often a step of their grammar was asked for."""

    name, alphabet = FORMULA.name, FORMULA.alphabet
    start, accepts, contains, sample = FORMULA.start, FORMULA.accepts, FORMULA.contains, FORMULA.sample

    def __init__(self) -> None:
        self.steps = 0

    def step(self, state: object, char: str) -> object:
        self.steps += 1
        return FORMULA.step(state, char)  # type: ignore[arg-type]


@pytest.mark.parametrize("sharpness", [0.0, 1.0, 8.0])
def test_noise_ends_the_search_after_so_many_steps(sharpness: float) -> None:
    log_probs = log_softmax(np.random.default_rng(4).normal(size=(256, SYMBOLS.size)) * sharpness)
    formulas = Counting()
    for text in state_merged_beam(log_probs, SYMBOLS, formulas, steps=3000):
        assert FORMULA.contains(text)
    assert formulas.steps <= 3000 + 2 * 256  # the last column is finished


def test_texts_come_likeliest_first_and_are_few() -> None:
    log_probs = log_softmax(np.random.default_rng(5).normal(size=(12, 16)))
    vocabulary = Vocabulary("0123456789+-*()")
    texts = state_merged_beam(log_probs, vocabulary, ARITHMETIC)
    assert 1 < len(texts) <= ANSWERS
    assert all(map(ARITHMETIC.contains, texts))
    assert len(set(texts)) == len(texts)
    assert state_merged_beam(log_probs[:2], vocabulary, ARITHMETIC) == []
    assert state_merged_beam(np.zeros((0, 16)), vocabulary, ARITHMETIC) == []
