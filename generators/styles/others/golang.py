"""The looks of captcha programs in Go: dchest/captcha, mojocn/base64Captcha, afocus/captcha.

Published facts:

* dchest/captcha: 240x80, digits of 11x18 dots, each a circle; one dark colour, skewed by up to 0.7 columns a row; a
  wavy line of circles strikes through; sine distortion of 5 to 10 pixels; 20 circles in lighter shades.
  base64Captcha's digits are the same with 80 circles.
* base64Captcha, strings, sums and Chinese: 240x80, 220x64, 140x46, 120x60 and others; letters of 7/16 to 13/16 of the
  height, each in another dark colour, one cell each; behind them a thick light sine, a light small letter here and
  there, three straight lines 5 columns thick, a sine as thick as a fifth of the height; WenQuanYi Micro Hei or a
  comic typeface.
* afocus/captcha: 128x64, Comic Sans at half of the height or a little more, letters turned, black or a colour each;
  faint grey discs, lines of the letters' colours; on nothing, or on a plain colour with white letters.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.drawing.canvas import Colour, Mask, Picture, blank, blend, circle, letter, line, random_colour
from generators.drawing.distortion import grid
from generators.drawing.faces import Faces
from generators.drawing.lettering import cells, face, frame, legible, luma, put, row

Draw = Callable[[str, Faces, np.random.Generator], Picture]

DCHEST_SIZES = ((240, 80), (240, 80), (240, 80), (240, 80), (200, 60), (160, 60), (120, 40), (300, 80), (220, 64))
DIGIT_ROWS, DIGIT_COLUMNS = 18, 11
DIGIT_FAMILIES = ("Arimo", "DejaVu Sans", "Liberation Sans", "Roboto", "Noto Sans")

STRING_SIZES = (
    (240, 80),
    (240, 80),
    (240, 80),
    (140, 46),
    (120, 60),
    (220, 64),
    (130, 48),
    (120, 40),
    (240, 60),
    (160, 60),
)
STRING_FAMILIES = ("WenQuanYi Micro Hei", "WenQuanYi Micro Hei", "Comic Neue", "Comic Relief")
STRING_PAPERS: tuple[Colour, ...] = (
    (255, 255, 255),
    (240, 240, 246),
    (254, 254, 254),
    (244, 246, 251),
    (200, 210, 225),
)
NOISE_LETTERS = "1234567890abcdefghjklmnpqrstuvwxyz"

AFOCUS_SIZES = ((128, 64), (128, 64), (128, 64), (90, 41), (91, 41), (100, 40), (160, 60), (200, 80))
AFOCUS_FAMILIES = ("Comic Relief", "Comic Neue")
AFOCUS_COLOURS: tuple[Colour, ...] = ((255, 0, 0), (0, 0, 255), (0, 153, 0), (32, 32, 32), (0, 0, 0))


@lru_cache(maxsize=2048)
def _dots(path: str, character: str) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Return a letter's rows and columns of dots, a digit 18 rows high and no more than 11 wide, and its columns."""
    tall = letter(path, 100, "8").mask.shape[0] or 72  # rows of a digit in most typefaces
    chinese = ord(character) > 0x2E7F
    ink = letter(
        path, round(100 * (DIGIT_ROWS + 3 if chinese else DIGIT_ROWS) / tall * (0.85 if chinese else 1)), character
    )
    mask = ink.mask
    if not mask.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), DIGIT_COLUMNS // 2
    most = 20 if chinese else DIGIT_COLUMNS + (3 if character in "MWmw@%" else 0)
    if mask.shape[1] > most:
        mask = cv2.resize(mask, (most, mask.shape[0]), interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(mask > 110)
    return rows + DIGIT_ROWS + ink.top, columns, mask.shape[1]


def draw_dchest(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` in dots, as dchest/captcha and base64Captcha's digits do."""
    width, height = frame(text, DCHEST_SIZES, rng)
    published = rng.random() < 0.6
    path = face(text, faces, rng, *DIGIT_FAMILIES, any_face=0.25)
    letters = [_dots(path, character) for character in text]
    border = min(width, height) // 4
    across = sum(max(columns, DIGIT_COLUMNS if published else 7) + 1 for _, _, columns in letters)
    tall = max([DIGIT_ROWS, *(int(rows.max()) + 1 for rows, _, _ in letters if rows.size)])
    dot = max(1, int(min((width - 2 * border) / across, (height - 2 * border) / DIGIT_ROWS)))
    width, height = max(width, (across + 2) * dot + 26), max(height, tall * dot + 14)
    skew = 0.7 if published else rng.uniform(0, 0.9)
    page = np.zeros((height, width), np.uint8)
    room_x, room_y = width - across * dot - dot, height - tall * dot - 2 * dot
    x = int(rng.integers(min(border, room_x // 2), max(room_x // 2, room_x - border) + 1))
    y = int(rng.integers(min(border, room_y // 2), max(room_y // 2, room_y - border) + 1))
    for rows, columns, wide in letters:
        slant, jump = rng.uniform(-skew, skew), int(rng.integers(-(dot // 2), dot // 2 + 1))
        shift = int(slant * tall / 2) if published else 0
        at_x = x + columns * dot + (slant * rows).astype(np.int64) - shift
        page[np.clip(y + rows * dot + jump, 0, height - 1), np.clip(at_x, 0, width - 1)] = 255
        x += (max(wide, DIGIT_COLUMNS if published else 7) + 1) * dot
    page = _discs(page, dot // 2)
    if published or rng.random() < 0.6:
        _strike_through(page, dot, rng)
    if published or rng.random() < 0.6:
        page = _distorted(page, rng.uniform(5, 10) * min(1, height / 80), rng.uniform(100, 200))
    colour = random_colour(rng, 0, 128)
    paper = (255, 255, 255) if published or rng.random() < 0.6 else random_colour(rng, 190, 255)
    if not published and rng.random() < 0.15:
        paper, colour = random_colour(rng, 0, 40), random_colour(rng, 150, 255)
    picture = blank(width, height, paper)
    blend(picture, page, colour)
    lightest = max(1, 255 - max(colour))
    for _ in range(int(rng.choice([20, 20, 80] if published else [0, 10, 40]))):
        shade = int(rng.integers(0, lightest)) - min(colour)
        lighter = colour[0] + shade, colour[1] + shade, colour[2] + shade
        radius = int(rng.integers(1, dot + 1))
        circle(
            picture, (float(rng.integers(0, width)), float(rng.integers(0, height))), radius, lighter, -1, smooth=False
        )
    return picture


def _discs(page: Mask, radius: int) -> Mask:
    if radius < 1:
        return page
    return cv2.dilate(page, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)))


def _strike_through(page: Mask, dot: int, rng: np.random.Generator) -> None:
    height, width = page.shape
    y = int(rng.integers(height // 3, height - height // 3 + 1))
    amplitude, period = rng.uniform(5, 20) * min(1, height / 80), rng.uniform(80, 180)
    x = np.arange(width)
    points = np.column_stack([x, y + amplitude * np.sin(2 * np.pi * x / period)])
    for step in range(dot):
        jagged = rng.integers(0, max(1, dot), 2)
        thick = max(1, int(jagged.sum()) // 2)
        fixed = np.rint(points + np.array([0, step * dot])).astype(np.int32)
        cv2.polylines(page, [fixed.reshape(-1, 1, 2)], False, 255, thick, cv2.LINE_8)


def _distorted(page: Mask, amplitude: float, period: float) -> Mask:
    height, width = page.shape
    x, y = grid(width, height)
    at_x = x + np.trunc(amplitude * np.sin(2 * np.pi * y / period)).astype(np.float32)
    at_y = y + np.trunc(amplitude * np.cos(2 * np.pi * x / period)).astype(np.float32)
    return cv2.remap(page, at_x, at_y - np.float32(0.6 * amplitude), cv2.INTER_NEAREST, borderValue=0)


def _deep_colour(paper: Colour, rng: np.random.Generator) -> Colour:
    """Draw a colour as base64Captcha does: mostly dark, and not too near to the paper's."""
    for _ in range(6):
        red, green = (int(value) for value in rng.integers(0, 255, 2))
        blue = min(255, max(0, 400 - red - green))
        less = int(rng.integers(30, 285))
        red, green, blue = (min(255, abs(part - less)) for part in (red, green, blue))
        colour = red, green, blue
        if abs(luma(colour) - luma(paper)) > 55:
            return colour
    return (40, 40, 90) if luma(paper) > 127 else (210, 210, 230)


def draw_base64_string(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` as base64Captcha's drivers of strings, sums and Chinese do."""
    width, height = frame(text, STRING_SIZES, rng)
    published = rng.random() < 0.6
    paper = random_colour(rng, 200, 254) if rng.random() < 0.5 else STRING_PAPERS[int(rng.integers(len(STRING_PAPERS)))]
    picture = blank(width, height, paper)
    path = face(text, faces, rng, *STRING_FAMILIES)
    several = rng.random() < 0.25
    if rng.random() < 0.5:
        _hollow_line(picture, rng)
    _noise_letters(picture, faces, (0, 1, 2, 5, 8, 20, 30)[int(rng.integers(7))], rng)
    if rng.random() < 0.5:
        _straight_lines(picture, paper, 3 if published else int(rng.integers(1, 6)), rng)
    if rng.random() < 0.35:
        _sine_line(picture, _deep_colour(paper, rng), rng)
    cell = width / len(text)
    for place, character in enumerate(text):
        size = max(10, int(height * rng.integers(7, 14) / 16))
        ink = letter(faces.one(text, rng) if several else path, size, character)
        if ink.mask.size and ink.mask.shape[1] > 1.3 * cell:
            ink = letter(path, max(10, int(size * 1.3 * cell / ink.mask.shape[1])), character)
        if ink.mask.size:
            y = height / 2 + size / 2 - rng.integers(0, max(1, height * 3 // 16))
            put(picture, ink, _deep_colour(paper, rng), (cell * place, y))
    return picture


def _noise_letters(picture: Picture, faces: Faces, count: int, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    path = faces.one(NOISE_LETTERS, rng, families=STRING_FAMILIES)
    most = height / (1 + rng.integers(0, 7) / 10) / 2
    for place, x, y, more in rng.integers(0, (len(NOISE_LETTERS), width, height, 5), (count, 4)).tolist():
        ink = letter(path, round(most + more), NOISE_LETTERS[place])
        blend(picture, ink.mask, random_colour(rng, 200, 254), x + ink.left, y + ink.top)


def _hollow_line(picture: Picture, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    many = int(rng.integers(3, 8)) / 5
    if int(many * 10) % 3 == 0:
        many = -many
    x = np.arange(int(rng.integers(0, max(1, width // 20))), int(width * rng.uniform(0.95, 1)))
    y = np.sin(x * math.pi * many / width) * (height // 3) + (height // 2 if many < 0 else 0)
    line(picture, np.column_stack([x, y + height / 40]), random_colour(rng, 200, 254), height // 20 + 1, smooth=False)


def _straight_lines(picture: Picture, paper: Colour, count: int, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    third, tenth = height // 3, max(1, width // 10)
    for place in range(count):
        x1, x2 = float(rng.integers(0, tenth)), float(rng.integers(0, tenth) + 9 * tenth)
        y1, y2 = (float(value) for value in rng.integers(0, third, 2))
        y1, y2 = (y1 + 2 * third, y2) if place % 2 == 0 else (y1 + third, y2 + 2 * third)
        line(picture, [(x1, y1), (x2, y2)], _deep_colour(paper, rng), 1 if abs(y2 - y1) < 12 else 2, smooth=False)


def _sine_line(picture: Picture, colour: Colour, rng: np.random.Generator) -> None:
    """Draw a sine with a broad pen held level, as in think-captcha."""
    height, width = picture.shape[:2]
    amplitude, away = rng.uniform(0, height / 2), rng.uniform(-height / 4, height / 4)
    period = rng.uniform(min(height, width / 2), max(height, width / 2))
    x = np.arange(int(width * rng.uniform(0.8, 1)))
    y = amplitude * np.sin(2 * np.pi * x / period + rng.uniform(0, 6)) + away + min(width / 5, height * 0.6)
    rows = np.clip(y, -1, height).astype(int)
    inside = (rows >= 0) & (rows < height)
    for step in range(1, height // 5 + 1):
        picture[rows[inside], np.minimum(x[inside] + step, width - 1)] = colour


def draw_afocus(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` as afocus/captcha does."""
    width, height = frame(text, AFOCUS_SIZES, rng)
    path = face(text, faces, rng, *AFOCUS_FAMILIES, styles=("hand",))
    kind = rng.random()
    if kind < 0.4:  # white on a plain colour, as in its examples
        paper = AFOCUS_COLOURS[int(rng.integers(4))]
        inks: list[Colour] = [(255, 255, 255)]
    else:
        paper = (255, 255, 255) if kind < 0.85 else random_colour(rng, 190, 255)
        inks = [(0, 0, 0)] if rng.random() < 0.5 else [legible(rng, paper, 0, 220, 60) for _ in range(4)]
    picture = blank(width, height, paper)
    disturbance = int(rng.choice([4, 6, 8, 16]))
    for _ in range(disturbance):
        page = np.zeros((height, width), np.uint8)
        radius = int(rng.integers(0, max(2, height // 4)))
        cv2.circle(page, (int(rng.integers(0, width)), int(rng.integers(0, height))), radius, 255, -1)
        blend(picture, page, (0, 0, 0), opacity=20 / 255)
    for place in range(disturbance):
        x, y = float(rng.integers(0, width)), float(rng.integers(0, height))
        way = 1 if place % 2 == 0 else -1
        across, down = int(rng.integers(0, height)) * way, int(rng.integers(0, max(1, height // 10))) * way
        line(picture, [(x, y), (x + across, y + down)], inks[place % len(inks)], 1, smooth=False)
    set_row = row(text, path, height * rng.uniform(0.48, 0.66), width - 6, tall=0.85 * height)
    pitch = (width - 6) / max(1, sum(ink.mask.size > 0 for ink in set_row.inks))
    spread = rng.random() < 0.7 and cells(text) > 2
    turn = float(rng.choice([30, 30, 40, 15]))
    place = 0
    for ink, pen in zip(set_row.inks, set_row.pens, strict=True):
        if not ink.mask.size:
            continue
        x = (
            3 + place * pitch + (pitch - ink.mask.shape[1]) / 2 - ink.left
            if spread
            else (width - set_row.width) / 2 + pen
        )
        y = set_row.baseline(height) + rng.uniform(-0.06, 0.06) * height
        put(picture, ink, inks[place % len(inks)], (x, y), degrees=rng.uniform(-turn, turn))
        place += 1
    return picture


LOOKS: dict[str, Draw] = {
    "dchest": draw_dchest,
    "base64_string": draw_base64_string,
    "afocus": draw_afocus,
}
