"""The grammar of final pages: what it draws, what it accepts, and what it refuses."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from ocr.text.expression import evaluate
from ocr.text.formula_grammar import BRACKETINGS, VARIABLES, FormulaGrammar

WHOLE = FormulaGrammar()
LINES = FormulaGrammar("lines", lines=True)


def samples(count: int, seed: int = 0) -> list[str]:
    rng = np.random.default_rng(seed)
    return [WHOLE.sample(rng) for _ in range(count)]


def test_there_are_26_variables_and_11_bracketings() -> None:
    assert len(set(VARIABLES)) == len(VARIABLES) == 26
    assert len(set(BRACKETINGS)) == 11


def test_every_drawn_formula_is_in_the_language_and_so_are_its_lines() -> None:
    for text in samples(500):
        assert WHOLE.contains(text)
        assert LINES.contains(text)
        assert len(text) <= 46
        for line in text.split(";"):
            assert LINES.contains(line)
            assert not WHOLE.contains(line)


def test_drawn_formulas_have_a_value_or_divide_by_zero() -> None:
    problems = {evaluate(text).problem for text in samples(500)}
    assert problems <= {None, "division by zero"}


@pytest.mark.parametrize(
    "text",
    [
        "流=42072;圳=86;(圳-(97510*45921))*流/35864",
        "流=0;流/100000+0*1-2",
        "流=0;1*(2+(3-流/4))",
        "不=1;天=2;(不/3+天)*(4-5)",
        "不=1;天=2;(天/3+不)*(4-5)",
    ],
)
def test_formulas(text: str) -> None:
    assert WHOLE.contains(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "流=42072",  # no expression
        "流=1;2+3+4+5",  # no fraction
        "流=1;流+2+3+4",  # the variable is on no bar
        "流=1;天=2;流/3+4+5+6",  # 天 is not used
        "流=1;天/3+4+5+6",  # 天 is not assigned
        "流=1;流=2;流/3+4+5+6",
        "流=1;流/3+流+5+6",
        "流=1;天=2;流/3+天/4+5+6",  # two fractions
        "流=007;流/3+4+5+6",
        "流=100001;流/3+4+5+6",
        "流=1;流/3+4+5",
        "流=1;(流/3+4+5)+6+7",
        "流=1;(流/3)+4+5+6",
        "流=1;流/3+4+5+6;",
        "流=1;;流/3+4+5+6",
        "字=1;字/3+4+5+6",
    ],
)
def test_not_formulas(text: str) -> None:
    assert not WHOLE.contains(text)


@pytest.mark.parametrize("text", ["流=0", "流/3+4+5+6", "流+天/4*(5-6)", "(47070-天/93263)*(烧*93206)"])
def test_lines(text: str) -> None:
    assert LINES.contains(text)


@pytest.mark.parametrize("text", ["流=", "流+3+4+5", "流/3+天+水+6", "流/3+流+5+6", "1+2+3+4", "流=1;"])
def test_not_lines(text: str) -> None:
    assert not LINES.contains(text)


def test_statistics_are_the_contests() -> None:
    texts = samples(6000, seed=1)
    two = sum(text.count(";") == 2 for text in texts) / len(texts)
    assert two == pytest.approx(2 / 3, abs=0.02)
    assigned = Counter(text[0] for text in texts)
    assert assigned["不"] / np.mean([n for name, n in assigned.items() if name != "不"]) == pytest.approx(2, abs=0.35)
    operators = Counter(char for text in texts for char in text if char in "+-*")
    assert max(operators.values()) / min(operators.values()) < 1.05
    bracketed = Counter("".join(char for char in text if char in "()") for text in texts)
    assert bracketed[""] / len(texts) == pytest.approx(1 / 11, abs=0.015)
    place = Counter(text.split(";")[-1].find("/") for text in texts)
    assert len(place) > 10


def test_a_decoder_may_walk_any_text() -> None:
    rng = np.random.default_rng(3)
    ended = 0
    for formula in samples(100):
        at = int(rng.integers(len(formula)))
        text = formula[:at] + "".join(rng.choice(list(WHOLE.alphabet), 4))  # right up to somewhere
        state = WHOLE.start()
        for length, char in enumerate(text, 1):
            following = WHOLE.step(state, char)
            if following is None:
                assert length > at
                assert not WHOLE.contains(text[:length])
                ended += 1
                break
            assert len({state, following}) == 2
            assert WHOLE.accepts(following) == WHOLE.contains(text[:length])
            state = following
    assert ended > 90
