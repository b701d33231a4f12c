"""Pictures that explain answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fonts.captions import typeface_for

if TYPE_CHECKING:
    from ocr.inference.reader import Reading
    from preprocessing.read import Pixels


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
