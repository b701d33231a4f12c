"""When an image is said to show no text: by the text that it would be at best, or before one is searched for."""

from __future__ import annotations

import math

from ocr.text.ctc.decoding import Decoded

NOTHING_READ = 0.01
"""Below this confidence an image is said to hold nothing: right texts of less are a handful in a million, but for long
ones, see `nothing_below`."""

_LEAST_EACH = 0.6
"""Mean confidence of each character in long texts that may still be right: pictures without any text get short texts
of less each, pages with a bar or an arc across a character long texts of more."""

_LEGIBLE_EACH, _ONE_UNCLEAR = math.log(0.85), -1.0
"""Logarithms: the mean confidence of each character that the columns of a page read at least, whatever its grammar, and
what one unclear character more may take from that. The hardest of 900 drawn pages and lines had 0.9 for each; noise,
textures and scripts that the network does not know have less than 0.85."""


def nothing_below(text: str) -> float:
    """Return the confidence below which an image that reads `text` at best is said to hold nothing."""
    return min(NOTHING_READ, _LEAST_EACH ** len(text))


def shows_nothing(answer: Decoded | None) -> bool:
    """Tell whether an image holds nothing by the most probable text that was found."""
    return answer is None or not answer.text or answer.log_probability < math.log(nothing_below(answer.text))


def is_illegible(greedy: Decoded) -> bool:
    """Tell by the greedy reading of its columns whether it is no use to search a page's text in an image."""
    return greedy.log_probability < len(greedy.text) * _LEGIBLE_EACH + _ONE_UNCLEAR
