import itertools
import pickle
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.errors import OcrError
from ocr.text.grammar import ANY, ARITHMETIC, FreeText, Grammar, TemplateGrammar, grammar

SMALL = TemplateGrammar("small", ("dod", "(d)", "d"), {"d": "12", "o": "+-"})
SEEDS = st.integers(0, 2**32 - 1)


def reachable(language: Grammar, characters: str, longest: int) -> set[str]:
    """Every text that the automaton accepts within `longest` characters."""
    found, waiting = set(), [("", language.start())]
    while waiting:
        text, state = waiting.pop()
        if language.accepts(state):
            found.add(text)
        if len(text) < longest:
            for char in characters:
                following = language.step(state, char)
                if following is not None:
                    waiting.append((text + char, following))
    return found


def filled(language: TemplateGrammar) -> set[str]:
    """Every text of the templates, without the automaton."""
    return {
        "".join(chars)
        for template in language.templates
        for chars in itertools.product(*(language.classes.get(key, key) for key in template))
    }


@pytest.mark.parametrize("language", [SMALL, ARITHMETIC])
def test_the_automaton_reaches_exactly_the_texts_of_the_templates(language: TemplateGrammar) -> None:
    texts = filled(language)
    assert reachable(language, language.alphabet, max(map(len, language.templates))) == texts
    if language is SMALL:
        for size in range(5):
            for chars in itertools.product("12+-()", repeat=size):
                assert language.contains("".join(chars)) == ("".join(chars) in texts)


@given(SEEDS)
def test_sampled_texts_are_contained_and_repeat_with_the_seed(seed: int) -> None:
    for language in (ARITHMETIC, SMALL, ANY, FreeText("captcha", "0123456789ABC", 4, 4)):
        text = language.sample(np.random.default_rng(seed))
        assert language.contains(text)
        assert text == language.sample(np.random.default_rng(seed))


@pytest.mark.parametrize(
    "text",
    ["", "1", "1+", "1+2", "1+2*", "(1+2*3", "(1+2)*", "1+(2*3", "1+2+3+4", "(1+2+3)", "1/2+3", "12+3+4", "1 + 2"],
)
def test_arithmetic_refuses_everything_else(text: str) -> None:
    assert not ARITHMETIC.contains(text)


def test_arithmetic_knows_its_alphabet() -> None:
    assert ARITHMETIC.alphabet == "0123456789+-*()"
    assert len(filled(ARITHMETIC)) == 27_000


def test_arithmetic_samples_like_the_contest() -> None:
    rng = np.random.default_rng(20170601)
    texts = [ARITHMETIC.sample(rng) for _ in range(30_000)]
    shapes = Counter("".join("d" if c.isdigit() else c if c in "()" else "o" for c in text) for text in texts)
    assert set(shapes) == set(ARITHMETIC.templates)
    for place in range(3):
        counts = Counter([char for char in text if char.isdigit()][place] for text in texts)
        assert_uniform(counts, 10)
    for place in range(2):
        counts = Counter([char for char in text if char in "+-*"][place] for text in texts)
        assert_uniform(counts, 3)
    assert_uniform(shapes, 3)


def assert_uniform(counts: Counter[str], kinds: int) -> None:
    """Pearson's chi-square below its 99.9 % point."""
    assert len(counts) == kinds
    expected = counts.total() / kinds
    statistic = sum((count - expected) ** 2 / expected for count in counts.values())
    assert statistic < {3: 13.82, 10: 27.88}[kinds]


@given(st.text())
def test_any_contains_every_text(text: str) -> None:
    assert ANY.contains(text)


@given(st.text("abcd", max_size=6))
def test_free_text_keeps_to_its_characters_and_lengths(text: str) -> None:
    assert FreeText("t", "abc", 2, 4).contains(text) == ("d" not in text and 2 <= len(text) <= 4)
    assert FreeText("t", "abc", 2).contains(text) == ("d" not in text and len(text) >= 2)


def test_bundles_find_their_grammar_by_name() -> None:
    assert grammar("arithmetic") is ARITHMETIC
    assert grammar("any") is ANY
    with pytest.raises(OcrError, match="arithmetic"):
        grammar("poetry")


def test_impossible_grammars_are_refused() -> None:
    for templates, classes in [((), {}), (("d",), {"d": ""}), (("d",), {"d": "11"}), (("d",), {"digit": "1"})]:
        with pytest.raises(OcrError):
            TemplateGrammar("bad", templates, classes)
    for arguments in [("aa", 0, None), ("ab", 3, 2), ("ab", -1, None)]:
        with pytest.raises(OcrError):
            FreeText("bad", *arguments)


def test_grammars_travel_to_other_processes() -> None:
    ARITHMETIC.contains("1+2+3")
    copy = pickle.loads(pickle.dumps(ARITHMETIC))
    assert copy == ARITHMETIC
    assert copy.contains("1+(2*3)")
