"""Choose the shipped model for a folder of pages, by the size of the first that can be read."""

from __future__ import annotations

from ocr.errors import UnreadableImageError
from ocr.inference.reader import ARITHMETIC, FORMULA, looks_like
from ocr.submission.pages import Pages
from preprocessing.read import read_image

MOST_TRIED = 100
"""Pages of which one should be readable."""


def choose_model(pages: Pages) -> str:
    """Return the name of the shipped model for final pages, or of that for the contest's round one, by the size.

    The pages of a contest are of one kind. Where none of the first can be read it is the model of final pages.
    """
    missing = frozenset(pages.missing)
    there = (number for number in range(pages.count) if number not in missing)
    for _, number in zip(range(MOST_TRIED), there, strict=False):
        if pages.path(number).is_file():
            try:
                return FORMULA if looks_like(read_image(pages.path(number))) == FORMULA else ARITHMETIC
            except UnreadableImageError:  # told of when its turn comes
                continue
    return FORMULA
