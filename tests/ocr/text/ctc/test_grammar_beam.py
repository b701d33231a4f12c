import itertools
import math
from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.text.ctc.grammar_beam import LIKELY, STEPS, WIDTH, grammar_beam
from ocr.text.ctc.probability import log_softmax
from ocr.text.equation import EQUATION, EquationGrammar
from ocr.text.grammar import ANY, FreeText, Grammar, TemplateGrammar
from ocr.text.vocabulary import Vocabulary

AB = Vocabulary("ab")
SIGNS = Vocabulary("".join(dict.fromkeys("0123456789" + EQUATION.alphabet)))
PALINDROMES = TemplateGrammar("palindromes", ("aa", "aba", "bab", "bb"), {})


@dataclass(frozen=True)
class Counted(EquationGrammar):
    """Equations that count how often they are asked for a step."""

    asked: list[str] = field(default_factory=list, hash=False, compare=False)

    def step(self, state: Hashable, char: str) -> Hashable | None:
        self.asked.append(char)
        return super().step(state, char)


def best_allowed(chances: np.ndarray, vocabulary: Vocabulary, language: Grammar) -> dict[str, float]:
    """The probability of every text of a grammar by summing over every path."""
    totals: dict[str, float] = {}
    for path in itertools.product(range(vocabulary.size), repeat=len(chances)):
        text = vocabulary.decode(index for index, _ in itertools.groupby(path) if index)
        if language.contains(text):
            totals[text] = totals.get(text, 0) + math.prod(chances[column, index] for column, index in enumerate(path))
    return totals


@settings(max_examples=80)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 6),
    st.sampled_from([ANY, PALINDROMES, FreeText("b", "b"), FreeText("two", "ab", 2, 2)]),
    st.sampled_from([1.0, 3.0]),
)
def test_the_most_probable_allowed_text_comes_first(
    seed: int, columns: int, language: Grammar, sharpness: float
) -> None:
    chances = np.exp(log_softmax(np.random.default_rng(seed).normal(size=(columns, 3)) * sharpness))
    totals = best_allowed(chances, AB, language)
    found = grammar_beam(chances, AB, language, width=200)
    assert all(language.contains(text) for text in found)
    assert len(set(found)) == len(found)
    if totals and max(totals.values()) > 1e-3:
        assert totals[found[0]] == pytest.approx(max(totals.values()))


@pytest.mark.parametrize(
    ("path", "text"), [("aaaa", "a"), ("a_a", "aa"), ("abba", "aba"), ("a_b_b_a", "abba"), ("___", ""), ("_b_", "b")]
)
def test_repeats_merge_and_blanks_separate(path: str, text: str) -> None:
    chances = np.full((len(path), 3), 0.01)
    chances[np.arange(len(path)), ["_ab".index(symbol) for symbol in path]] = 0.98
    assert grammar_beam(chances, AB, ANY)[0] == text


@pytest.mark.parametrize("columns", [40, 130, 400])
def test_work_is_bounded_in_noise(columns: int) -> None:
    language = Counted()
    found = grammar_beam(np.full((columns, SIGNS.size), 1 / SIGNS.size), SIGNS, language)
    assert 0 < len(language.asked) <= min(STEPS, columns * WIDTH * LIKELY)
    assert all(EQUATION.contains(text) for text in found)


def test_too_few_steps_find_nothing() -> None:
    chances = np.full((20, SIGNS.size), 1 / SIGNS.size)
    language = Counted()
    assert grammar_beam(chances, SIGNS, language, steps=500) == []
    assert len(language.asked) <= 500


def test_no_columns_and_no_texts() -> None:
    assert grammar_beam(np.zeros((0, 3)), AB, ANY) == [""]
    assert grammar_beam(np.zeros((0, 3)), AB, PALINDROMES) == []
    assert grammar_beam(np.zeros((4, 3)), AB, ANY) == []
