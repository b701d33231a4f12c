"""The exact value of an equation: of its left side, or of the operand that is missing; nothing is ever run as code."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from ocr.errors import ExpressionError
from ocr.text.equation.automaton import DIGITS, why_not
from ocr.text.equation.chinese_numbers import NUMERALS, chinese_value
from ocr.text.equation.spelling import canonical
from ocr.text.expression import Evaluation

SIDES_DIFFER = "the two sides differ"
MANY_FIT = "more than one number fits"
NONE_FITS = "no number fits"

_TOKEN = re.compile(rf"[0-9]+|[{NUMERALS}]+|加上?|减去?|乘以?|除以?|[-+*/×÷()?几]")
_EQUALS = re.compile("=|等于|是")
_QUESTIONS = frozenset({"", "?", "几", "几?", "多少", "多少?"})
_SIGNS = {"加": "+", "减": "-", "乘": "*", "除": "/", "×": "*", "÷": "/"}


class _Ratio(NamedTuple):
    """(constant + slope x) / (below + below_slope x) of the missing operand x; without one both slopes are 0."""

    constant: Fraction
    slope: Fraction = Fraction(0)
    below: Fraction = Fraction(1)
    below_slope: Fraction = Fraction(0)


_MISSING = _Ratio(Fraction(0), Fraction(1))


def evaluate_equation(text: str) -> Evaluation:
    """Return the exact value of an equation in any spelling, or the problem; never an exception, whatever the text.

    `8/3=?` is 8/3, `3+?=8` is 5 and `3+5=8` is 8. A Chinese 除 divides what stands before it, as captchas mean it.
    Problems are "empty", "not an equation", "unexpected ')' at character 3" (of the canonical spelling), "number
    expected at the end", "right side expected at the end", "unbalanced parenthesis", "division by zero",
    `SIDES_DIFFER`, `MANY_FIT` and `NONE_FITS`.
    """
    return evaluate_canonical(canonical(text))


def evaluate_canonical(text: str) -> Evaluation:
    """Return what `evaluate_equation` does for a text in canonical spelling."""
    problem = why_not(text)
    if problem is not None:
        return Evaluation(None, problem)
    left, *behind = _EQUALS.split(text, maxsplit=1)
    if not behind:
        left = left.removesuffix("?")
    tokens = _TOKEN.findall(left)
    try:
        if not behind or behind[0] in _QUESTIONS:
            return Evaluation(_constant(_side(tokens, _MISSING)), None)
        right = _constant(_side(_TOKEN.findall(behind[0]), _MISSING))
        if "?" in tokens or "几" in tokens:
            return Evaluation(_solution(tokens, right), None)
        value = _constant(_side(tokens, _MISSING))
    except ExpressionError as error:
        return Evaluation(None, str(error))
    return Evaluation(value, None) if value == right else Evaluation(None, SIDES_DIFFER)


def _solution(tokens: list[str], right: Fraction) -> Fraction:
    """Return the one number that the missing operand can be."""
    ratio = _side(tokens, _MISSING)
    slope = ratio.slope - right * ratio.below_slope
    rest = right * ratio.below - ratio.constant
    if not slope:
        raise ExpressionError(NONE_FITS if rest else MANY_FIT)
    found = rest / slope
    try:  # 6/(6/?)=0 has the solution 0 on paper, but nothing is divided by 0
        fits = _constant(_side(tokens, _Ratio(found))) == right
    except ExpressionError:
        fits = False
    if not fits:
        raise ExpressionError(NONE_FITS)
    return found


def _constant(ratio: _Ratio) -> Fraction:
    return ratio.constant / ratio.below


def _side(tokens: list[str], missing: _Ratio) -> _Ratio:
    """Return the value of the tokens of a whole expression, with `missing` for the operand that is missing."""
    waiting = tokens[::-1]
    return _sum(waiting, missing)


def _sum(waiting: list[str], missing: _Ratio) -> _Ratio:
    total = _product(waiting, missing)
    while waiting and _sign(waiting[-1]) in ("+", "-"):
        sign = _sign(waiting.pop())
        total = _combined(sign, total, _product(waiting, missing))
    return total


def _product(waiting: list[str], missing: _Ratio) -> _Ratio:
    total = _factor(waiting, missing)
    while waiting and _sign(waiting[-1]) in ("*", "/"):
        sign = _sign(waiting.pop())
        total = _combined(sign, total, _factor(waiting, missing))
    return total


def _factor(waiting: list[str], missing: _Ratio) -> _Ratio:
    token = waiting.pop()
    if token == "-":
        return _combined("*", _Ratio(Fraction(-1)), _factor(waiting, missing))
    if token == "(":
        inner = _sum(waiting, missing)
        waiting.pop()  # the bracket that closes it
        return inner
    if token in "?几":
        return missing
    return _Ratio(Fraction(int(token) if token[0] in DIGITS else chinese_value(token)))


def _sign(token: str) -> str:
    return _SIGNS.get(token[0], token)


def _combined(sign: str, left: _Ratio, right: _Ratio) -> _Ratio:
    """`left sign right`, of which at most one has slopes: there is one missing operand at most."""
    if sign == "/":
        if not right.constant and not right.slope:
            raise ExpressionError("division by zero")
        right = _Ratio(right.below, right.below_slope, right.constant, right.slope)
    below, below_slope = _multiplied(left.below, left.below_slope, right.below, right.below_slope)
    if sign in "*/":
        return _Ratio(*_multiplied(left.constant, left.slope, right.constant, right.slope), below, below_slope)
    one, one_slope = _multiplied(left.constant, left.slope, right.below, right.below_slope)
    other, other_slope = _multiplied(right.constant, right.slope, left.below, left.below_slope)
    if sign == "-":
        other, other_slope = -other, -other_slope
    return _Ratio(one + other, one_slope + other_slope, below, below_slope)


def _multiplied(one: Fraction, slope: Fraction, other: Fraction, other_slope: Fraction) -> tuple[Fraction, Fraction]:
    """(one + slope x) (other + other_slope x), of which one factor is constant."""
    return one * other, one * other_slope + slope * other
