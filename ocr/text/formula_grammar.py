"""The language of the contest's final pages: assignments, then four operands, one of them a fraction."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

VARIABLES = "君不见黄河之水天上来奔流到海复回烟锁池塘柳深圳铁板烧"
"""The 26 characters that name a variable; each once, though 不 comes twice in the lines that they are taken from."""

BRACKETINGS = (
    *("1o1o1o1", "(1o1)o1o1", "1o(1o1)o1", "1o1o(1o1)", "(1o1o1)o1", "1o(1o1o1)"),
    *("((1o1)o1)o1", "(1o(1o1))o1", "1o((1o1)o1)", "1o(1o(1o1))", "(1o1)o(1o1)"),
)
"""Where the four operands (1), the three operators (o) and the brackets stand."""

OPERATORS = "+-*"
LARGEST = "100000"
"""Numbers are whole, from 0 to this, without leading zeros."""

DIGITS = "0123456789"
_UNDER = re.compile(r"(?<=/)[0-9]+")


class Place(NamedTuple):
    """One way of understanding the characters so far; a state of the grammar is the set of all that are left.

    part: "start", "=" (due), "value" (being read), "next" (an assignment is complete), or in the expression "" (between
    tokens), "number", "variable", "/" (just read) or "denominator". names: the assigned variables, None in an
    expression that stands alone. used: the variables of the expression so far. bracketing and at: which one and how
    many of its tokens are read. divided and plain: whether a fraction, and a variable outside of one, are complete.
    """

    part: str = "start"
    number: str = ""
    names: tuple[str, ...] | None = ()
    used: tuple[str, ...] = ()
    bracketing: int = 0
    at: int = 0
    divided: bool = False
    plain: bool = False


def _longer(number: str, digit: str) -> str | None:
    """Return the number with one more digit, or None where no number goes on like that.

    Of numbers that go on alike one stands for all: 0, a beginning of LARGEST, and as many nines as any other has
    digits. So a grammar has few states, and a search need not ask for the same step for 43 as for 42.
    """
    if number == "0":
        return None
    number += digit
    if number == "0" or LARGEST.startswith(number):
        return number
    return "9" * len(number) if len(number) < len(LARGEST) else None


def _closed(place: Place) -> Place | None:
    """Return the place after the operand that is being read, or None where it can't end here."""
    if place.part == "number":
        return place._replace(part="", number="")
    if place.part == "denominator":
        return place._replace(part="", number="", divided=True)
    if place.part == "variable":
        alone = place.names is not None and len(place.names) == 1  # then it belongs on the fraction
        return None if alone or place.plain else place._replace(part="", plain=True)
    return place if place.part == "" else None


def _expression(place: Place, char: str) -> Iterator[Place]:
    """Tell where `char` may lead inside of an expression."""
    if place.part in ("number", "denominator", "/") and char in DIGITS:
        number = _longer(place.number, char)
        if number is not None:
            yield place._replace(part="denominator" if place.part == "/" else place.part, number=number)
        return
    if place.part == "variable" and char == "/":
        if not place.divided:
            yield place._replace(part="/", number="")
        return
    closed = _closed(place)
    token = BRACKETINGS[place.bracketing][place.at : place.at + 1]
    if closed is None or not token:
        return
    onward = closed._replace(at=closed.at + 1)
    if token == "1" and char in DIGITS:
        yield onward._replace(part="number", number=_longer("", char) or "")
    elif token == "1" and char in VARIABLES:
        known = len(place.used) < 2 if place.names is None else char in place.names
        if known and char not in place.used:
            yield onward._replace(part="variable", used=(*place.used, char))
    elif char == token or (token == "o" and char in OPERATORS):
        yield onward


def _onward(place: Place, char: str, lines: bool) -> Iterator[Place]:
    """Tell where `char` may lead from `place`."""
    if place.part in ("start", "next"):
        names = place.names or ()
        if char in VARIABLES and char not in names and len(names) < 2:
            yield Place("=", names=(*names, char))
        if place.part == "next" or lines:
            for index in range(len(BRACKETINGS)):
                first = Place("", names=names or None, bracketing=index)
                yield from _expression(first, char)
    elif place.part == "=":
        if char == "=":
            yield place._replace(part="value")
    elif place.part == "value":
        number = _longer(place.number, char) if char in DIGITS else None
        if number is not None:
            yield place._replace(number=number)
        elif char == ";" and place.number:
            yield Place("next", names=place.names)
    else:
        yield from _expression(place, char)


def _complete(place: Place, lines: bool) -> bool:
    if place.part == "value":
        return lines and place.number != "" and place.names is not None and len(place.names) == 1
    if place.part in ("start", "=", "next"):
        return False
    end = _closed(place)
    if end is None or end.at != len(BRACKETINGS[end.bracketing]) or not end.divided:
        return False
    return end.names is None or set(end.used) == set(end.names)


@lru_cache(maxsize=1 << 15)  # about 700 bytes each
def _step(state: frozenset[Place], char: str, lines: bool) -> frozenset[Place]:
    return frozenset(after for place in state for after in _onward(place, char, lines))


@dataclass(frozen=True)
class FormulaGrammar:
    """Formulas of the final, `流=42072;圳=86;(圳-(97510*45921))*流/35864`, as a `Grammar`.

    One or two assignments of different variables, each followed by a semicolon; then an expression of four operands in
    one of `BRACKETINGS`, in which each assigned variable stands once and nothing else is a variable. Exactly one
    operand is a fraction, a variable over a number; with two variables the other one is an operand of its own. With
    `lines`, an assignment alone and an expression without its assignments belong to the language, too.
    """

    name: str = "formula"
    lines: bool = False
    alphabet: str = DIGITS + OPERATORS + "/=();" + VARIABLES

    def start(self) -> frozenset[Place]:
        return frozenset({Place()})

    def step(self, state: Hashable, char: str) -> frozenset[Place] | None:
        assert isinstance(state, frozenset)  # states come from start() and step() alone
        return _step(state, char, self.lines) or None

    def accepts(self, state: Hashable) -> bool:
        assert isinstance(state, frozenset)
        return any(_complete(place, self.lines) for place in state)

    def contains(self, text: str) -> bool:
        state: frozenset[Place] | None = self.start()
        for char in text:
            state = self.step(state, char)
            if state is None:
                return False
        return self.accepts(state)

    def sample(self, rng: np.random.Generator) -> str:
        """A formula with the contest's statistics: two assignments in two of three, 不 twice as likely as another."""
        weights = np.array([2.0 if name == "不" else 1.0 for name in VARIABLES])
        count = 2 if rng.random() < 2 / 3 else 1
        names = [VARIABLES[i] for i in rng.choice(len(VARIABLES), count, replace=False, p=weights / weights.sum())]
        numbers = [str(n) for n in rng.integers(0, int(LARGEST) + 1, 4 + count)]
        over = int(rng.integers(count))
        operands = [f"{names[over]}/{numbers[0]}", *numbers[1:4]]
        if count == 2:
            operands[1] = names[1 - over]
        waiting = iter([operands[i] for i in rng.permutation(4)])
        pattern = BRACKETINGS[rng.integers(len(BRACKETINGS))]
        expression = "".join(
            next(waiting) if token == "1" else OPERATORS[rng.integers(3)] if token == "o" else token
            for token in pattern
        )
        assignments = [f"{name}={number};" for name, number in zip(names, numbers[4:], strict=True)]
        return "".join(assignments) + expression


def digits_under(text: str) -> tuple[int, int] | None:
    """Return where the number under a bar begins and ends in a text with exactly one fraction, else None."""
    found = list(_UNDER.finditer(text))
    return found[0].span() if len(found) == 1 and text.count("/") == 1 else None


def replaced(text: str, number: str) -> str:
    """Return `text` with another number under its bar."""
    under = digits_under(text)
    return text if under is None or not number else text[: under[0]] + number + text[under[1] :]
