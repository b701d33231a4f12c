"""A bound on searching: how often the searches for one image may ask a grammar how a text goes on."""

from __future__ import annotations

import os
from collections.abc import Hashable
from dataclasses import dataclass

from ocr.errors import OcrError
from ocr.text.grammar import Automaton

MOST_STEPS = 100_000
"""Steps of the grammar in all searches for one image, two or three seconds of those for a page."""

GIVEN_UP = "given up: too many texts are about as likely"
"""The problem of an image for which the steps were not enough to find a text."""

HIGHEST = 10**9
VARIABLE = "SUANSHI_MAX_STEPS"
"""The environment variable that sets another limit."""


def max_steps() -> int:
    """Return the limit of steps that holds now: SUANSHI_MAX_STEPS, or else MOST_STEPS. Raises OcrError."""
    given = os.environ.get(VARIABLE, "")
    if not given:
        return MOST_STEPS
    if not (given.isascii() and given.isdecimal() and len(given) < 11 and 1 <= int(given) <= HIGHEST):
        raise OcrError(f"{VARIABLE} is {given[:40]!r}, expected a number of steps from 1 to {HIGHEST}")
    return int(given)


class Budget:
    """The steps that are left to the searches for one image."""

    def __init__(self, steps: int | None = None) -> None:
        self.limit = max_steps() if steps is None else steps
        self.left = self.limit

    @property
    def spent(self) -> bool:
        """Whether more steps were asked for than there were."""
        return self.left < 0


@dataclass(frozen=True)
class Budgeted:
    """A grammar that knows no further step once a budget is spent, so that a search ends."""

    grammar: Automaton
    budget: Budget

    def start(self) -> Hashable:
        return self.grammar.start()

    def step(self, state: Hashable, char: str) -> Hashable | None:
        if self.budget.left <= 0:
            self.budget.left = -1
            return None
        self.budget.left -= 1
        return self.grammar.step(state, char)

    def accepts(self, state: Hashable) -> bool:
        return self.grammar.accepts(state)

    def contains(self, text: str) -> bool:
        return self.grammar.contains(text)
