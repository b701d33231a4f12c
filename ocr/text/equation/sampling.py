"""Equations at random, as captchas show them."""

from collections.abc import Sequence

import numpy as np

from ocr.text.equation.automaton import WORDS
from ocr.text.equation.chinese_numbers import DIGITS, chinese_number
from ocr.text.equation.value import evaluate_equation

_SIGNS, _SIGN_WEIGHTS = "+-×*÷/", (0.36, 0.30, 0.12, 0.12, 0.04, 0.06)
_ENDINGS, _ENDING_WEIGHTS = ("=?", "=", ""), (0.55, 0.27, 0.18)
_BRACKETINGS = ("(1o1)o1", "1o(1o1)", "(-1)o1", "1o(-1)", "(1o1)o(1o1)", "((1o1)o1)o1", "1o(1o(1o1))", "-(1o1)")
_BRACKETING_WEIGHTS = (0.35, 0.35, 0.06, 0.06, 0.08, 0.04, 0.04, 0.02)
_CHINESE_ENDINGS = ("等于?", "等于几", "等于", "等于多少", "等于多少?", "是多少", "是多少?", "=?", "=", "")
_WORDS = {sign: word for signs, word in zip(("+", "-", "×*", "÷/"), WORDS, strict=True) for sign in signs}


def sample_equation(rng: np.random.Generator) -> str:
    """Draw an equation in canonical spelling that has a value; the same generator state gives the same one.

    70 % are `a op b` of one or two digits, 12 % have three operands, 8 % brackets, 6 % Chinese words or numbers, and in
    4 % an operand is missing.
    """
    form = (_two, _three, _bracketed, _chinese, _missing)[_drawn(rng, (0.70, 0.12, 0.08, 0.06, 0.04))]
    while True:
        text = form(rng)
        if evaluate_equation(text).value is not None:
            return text


def _drawn(rng: np.random.Generator, weights: Sequence[float]) -> int:
    return int(np.searchsorted(np.cumsum(weights)[:-1], rng.random(), side="right"))


def _one_of(rng: np.random.Generator, choices: Sequence[str]) -> str:
    return choices[int(rng.integers(len(choices)))]


def _number(rng: np.random.Generator) -> int:
    return int(rng.integers((0, 10, 100)[(size := _drawn(rng, (0.58, 0.39, 0.03)))], (10, 100, 1000)[size]))


def _small(rng: np.random.Generator) -> int:
    return int(rng.integers(10)) if rng.random() < 0.8 else _number(rng)


def _sign(rng: np.random.Generator) -> str:
    return _SIGNS[_drawn(rng, _SIGN_WEIGHTS)]


def _ending(rng: np.random.Generator) -> str:
    return _ENDINGS[_drawn(rng, _ENDING_WEIGHTS)]


def _pair(rng: np.random.Generator, sign: str) -> tuple[int, int]:
    """Two operands; nine of ten divisions leave no rest."""
    first, second = _number(rng), _number(rng)
    if sign in "÷/" and rng.random() < 0.9:
        second = int(rng.integers(1, 10)) if second > 30 else max(second, 1)
        first = second * int(rng.integers(0, 99 // second + 1))
    return first, second


def _two(rng: np.random.Generator) -> str:
    sign = _sign(rng)
    first, second = _pair(rng, sign)
    minus = "-" if rng.random() < 0.02 else ""
    return f"{minus}{first}{sign}{second}{_ending(rng)}"


def _three(rng: np.random.Generator) -> str:
    text = f"{_small(rng)}{_sign(rng)}{_small(rng)}{_sign(rng)}{_small(rng)}"
    return text + (f"{_sign(rng)}{_small(rng)}" if rng.random() < 0.1 else "") + _ending(rng)


def _bracketed(rng: np.random.Generator) -> str:
    pattern = _BRACKETINGS[_drawn(rng, _BRACKETING_WEIGHTS)]
    tokens = [str(_small(rng)) if token == "1" else _sign(rng) if token == "o" else token for token in pattern]
    return "".join(tokens) + _ending(rng)


def _chinese(rng: np.random.Generator) -> str:
    """Two operands with a Chinese operator, Chinese numbers or both."""
    sign = _sign(rng)
    word = _WORDS[sign]
    if rng.random() < 0.4 or (word == "除" and rng.random() < 0.7):
        word += WORDS[word]
    # Whether the first and the second operand are Chinese, and the operator between them.
    forms = ((True, True, word), (False, False, word), (False, True, word), (True, True, sign))
    *chinese, operator = forms[_drawn(rng, (0.5, 0.25, 0.1, 0.15))]
    formal = rng.random() < 0.3
    first, second = [
        _spelled(rng, min(value, 99), formal) if spelled else str(value)
        for value, spelled in zip(_pair(rng, sign), chinese, strict=True)
    ]
    return f"{first}{operator}{second}{_one_of(rng, _CHINESE_ENDINGS)}"


def _spelled(rng: np.random.Generator, value: int, formal: bool) -> str:
    if value > 9 and rng.random() < 0.1:  # digit by digit
        simple = list(DIGITS)
        return "".join(simple[int(digit) + (10 if formal else 0)] for digit in str(value))
    return chinese_number(value, formal=formal)


def _missing(rng: np.random.Generator) -> str:
    sign = _sign(rng)
    first, second = _pair(rng, sign)
    value = evaluate_equation(f"{first}{sign}{second}").value
    if value is None or value.denominator != 1:
        return ""
    return f"{first}{sign}?={value}" if rng.random() < 0.6 else f"?{sign}{second}={value}"
