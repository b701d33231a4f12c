"""A picture of how the answer about a final page came about: every stage, each line with its characters, and a closer
look at the number under the bar."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

import cv2
import numpy as np

from ocr.evaluation.explain import NARROWEST, WIDEST, FontPath, caption, header, marked, resized
from ocr.inference.denominator import enlarged_denominator
from ocr.inference.recognizer import Recognition
from ocr.inputs import ModelInput
from ocr.text.ctc.decoding import Character
from preprocessing.page.prepare import PageOptions
from preprocessing.page.prepare import explain as stages
from preprocessing.read import Pixels

LINE_ZOOM = 2.0
"""How much lines are enlarged, at most."""


def explain_page(
    image: Pixels,
    recognition: Recognition,
    prepared: ModelInput,
    *,
    options: PageOptions,
    title: str = "",
    font: FontPath | None = None,
) -> Pixels:
    """Draw a tile about the answer on one page, RGB (H, W, 3): uint8 RGB, W from NARROWEST to WIDEST.

    `prepared` is the page as its network saw it, `options` how that was made. `title` and `font` as for `explain`.
    """
    width = int(np.clip(image.shape[1], NARROWEST, WIDEST))
    parts = [header(recognition, width, title=title, font=font)]
    for name, picture in stages(image, options):
        shown = cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB) if picture.ndim == 2 else picture
        parts += [caption(name, width), _fitted(shown, width)]
    for number, (box, characters) in enumerate(zip_longest(prepared.boxes, by_line(recognition))):
        if box is not None:
            parts += [caption(f"line {number + 1}", width), _line(image, box, characters or [], width, font)]
    piece = denominator_crop(prepared, recognition)
    if piece is not None:
        parts += [caption("the number under the bar, enlarged", width), _fitted(piece, width)]
    return np.vstack(parts)


def denominator_crop(prepared: ModelInput, recognition: Recognition) -> Pixels | None:
    """Return the number under the bar of an answer about a page, enlarged as for a closer look.

    Its channels side by side, RGB (H, W, 3), uint8; None without such a number. `prepared` as for `explain_page`.
    """
    for part, characters in zip(prepared.parts, by_line(recognition), strict=False):
        scale = (part.end - part.start) / (part.right - part.left)
        spans = [
            [part.start + (side - part.left) * scale for side in (character.start, character.end)]
            for character in characters
        ]
        piece = enlarged_denominator(prepared, "".join(character.symbol for character in characters), spans)
        if piece is not None:
            side_by_side = np.concatenate(np.moveaxis(piece, 2, 0), axis=1)
            return cv2.cvtColor(side_by_side, cv2.COLOR_GRAY2RGB)
    return None


def by_line(recognition: Recognition) -> list[list[Character]]:
    """Return the characters of an answer line by line; a semicolon ends a line and is left out."""
    lines: list[list[Character]] = [[]]
    for each in recognition.characters:
        if each.symbol == ";":
            lines.append([])
        else:
            lines[-1].append(each)
    return lines


def _line(
    image: Pixels, box: tuple[int, int, int, int], characters: list[Character], width: int, font: FontPath | None
) -> Pixels:
    """One line of a page, enlarged, with its characters."""
    left, top, right, lower = box
    crop = image[top:lower, left:right]
    scale = min(LINE_ZOOM, width / crop.shape[1])
    columns = round(crop.shape[1] * scale)
    shifted = [replace(each, start=each.start - left, end=each.end - left) for each in characters]
    return _widened(marked([resized(crop, columns)], shifted, scale=columns / crop.shape[1], font=font), width)


def _fitted(picture: Pixels, width: int) -> Pixels:
    """A picture no wider than `width`, with white on its right."""
    return _widened(resized(picture, min(width, picture.shape[1])), width)


def _widened(picture: Pixels, width: int) -> Pixels:
    return cv2.copyMakeBorder(
        picture, 0, 0, 0, width - picture.shape[1], cv2.BORDER_CONSTANT, value=(255, 255, 255)
    ).reshape(-1, width, 3)
