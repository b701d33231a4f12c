"""What a labelled captcha shows: an equation with a value, or a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ocr.text.equation import canonical, evaluate_equation

ARITHMETIC, TEXT = "arithmetic", "text"
GROUPS = (ARITHMETIC, TEXT)


@dataclass(frozen=True)
class Truth:
    """The text of a label and, where the image shows an equation, its value."""

    text: str
    value: Fraction | None = None

    def is_right(self, text: str, value: Fraction | None) -> bool:
        """Whether an answer is worth as much: the same value, or the same text in any case."""
        return value == self.value if self.value is not None else text.lower() == self.text.lower()

    def is_exact(self, text: str) -> bool:
        """Whether a text is the label's; equations are compared in canonical spelling, as `8x8` and `8×8`."""
        return canonical(text) == canonical(self.text) if self.value is not None else text == self.text


def truths(labels: Sequence[str]) -> list[Truth]:
    """Tell equations from texts among the labels of one kind, and evaluate them.

    The letters and digits of `6x42` are an equation only where every label of the kind is one.
    """
    values = [evaluate_equation(label).value for label in labels]
    all_equations = None not in values
    return [
        Truth(label, value if all_equations or not label.isalnum() else None)
        for label, value in zip(labels, values, strict=True)
    ]


def group(shown: Sequence[Truth]) -> str:
    """Return what most images of a kind show: ARITHMETIC or TEXT."""
    return ARITHMETIC if 2 * sum(each.value is not None for each in shown) > len(shown) else TEXT


def ending(shown: Sequence[Truth]) -> str:
    """Return what stands behind every equation of a kind, "=?" or "=", or "" where they differ."""
    equations = [each.text for each in shown if each.value is not None]
    return next((end for end in ("=?", "=") if equations and all(text.endswith(end) for text in equations)), "")
