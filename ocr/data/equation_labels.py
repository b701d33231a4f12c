"""Labels of arithmetic captchas in the spelling in which a reader answers them: `3 x 5 = ?` is `3×5=?`."""

from __future__ import annotations

from collections.abc import Sequence

from ocr.text.any_captcha import LETTERS
from ocr.text.equation import EQUATION
from ocr.text.equation.spelling import canonical

MOSTLY = 0.5
"""The share of the labels that must be equations, and nothing else, for a folder of arithmetic captchas."""


def of_equations(texts: Sequence[str]) -> bool:
    """Tell whether labels are those of arithmetic captchas: most are equations, and no texts of letters and digits."""
    surely = sum(not LETTERS.contains(text) and EQUATION.contains(canonical(text)) for text in texts)
    return surely > MOSTLY * len(texts)


def as_answered(texts: Sequence[str]) -> list[str]:
    """Return labels in canonical spelling where they are those of arithmetic captchas, as they are elsewhere.

    An `x` between two numbers is a times sign among equations, and a letter in a text captcha. What is no equation is
    returned as it is.
    """
    if not of_equations(texts):
        return list(texts)
    spelled = [canonical(text) for text in texts]
    return [answer if EQUATION.contains(answer) else text for answer, text in zip(spelled, texts, strict=True)]
