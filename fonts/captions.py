"""A typeface for the captions of pictures."""

from __future__ import annotations

from pathlib import Path

from fonts.catalogue import typefaces

FORMULA_SAMPLE = "流"
"""A character that every typeface for formulas with Chinese variables draws."""


def typeface_for(text: str) -> Path | None:
    """Return the plainest typeface of ours that can draw the Chinese characters of a text; None if it has none."""
    foreign = "".join(sorted({char for char in text if not char.isascii()}))
    if not foreign:
        return None
    # Where no typeface has all characters, one made for formulas draws most of them.
    faces = typefaces("all", foreign) or typefaces("all", FORMULA_SAMPLE)
    return min(faces, key=lambda face: (face.style != "hei", abs(face.weight - 400))).path if faces else None
