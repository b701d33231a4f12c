"""The look of tiny bitmaps, calculators and displays: pixel letters, seven segments, a matrix of lamps.

Published facts, measured on the samples of nladuo/captcha-break: 48x20, paper (107, 89, 89), white digits of PHP GD's
largest own bitmap face, 10 rows high, 9 columns apart, from column 5 and row 6 on, hard edges, 100 single pixels in
random colours over all. The displays follow no program.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Ink, Mask, Picture, blank, blend, letter, random_colour
from generators.drawing.faces import Faces
from generators.drawing.lettering import crisp, face, legible, row, speckle
from generators.drawing.typeset import row_mask

Draw = Callable[[str, Faces, np.random.Generator], Picture]

BROWN: Colour = (107, 89, 89)
PIXEL_FAMILIES = ("Terminus", "Unifont", "VT323", "Droid Sans Mono", "PT Mono", "Nanum Gothic Coding", "Arimo")

SEGMENTS = {
    **{"0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc", "7": "abc"},
    **{"8": "abcdefg", "9": "abfgcd", "-": "g", "=": "gd", "+": "pg", "*": "xyp", "×": "xy", "x": "xy", "X": "xy"},
    **{"/": "y", "÷": "gtu", " ": ""},
}
"""Which bars of a display light up: a to g as in a seven-segment display; p upright, x and y aslant, t and u dots."""

BARS = {
    **{"a": ((0, 0), (1, 0)), "b": ((1, 0), (1, 1)), "c": ((1, 1), (1, 2)), "d": ((0, 2), (1, 2))},
    **{"e": ((0, 1), (0, 2)), "f": ((0, 0), (0, 1)), "g": ((0, 1), (1, 1)), "p": ((0.5, 0.5), (0.5, 1.5))},
    **{
        "x": ((0, 0.5), (1, 1.5)),
        "y": ((0, 1.5), (1, 0.5)),
        "t": ((0.5, 0.5), (0.5, 0.5)),
        "u": ((0.5, 1.5), (0.5, 1.5)),
    },
}
"""From where to where a bar goes: columns from 0 to 1, rows from 0 to 2."""

LAMPS: tuple[tuple[Colour, Colour], ...] = (
    ((20, 8, 8), (255, 40, 30)),
    ((8, 18, 10), (60, 255, 90)),
    ((10, 14, 24), (90, 200, 255)),
    ((16, 14, 6), (255, 190, 40)),
    ((0, 0, 0), (255, 255, 255)),
    ((178, 190, 165), (30, 36, 28)),
    ((160, 175, 140), (10, 20, 10)),
    ((255, 255, 255), (0, 0, 0)),
)
"""Colours of displays, off and on."""


def draw_gd_string(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` in small letters with hard edges on a tiny picture with coloured pixels, as PHP samples do."""
    published = rng.random() < 0.6
    path = face(text, faces, rng, *PIXEL_FAMILIES, styles=("mono",), any_face=0.2)
    tall = 10 if published else int(rng.integers(9, 17))
    if not text.isascii():
        tall = max(tall, 13)
    size = max(9, round(tall * 14 / 10))
    pitch = 9 if published else round(tall * rng.uniform(0.75, 1.3))
    inks = [crisp(letter(path, size, character)) for character in text]
    if rng.random() < 0.6 and (crisp(letter(path, size, text.strip()[0])).mask > 0).mean() < 0.42:
        inks = [_broad(ink) for ink in inks]
    widths = [max(pitch, ink.mask.shape[1] + 1) if ink.mask.size else pitch // 2 for ink in inks]
    below = max((ink.top + ink.mask.shape[0] for ink in inks if ink.mask.size), default=0)
    above = max((-ink.top for ink in inks if ink.mask.size), default=tall)
    x = 5 if published else int(rng.integers(1, 12))
    y = 6 if published else int(rng.integers(2, 9))
    jumps = rng.integers(-2, 3, len(inks)).tolist() if not published and rng.random() < 0.4 else [0] * len(inks)
    paper, ink_colour = _tiny_colours(published, rng)
    scale = 1 if published else int(rng.choice([1, 1, 1, 2, 3]))
    picture = blank(x + sum(widths) + 7, y + above + below + 4 + (2 if any(jumps) else 0), paper)
    own_colours = not published and rng.random() < 0.25
    for ink, wide, jump in zip(inks, widths, jumps, strict=True):
        colour = legible(rng, paper, 0, 255, 85) if own_colours else ink_colour
        left = x + (wide - ink.mask.shape[1]) // 2 if ink.mask.size else x
        blend(picture, ink.mask, colour, left, max(0, y + above + ink.top + jump))
        x += wide
    share = rng.uniform(0.08, 0.11) if published else rng.choice([0.0, 0.0, rng.uniform(0.01, 0.14)])
    speckle(picture, round(share * picture.shape[0] * picture.shape[1]), None, rng)
    if not published and rng.random() < 0.15:
        cv2.rectangle(picture, (0, 0), (picture.shape[1] - 1, picture.shape[0] - 1), ink_colour, 1)
    return picture if scale == 1 else np.repeat(np.repeat(picture, scale, 0), scale, 1)


def _broad(ink: Ink) -> Ink:
    """Return a letter whose uprights are a pixel wider, as in GD's largest face."""
    if not ink.mask.size:
        return ink
    mask = cv2.copyMakeBorder(ink.mask, 0, 0, 0, 1, cv2.BORDER_CONSTANT, value=0)
    mask[:, 1:] |= ink.mask
    return replace(ink, mask=mask)


def _tiny_colours(published: bool, rng: np.random.Generator) -> tuple[Colour, Colour]:
    if published and rng.random() < 0.6:
        return BROWN, (255, 255, 255)
    paper = random_colour(rng, 0, 255) if rng.random() < 0.5 else (255, 255, 255) if rng.random() < 0.5 else (0, 0, 0)
    if rng.random() < 0.4:
        return paper, (255, 255, 255) if sum(paper) < 380 else (0, 0, 0)
    return paper, legible(rng, paper, 0, 255, 85)


def draw_seven_segment(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` as a calculator shows it: digits and signs of bars, other letters in a typeface."""
    height = int(rng.integers(14, 64))
    width, thick = round(height * rng.uniform(0.45, 0.6)), max(2, round(height * rng.uniform(0.08, 0.17)))
    gap = thick + round(height * rng.uniform(0.12, 0.3))
    lean = rng.choice([0.0, 0.0, rng.uniform(0.05, 0.15)])
    others = "".join(character for character in text if character not in SEGMENTS)
    if others.strip("?()"):  # letters: an x among them is one of them
        others = "".join(character for character in text if character in "xX" or character not in SEGMENTS)
    path = face(others, faces, rng, "DejaVu Sans Mono", styles=("mono", "hei"), any_face=0.15) if others else ""
    size = round(height * (1.35 if others.isascii() else 1.1))
    masks = [
        _segments(character, width, height, thick, len(character.strip()) > 0)
        if character not in others
        else _bordered(letter(path, size, character).mask, height + 2 * thick)
        for character in text
    ]
    off = _segments("8", width, height, thick, True) if rng.random() < 0.4 else None
    margin = max(2, round(height * rng.uniform(0.1, 0.5)))
    slope = round(lean * (height + 2 * thick))
    page = np.zeros(
        (max(mask.shape[0] for mask in masks), sum(mask.shape[1] + gap for mask in masks) + slope), np.uint8
    )
    unlit = np.zeros_like(page)
    x = 0
    for character, mask in zip(text, masks, strict=True):
        page[: mask.shape[0], x : x + mask.shape[1]] = mask
        if off is not None and character in "0123456789":
            unlit[: off.shape[0], x : x + off.shape[1]] = off
        x += mask.shape[1] + gap
    if lean:
        matrix = np.array([[1, -lean, slope], [0, 1, 0]])
        page, unlit = (cv2.warpAffine(layer, matrix, page.shape[::-1]) for layer in (page, unlit))
    paper, lit = LAMPS[int(rng.integers(len(LAMPS)))] if rng.random() < 0.7 else _tiny_colours(False, rng)
    picture = blank(page.shape[1] + 2 * margin, page.shape[0] + 2 * margin, paper)
    blend(picture, unlit, lit, margin, margin, 0.09)
    blend(picture, page, lit, margin, margin)
    if rng.random() < 0.2:
        picture = cv2.GaussianBlur(picture, (3, 3), 0.7)
    return picture


@lru_cache(maxsize=2048)
def _segments(character: str, width: int, height: int, thick: int, gaps: bool) -> Mask:
    """Return a sign made of bars, (height + 2 thick, width + 2 thick); cached, not to be written to."""
    mask = np.zeros((height + 2 * thick, width + 2 * thick), np.uint8)
    for bar in SEGMENTS[character]:
        (x0, y0), (x1, y1) = ((thick + x * width, thick + y * height / 2) for x, y in BARS[bar])
        away = 0.45 * thick if gaps and bar in "abcdefg" else 0.0
        length = max(1.0, float(np.hypot(x1 - x0, y1 - y0)))
        dx, dy = away * (x1 - x0) / length, away * (y1 - y0) / length
        ends = [(round(16 * (x0 + dx)), round(16 * (y0 + dy))), (round(16 * (x1 - dx)), round(16 * (y1 - dy)))]
        cv2.line(mask, ends[0], ends[1], 255, max(1, thick - 1), cv2.LINE_AA, 4)
    mask.setflags(write=False)
    return mask


def _bordered(mask: Mask, rows: int) -> Mask:
    """Return a letter's mask in the middle of `rows` rows, shrunk where it is higher."""
    if mask.shape[0] > rows:
        mask = cv2.resize(mask, (max(1, mask.shape[1] * rows // mask.shape[0]), rows), interpolation=cv2.INTER_AREA)
    above = (rows - mask.shape[0]) // 2
    return cv2.copyMakeBorder(mask, above, rows - mask.shape[0] - above, 1, 1, cv2.BORDER_CONSTANT, value=0)


def draw_dot_matrix(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` as a board of lamps shows it: one round or square lamp for each pixel of small letters."""
    size = int(rng.integers(10, 17)) if text.isascii() else int(rng.integers(15, 20))
    path = face(text, faces, rng, *PIXEL_FAMILIES, styles=("mono", "hei"), any_face=0.3)
    lit = row_mask(row(text, path, size, 1e9, gap=0.08)) > 105
    pitch = int(rng.integers(2, 6))
    lit = np.pad(lit, int(rng.integers(1, 4)))
    lamp = np.zeros((pitch, pitch), np.float32)
    if pitch < 4 or rng.random() < 0.3:
        lamp[: pitch - 1, : pitch - 1] = 1
    else:
        across = np.arange(pitch) - (pitch - 1) / 2
        lamp[:] = np.clip(pitch / 2 + 0.1 - np.hypot(across[:, None], across[None]), 0, 1)
    paper, colour = LAMPS[int(rng.integers(len(LAMPS)))] if rng.random() < 0.8 else _tiny_colours(False, rng)
    dim = 0.1 if rng.random() < 0.4 else 0.0
    alpha = np.kron(np.where(lit, np.float32(255), np.float32(255 * dim)), lamp).astype(np.uint8)
    picture = blank(alpha.shape[1], alpha.shape[0], paper)
    blend(picture, alpha, colour)
    return picture


LOOKS: dict[str, Draw] = {
    "gd_string": draw_gd_string,
    "seven_segment": draw_seven_segment,
    "dot_matrix": draw_dot_matrix,
}
