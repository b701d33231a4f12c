"""The look of plain text as in a form, a screenshot or a printed page: one typeface, one colour, no noise.

No program's look but everybody's: text drawn by browsers and desktops (grey edges, hard edges, or a red and a blue
fringe as with ClearType), by GD and Pillow with default settings, by PDF viewers; 12 to 120 pixels high; black or
dark on white or light, or light on dark; a frame, an underline, a cell for each letter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Mask, Picture, blank, blend, random_colour
from generators.drawing.faces import Faces
from generators.drawing.lettering import Row, face, legible, row
from generators.drawing.typeset import row_mask, shown

Draw = Callable[[str, Faces, np.random.Generator], Picture]

FAMILIES = (
    "DejaVu Sans",
    "Arimo",
    "Liberation Sans",
    "Tinos",
    "Liberation Serif",
    "Cousine",
    "Open Sans",
    "Roboto",
    "Noto Sans",
    "Noto Sans CJK",
    "Noto Serif CJK",
    "WenQuanYi Micro Hei",
    "Carlito",
    "DejaVu Sans Mono",
)
"""What browsers and desktops have, or what has the measures of Arial, Times New Roman, Courier New, Calibri, 宋体."""

SMALL = (12, 13, 14, 15, 16, 18, 20, 22, 24, 26, 28, 30, 32, 36)
LARGE = (40, 44, 48, 56, 64, 72, 80)
SMALL_SHARE = 0.75
FRINGE = np.array([[1, 2, 3, 2, 1]], np.float32) / 9
"""How far FreeType and Windows spread the coverage of a third of a pixel."""


@dataclass(frozen=True)
class Sheet:
    """A picture to write on, with the colour of its ink and where the text goes."""

    picture: Picture
    ink: Colour
    left: int
    top: int
    """First column and row of the text's mask."""


def _size(text: str, rng: np.random.Generator) -> int:
    size = int(rng.choice(SMALL if rng.random() < SMALL_SHARE else LARGE))
    if not text.isascii():
        size = max(size, 15)
    return max(12, min(size, 900 // max(1, len(text))))


def _set(text: str, faces: Faces, rng: np.random.Generator, size: int | None = None) -> Row:
    path = face(text, faces, rng, *FAMILIES)
    gap = float(rng.choice([0.0, 0.0, 0.0, 0.05, 0.15, 0.4]))
    return row(text, path, size or _size(text, rng), 1e9, gap=gap)


def _colours(rng: np.random.Generator) -> tuple[Colour, Colour]:
    """Draw paper and ink: mostly black or dark on white or light."""
    kind = rng.random()
    if kind < 0.45:
        return (255, 255, 255), (0, 0, 0)
    if kind < 0.6:
        grey = int(rng.integers(20, 110))
        return (255, 255, 255), (grey, grey, grey)
    if kind < 0.85:
        paper = random_colour(rng, 215, 255)
        return paper, legible(rng, paper, 0, 190, 80)
    paper = random_colour(rng, 0, 90)
    return paper, (255, 255, 255) if rng.random() < 0.5 else legible(rng, paper, 120, 255, 80)


def _sheet(mask: Mask, size: int, rng: np.random.Generator) -> Sheet:
    """Return paper that holds a mask, with margins as in a cut-out, a field or a wide line."""
    paper, ink = _colours(rng)
    rows, columns = mask.shape
    margins = rng.uniform(0.05, rng.choice([0.25, 0.6, 1.2] if size < 40 else [0.15, 0.4]), 4) * size
    above, right, below, left = (max(2, round(margin)) for margin in margins.tolist())
    if rng.random() < 0.15:
        left, right = left + int(rng.integers(0, 3 * size)), right + int(rng.integers(0, 3 * size))
    return Sheet(blank(left + columns + right, above + rows + below, paper), ink, left, above)


def _finish(sheet: Sheet, mask: Mask, rng: np.random.Generator) -> Picture:
    """Draw what stands around a text: nothing mostly, or an underline, a frame."""
    picture = sheet.picture
    height, width = picture.shape[:2]
    kind = rng.random()
    colour = sheet.ink if rng.random() < 0.5 else random_colour(rng, 100, 210)
    if kind < 0.06:
        y = min(height - 1, sheet.top + mask.shape[0] + 1)
        cv2.line(picture, (sheet.left - 1, y), (sheet.left + mask.shape[1], y), colour, 1 + height // 60)
    elif kind < 0.16:
        cv2.rectangle(picture, (0, 0), (width - 1, height - 1), colour, 1 if rng.random() < 0.8 else 2)
    return picture


def draw_form_text(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` with grey edges, as browsers and Pillow do."""
    line = _set(text, faces, rng)
    mask = row_mask(line)
    sheet = _sheet(mask, line.size, rng)
    blend(sheet.picture, mask, sheet.ink, sheet.left, sheet.top)
    return _finish(sheet, mask, rng)


def draw_form_crisp(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` with hard edges, as GD and old Windows do."""
    line = _set(text, faces, rng)
    mask = row_mask(line)
    edge = int(rng.integers(60, 110) if line.size < 20 else rng.integers(80, 160))
    mask = np.where(mask > edge, np.uint8(255), np.uint8(0))
    sheet = _sheet(mask, line.size, rng)
    blend(sheet.picture, mask, sheet.ink, sheet.left, sheet.top)
    return _finish(sheet, mask, rng)


def draw_form_subpixel(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` with each channel's coverage a third of a pixel apart, as ClearType does."""
    size = max(12, _size(text, rng) // 3 * 3)
    line = _set(text, faces, rng, 3 * min(size, 48))
    mask = row_mask(line)
    rows, columns = -(-mask.shape[0] // 3), -(-mask.shape[1] // 3) + 2
    wide = np.zeros((3 * rows, 3 * columns), np.uint8)
    wide[: mask.shape[0], 3 : 3 + mask.shape[1]] = mask
    wide = cv2.resize(wide, (3 * columns, rows), interpolation=cv2.INTER_AREA)
    channels = cv2.filter2D(wide, -1, FRINGE).reshape(rows, columns, 3)
    sheet = _sheet(channels[..., 0], line.size // 3, rng)
    here = sheet.picture[sheet.top : sheet.top + rows, sheet.left : sheet.left + columns]
    alpha = (channels if rng.random() < 0.9 else channels[..., ::-1]).astype(np.uint16)
    here[:] = (here * (255 - alpha) + np.array(sheet.ink, np.uint16) * alpha + 127) // 255
    return _finish(sheet, channels[..., 0], rng)


def draw_form_print(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` without hinting at any fraction of a pixel, thin or fat, as PDF viewers and scanners do."""
    line = _set(text, faces, rng, int(rng.choice([36, 48, 60, 72])))
    mask = cv2.copyMakeBorder(row_mask(line), 4, 4, 4, 4, cv2.BORDER_CONSTANT, value=0)
    if rng.random() < 0.3:
        kernel = np.ones((2, 2), np.uint8)
        mask = cv2.dilate(mask, kernel) if rng.random() < 0.5 or line.size < 60 else cv2.erode(mask, kernel)
    share = max(rng.uniform(12, 60), 12 if text.isascii() else 16) / line.size
    new = max(4, round(mask.shape[1] * share)), max(6, round(mask.shape[0] * share * rng.uniform(0.95, 1.05)))
    mask = cv2.resize(mask, new, interpolation=cv2.INTER_AREA if share < 1 else cv2.INTER_LINEAR)
    if rng.random() < 0.25:
        mask = cv2.GaussianBlur(mask, (3, 3), rng.uniform(0.3, 0.7))
    sheet = _sheet(mask, round(line.size * share), rng)
    blend(sheet.picture, mask, sheet.ink, sheet.left, sheet.top)
    if rng.random() < 0.2:
        noise = rng.normal(0, rng.uniform(1, 6), sheet.picture.shape[:2])
        sheet.picture[:] = np.clip(sheet.picture + noise[..., None], 0, 255)
    return _finish(sheet, mask, rng)


def draw_form_cells(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` with a cell or an underline for each letter, as forms and ticket fields have."""
    line = _set(text, faces, rng, min(56, _size(text, rng)))
    letters = shown(line)
    pitch = round(max(ink.mask.shape[1] for ink, _ in letters) + line.size * rng.uniform(0.3, 0.9))
    tall = line.above + line.below
    margin = max(3, round(line.size * rng.uniform(0.2, 0.5)))
    paper, ink_colour = _colours(rng)
    edge = ink_colour if rng.random() < 0.4 else random_colour(rng, 120, 210)
    picture = blank(pitch * len(letters) + 2 * margin, tall + 4 * margin, paper)
    top, bottom = margin, tall + 3 * margin
    gap = int(rng.integers(0, max(1, line.size // 4) + 1))
    boxes, shaded = rng.random() < 0.7, rng.random() < 0.3
    for place, (ink, _) in enumerate(letters):
        left, right = margin + place * pitch, margin + (place + 1) * pitch - gap
        if boxes and shaded:
            cv2.rectangle(picture, (left, top), (right, bottom), tuple(int(0.93 * part) for part in paper), -1)
        if boxes:
            cv2.rectangle(picture, (left, top), (right, bottom), edge, 1)
        else:
            cv2.line(picture, (left, bottom), (right - 2, bottom), edge, 1 + line.size // 40)
        x = (left + right - ink.mask.shape[1]) // 2
        blend(picture, ink.mask, ink_colour, x + 1, 2 * margin + line.above + ink.top)
    return picture


LOOKS: dict[str, Draw] = {
    "form_text": draw_form_text,
    "form_crisp": draw_form_crisp,
    "form_subpixel": draw_form_subpixel,
    "form_print": draw_form_print,
    "form_cells": draw_form_cells,
}
