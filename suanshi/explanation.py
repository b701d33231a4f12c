"""Pictures that explain answers, and the typefaces that they are written in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr.inference.reader import Reading
    from preprocessing.read import Pixels

FORMULA_SAMPLE = "流"
"""A character that every typeface for formulas with Chinese variables draws."""


def tile(reading: Reading, file: str, number: int) -> Pixels:
    """Draw a tile about an answer, with the file's name if a typeface of ours can write it, else with its number."""
    from ocr.evaluation.explain import can_write, explain

    answer, seen, image = reading.answer, reading.input, reading.image
    assert answer is not None
    assert seen is not None
    assert image is not None
    title = Path(file).name
    font = typeface_for(title + answer.text)
    if not can_write(title, font):
        title, font = f"image {number}", typeface_for(answer.text)
    assert reading.spec is not None
    if reading.spec.input_kind.page:
        from ocr.evaluation.explain_page import explain_page
        from ocr.inputs import page_options

        return explain_page(image.pixels(), answer, seen, options=page_options(reading.spec), title=title, font=font)
    return explain(image.pixels(), answer, seen=seen.pixels, title=title, font=font)


def typeface_for(text: str) -> Path | None:
    """Return the plainest typeface of ours that can draw the Chinese characters of a text; None if it has none."""
    foreign = "".join(sorted({char for char in text if not char.isascii()}))
    if not foreign:
        return None
    from fonts import typefaces

    # Of characters that no formula is written with, typefaces of formulas still draw the others.
    faces = typefaces("all", foreign) or typefaces("all", FORMULA_SAMPLE)
    return min(faces, key=lambda face: (face.style != "hei", abs(face.weight - 400))).path if faces else None
