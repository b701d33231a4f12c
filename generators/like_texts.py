"""Texts of the form that some given ones have: each digit another digit, each letter another letter of its case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from string import ascii_lowercase, ascii_uppercase, digits

import numpy as np

from ocr.text.equation.automaton import OPERATORS
from ocr.text.equation.chinese_numbers import NUMERALS

CLASSES = (digits, ascii_lowercase, ascii_uppercase, OPERATORS, NUMERALS)
"""Characters that stand for each other; all others stay as they are."""

SEEN_OFTEN = 5
"""From so many characters of a class for each that it has, those that never occurred are taken to be left out by the
program: by chance one of them is missing in one kind of 150."""


class LikeTexts:
    """Draws texts of the form of given ones: `LikeTexts(["3+5=?"])(rng)` may be `7+2=?`.

    A character becomes another of its class (CLASSES) that may occur: operators and Chinese numerals are those of the
    texts, digits and letters all of the class unless the texts have so many that the others must be missing. Texts that
    are not `allowed` are drawn anew, and after some tries the given one comes as it is. Picklable if `allowed` is.
    """

    def __init__(self, texts: Sequence[str], allowed: Callable[[str], bool] | None = None) -> None:
        if not texts:
            raise ValueError("expected some texts")
        self.texts = tuple(texts)
        self.allowed = allowed
        counts = Counter("".join(texts))
        self.choices: dict[str, str] = {}
        for members in CLASSES:
            seen = "".join(char for char in members if char in counts)
            few = sum(counts[char] for char in seen) < SEEN_OFTEN * len(members)
            choice = members if few and members[0].isascii() and members[0].isalnum() else seen
            self.choices |= dict.fromkeys(seen, choice)

    @property
    def characters(self) -> str:
        """All characters that may occur."""
        own = "".join(self.texts) + "".join(self.choices.values())
        return "".join(sorted(dict.fromkeys(own)))

    def __call__(self, rng: np.random.Generator, tries: int = 20) -> str:
        """Return one text."""
        given = self.texts[int(rng.integers(len(self.texts)))]
        for _ in range(tries):
            text = "".join(self._other(char, rng) for char in given)
            if self.allowed is None or self.allowed(text):
                return text
        return given

    def _other(self, char: str, rng: np.random.Generator) -> str:
        choice = self.choices.get(char)
        return char if choice is None else choice[int(rng.integers(len(choice)))]
