"""The grammar of equations in canonical spelling: an automaton of a few hundred states, each a small tuple.

    equation:  expression [equals [question]]  |  expression equals right side  |  expression ?
    expression: one to three operators between operands, brackets at most two deep
    operand:   [-] number  |  [-] ( expression )  |  ?  |  几        (the missing one: at most one, needs a right side)
    number:    one to three digits  |  a Chinese number from 0 to 999
    operator:  + - * / × ÷ 加 加上 减 减去 乘 乘以 除 除以
    equals:    = | 等于 | 是 (this one needs a question behind it)
    question:  ? | 几 | 几? | 多少 | 多少?
    right side: [-] one to six digits  |  [-] a Chinese number

A bracket holds an operator or a minus: there is no `(5)+3` and no `((3+5))`.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ocr.text.equation.chinese_numbers import COMPLETE, NUMERALS, next_part

DIGITS = "0123456789"
OPERATORS = "+-*/×÷"
WORDS = {"加": "上", "减": "去", "乘": "以", "除": "以"}
"""The operators as Chinese words, each with the second character that it may have."""

ALPHABET = DIGITS + OPERATORS + "()=?" + NUMERALS + "加减乘除上去以等于几多少是"
MOST_OPERATORS = 3
DEEPEST = 2
LONGEST_OPERAND, LONGEST_RIGHT_SIDE = 3, 6

_OPERAND_DUE = frozenset({"operand", "signed", *WORDS})


class Place(NamedTuple):
    """A place in an equation: all that decides how it may go on."""

    part: str = "operand"
    """What was read last: "operand" (due), "signed" (due after a minus), a word of `WORDS` (an operand or the word's
    second character due), "1" to "3" (so many digits of an operand), a part of a Chinese number, "closed" (a bracket or
    a missing operand ended), 等, "equals", 是, 多, "question" (only a question mark may follow), "end"; on the right
    side "=" and behind it a minus, the number of digits or the part of a Chinese number."""

    operators: int = 0
    """Operators so far."""

    missing: bool = False
    """Whether a missing operand was read."""

    brackets: tuple[bool, ...] = ()
    """For each open bracket, the outermost first, whether it holds an operator or a minus."""


START = Place()


@lru_cache(maxsize=1 << 15)
def step(place: Place, char: str) -> Place | None:
    """Return the place after one more character, or None when no equation goes on like that."""
    part = place.part
    if part in _OPERAND_DUE:
        return _operand(place, char)
    if part[0] == "=":
        longer = _number(part[1:].removeprefix("-"), char, LONGEST_RIGHT_SIDE)
        return None if longer is None else place._replace(part=f"={longer}")
    if part in ("等", "equals", "是", "多", "question", "end"):
        return _ending(place, char)
    longer = None if part == "closed" else _number(part, char, LONGEST_OPERAND)
    return _after_operand(place, char) if longer is None else place._replace(part=longer)


def accepts(place: Place) -> bool:
    """Return whether an equation may end here."""
    part = place.part
    if part in ("question", "end"):
        return True
    if part == "equals":
        return not place.missing
    if part[0] == "=":
        return _complete(part[1:])
    return not place.missing and _may_end(place)


def why_not(text: str) -> str | None:
    """Return None for an equation in canonical spelling, else what is wrong, in the words of `expression.evaluate`."""
    if not text:
        return "empty"
    place = START
    for index, char in enumerate(text, start=1):
        after = step(place, char)
        if after is None:
            return f"unexpected {char!r} at character {index}" if set(text) <= set(ALPHABET) else "not an equation"
        place = after
    if accepts(place):
        return None
    if place.operators and (place.part in _OPERAND_DUE or place.part == "=-"):
        return "number expected at the end"
    if place.brackets:
        return "unbalanced parenthesis"
    return "right side expected at the end" if place.operators and place.missing else "not an equation"


def _number(part: str, char: str, longest: int) -> str | None:
    """Return the part of a number after `char`, "" at its beginning; digits are counted, Chinese numbers parsed."""
    if char in DIGITS:
        digits = int(part) + 1 if part.isdigit() else 1
        return str(digits) if digits <= longest and (part == "" or part.isdigit()) else None
    return None if part.isdigit() else next_part(part, char)


def _complete(part: str) -> bool:
    return part.isdigit() or part in COMPLETE


def _may_end(place: Place) -> bool:
    """Tell whether the expression may end here."""
    return not place.brackets and place.operators > 0 and (place.part == "closed" or _complete(place.part))


def _operand(place: Place, char: str) -> Place | None:
    """Return the place after the first character of an operand, or the second one of an operator."""
    if place.part != "signed":
        if char == WORDS.get(place.part):
            return place._replace(part="operand")
        if char == "-":
            return place._replace(part="signed", brackets=_filled(place))
    if _unfillable(place):  # where the bracket just opened could only go on with a minus
        return None
    if char == "(":
        open_brackets = (*place.brackets, False)
        return place._replace(part="operand", brackets=open_brackets) if len(open_brackets) <= DEEPEST else None
    if char in "?几":
        gap = place.missing or place.part == "signed"
        return None if gap else place._replace(part="closed", missing=True)
    begun = _number("", char, LONGEST_OPERAND)
    return None if begun is None else place._replace(part=begun)


def _after_operand(place: Place, char: str) -> Place | None:
    """Return the place after an operator, a closing bracket or the beginning of what stands behind the expression."""
    if place.part != "closed" and not _complete(place.part):
        return None
    if char in OPERATORS or char in WORDS:
        part = char if char in WORDS else "operand"
        after = Place(part, place.operators + 1, place.missing, _filled(place))
        return None if after.operators > MOST_OPERATORS or _unfillable(after) else after
    if char == ")":
        return place._replace(part="closed", brackets=place.brackets[:-1]) if any(place.brackets[-1:]) else None
    if not _may_end(place):
        return None
    if char == "=":
        return place._replace(part="equals")
    if char == "?":  # 3+5?
        return None if place.missing else place._replace(part="end")
    return place._replace(part=char) if char == "等" or (char == "是" and not place.missing) else None


def _unfillable(place: Place) -> bool:
    """Whether too few operators are left for the brackets that hold none, so that no equation goes on like that."""
    return place.brackets.count(False) > MOST_OPERATORS - place.operators


def _filled(place: Place) -> tuple[bool, ...]:
    return (*place.brackets[:-1], True) if place.brackets else ()


def _ending(place: Place, char: str) -> Place | None:
    """Return the place after one more character behind the expression."""
    part = place.part
    if (part, char) in (("等", "于"), ("多", "少"), ("question", "?")):
        return place._replace(part={"等": "equals", "多": "question", "question": "end"}[part])
    if part not in ("equals", "是"):
        return None
    if not place.missing:
        if char in "几多":
            return place._replace(part="question" if char == "几" else char)
        if char == "?":
            return place._replace(part="end") if part == "equals" else None
    if part == "是":
        return None
    if char == "-":
        return place._replace(part="=-")
    begun = _number("", char, LONGEST_RIGHT_SIDE)
    return None if begun is None else place._replace(part=f"={begun}")


@dataclass(frozen=True)
class EquationGrammar:
    """Equations in canonical spelling: `8×8=?`, `(3-7)+5`, `3+?=8`, `壹加贰等于?`; the top of this file lists them all.

    A state is a small tuple, and `step` looks it up: about 0.2 µs once a step has been taken before.
    """

    name: str = "equation"
    alphabet: str = ALPHABET

    def start(self) -> Hashable:
        return START

    def step(self, state: Hashable, char: str) -> Hashable | None:
        assert isinstance(state, Place)  # states come from start() and step() alone
        return step(state, char)

    def accepts(self, state: Hashable) -> bool:
        assert isinstance(state, Place)
        return accepts(state)

    def contains(self, text: str) -> bool:
        return why_not(text) is None

    def sample(self, rng: np.random.Generator) -> str:
        """Draw an equation that has a value; see `sample_equation` for how often each form comes."""
        from ocr.text.equation.sampling import sample_equation  # it is made of what is here

        return sample_equation(rng)


EQUATION = EquationGrammar()
"""The equations that arithmetic captchas show."""
