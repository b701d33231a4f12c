"""The texts of small images: equations, and letters and digits; and what a caller may know of them beforehand."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from string import ascii_letters, digits

import numpy as np

from ocr.text.equation import EQUATION
from ocr.text.grammar import FreeText

CHARACTERS = (
    digits
    + ascii_letters
    + "+-*/×÷()=?"
    + "零一二三四五六七八九十"
    + "壹贰叁肆伍陆柒捌玖拾"
    + "两百加减乘除以上去等于几多少是"
)
"""Every character of an answer, in the order of the shipped model's outputs."""

LETTERS = FreeText("text", digits + ascii_letters, 1, 10)
"""The texts of text captchas: one to ten digits and letters."""


@dataclass(frozen=True)
class Told:
    """What a caller knows of the text in an image; None for what it does not know."""

    kind: str | None = None
    """"arithmetic" or "text"."""
    alphabet: str | None = None
    """Characters that can occur."""
    length: int | tuple[int, int] | None = None
    """Characters that there are, or the least and the most."""
    case: str | None = None
    """"ignore" answers in lower case, with the probabilities of both cases together."""
    pages: bool = True
    """Whether it may be a final page as well, by its size."""


@dataclass(frozen=True)
class AnyCaptcha:
    """The texts of EQUATION and of LETTERS; which of both an image shows is left to ocr.text.read_best."""

    name: str = "any captcha"
    alphabet: str = "".join(dict.fromkeys(LETTERS.alphabet + EQUATION.alphabet))

    def start(self) -> tuple[Hashable, Hashable]:
        return EQUATION.start(), LETTERS.start()

    def step(self, state: Hashable, char: str) -> tuple[Hashable | None, Hashable | None] | None:
        assert isinstance(state, tuple)  # states come from start() and step() alone
        equation, text = state
        after = (
            None if equation is None else EQUATION.step(equation, char),
            None if text is None else LETTERS.step(text, char),
        )
        return None if after == (None, None) else after

    def accepts(self, state: Hashable) -> bool:
        assert isinstance(state, tuple)
        equation, text = state
        return (equation is not None and EQUATION.accepts(equation)) or (text is not None and LETTERS.accepts(text))

    def contains(self, text: str) -> bool:
        return EQUATION.contains(text) or LETTERS.contains(text)

    def sample(self, rng: np.random.Generator) -> str:
        return (EQUATION if rng.random() < 0.5 else LETTERS).sample(rng)


ANY_CAPTCHA = AnyCaptcha()
