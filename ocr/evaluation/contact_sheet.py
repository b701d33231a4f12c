"""A sheet of images, small, side by side, each with what it says; of those read wrong also with what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw

from ocr.evaluation.explain import FontPath, write
from preprocessing.read import ImageSource, Pixels, read_image

if TYPE_CHECKING:
    from ocr.errors import UnreadableImageError
    from ocr.evaluation.metrics import Outcome

MOST_SHOWN = 400
"""Errors in one picture."""

COLUMNS = 6
CELL = (216, 72)
"""Largest width and height of an image on the sheet, in pixels; larger ones are shrunk."""

WIDE_COLUMNS = 2
WIDE_CELL = (720, 64)
"""The same of a sheet with the joined lines of pages."""

_TEXT_SIZE = 13
_LINE = 16
_MARGIN = 8
_PAPER, _INK, _WRONG = (255, 255, 255), (20, 20, 20), (200, 25, 25)


@dataclass
class Mistakes:
    """Errors of an evaluation: why files could not be read, and the first images that were read wrong."""

    problems: list[str] = field(default_factory=list)
    shown: list[tuple[Outcome, ImageSource]] = field(default_factory=list)

    def unreadable(self, index: int, error: UnreadableImageError) -> None:
        self.problems.append(str(error))

    def wrong(self, outcome: Outcome, image: ImageSource) -> None:
        if len(self.shown) < MOST_SHOWN:
            self.shown.append((outcome, image))


def contact_sheet(shown: Sequence[tuple[Outcome, ImageSource]], *, font: FontPath | None = None) -> Pixels:
    """Draw the images of outcomes in rows, with their index, expected text, read text and confidence.

    `font` is a typeface's file for what Pillow's own lacks, as Chinese characters. Returns RGB (H, W, 3), uint8. Raises
    ValueError for none.
    """
    if not shown:
        raise ValueError("a contact sheet needs at least one image")
    captions = [
        (f"{outcome.index}: {outcome.expected}", f"{outcome.got or '(nothing)'}   {outcome.confidence:.4f}")
        for outcome, _ in shown
    ]
    return captioned([read_image(source) for _, source in shown], captions, font=font, second=_WRONG)


def captioned(
    pictures: Sequence[Pixels],
    captions: Sequence[tuple[str, str]],
    *,
    font: FontPath | None = None,
    second: tuple[int, int, int] = _INK,
) -> Pixels:
    """Draw images, RGB (H, W, 3), in rows, each with two lines below it, of which the other has the colour `second`.

    Returns RGB (H, W, 3), uint8. Raises ValueError for none.
    """
    if not pictures:
        raise ValueError("a contact sheet needs at least one image")
    wide = max(picture.shape[1] for picture in pictures) > 2 * CELL[0]
    most, cell = (WIDE_COLUMNS, WIDE_CELL) if wide else (COLUMNS, CELL)
    columns = min(most, len(pictures))
    rows = -(-len(pictures) // columns)
    width, height = cell[0] + _MARGIN, cell[1] + 2 * _LINE + _MARGIN
    sheet = Image.new("RGB", (columns * width + _MARGIN, rows * height + _MARGIN), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for place, (caption, picture) in enumerate(zip(captions, pictures, strict=True)):
        left, top = _MARGIN + place % columns * width, _MARGIN + place // columns * height
        sheet.paste(Image.fromarray(fitted(picture, cell)), (left, top))
        below = top + cell[1]
        write(draw, (left, below), caption[0], _TEXT_SIZE, _INK, font, cell[0])
        write(draw, (left, below + _LINE), caption[1], _TEXT_SIZE, second, font, cell[0])
    return np.asarray(sheet)


def fitted(image: Pixels, cell: tuple[int, int]) -> Pixels:
    """Return an image (H, W, 3), shrunk where it is larger than a cell's width and height in pixels."""
    scale = min(cell[0] / image.shape[1], cell[1] / image.shape[0])
    if scale >= 1:
        return image
    size = (max(1, int(image.shape[1] * scale)), max(1, int(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
