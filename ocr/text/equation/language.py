"""The language of arithmetic captchas, as a `Grammar`."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from ocr.text.equation import automaton
from ocr.text.equation.sampling import sample_equation


@dataclass(frozen=True)
class EquationGrammar:
    """Equations in canonical spelling: `8×8=?`, `(3-7)+5`, `3+?=8`, `壹加贰等于?`; `automaton` lists them all.

    A state is a small tuple, and `step` looks it up: about 0.2 µs once a step has been taken before.
    """

    name: str = "equation"
    alphabet: str = automaton.ALPHABET

    def start(self) -> Hashable:
        return automaton.START

    def step(self, state: Hashable, char: str) -> Hashable | None:
        assert isinstance(state, automaton.Place)  # states come from start() and step() alone
        return automaton.step(state, char)

    def accepts(self, state: Hashable) -> bool:
        assert isinstance(state, automaton.Place)
        return automaton.accepts(state)

    def contains(self, text: str) -> bool:
        return automaton.why_not(text) is None

    def sample(self, rng: np.random.Generator) -> str:
        """Draw an equation that has a value; see `sample_equation` for how often each form comes."""
        return sample_equation(rng)


EQUATION = EquationGrammar()
"""What arithmetic captchas show."""
