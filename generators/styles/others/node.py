"""The looks of captcha programs from npm and of canvas tutorials.

Published facts:

* trek-captcha: 200x70 GIF of one colour out of Google's Material palette on white; five small serif letters from
  column 30 on, bent by a sine up to 8 rows, with ragged edges; a line 2 thick on the same sine at row 45; white
  specks of 3x2.
* captcha-canvas: 300x100 on nothing (white or dark pages); six letters of 40 pixels, one each sixth of the width, at
  any height, slanted, turned by up to 5 degrees, #32cf7e at 0.8; a line of 3 pixels from letter to letter; grey
  letters of 20 between.
* ppfun-captcha: 500x300, outlines of a comic typeface of 220 pixels with shaken corners, all joined to one line.
* canvas tutorials: 112x38, 100x30, 120x40 and others; SimHei or Arial, a colour each letter, turned by up to 45
  degrees, lines and dots in random colours, at times a shadow.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.drawing.canvas import Colour, Picture, blank, blend, letter, line, random_colour
from generators.drawing.faces import Faces
from generators.drawing.lettering import cells, face, frame, inside, legible, luma, put, row, strokes
from generators.drawing.typeset import shown

Draw = Callable[[str, Faces, np.random.Generator], Picture]

MATERIAL: tuple[Colour, ...] = (
    *((17, 17, 17), (244, 67, 54), (233, 30, 99), (156, 39, 176), (103, 58, 183), (63, 81, 181), (33, 150, 243)),
    *((3, 169, 244), (0, 188, 212), (0, 150, 136), (76, 175, 80), (139, 195, 74), (205, 220, 57), (255, 235, 59)),
    *((255, 193, 7), (255, 152, 0), (255, 87, 34), (121, 85, 72)),
)

CANVAS_SIZES = ((300, 100), (300, 100), (300, 100), (400, 150), (250, 80), (200, 70), (350, 120))
CANVAS_GREEN: Colour = (50, 207, 126)
VIVID: tuple[Colour, ...] = (
    (231, 76, 60),
    (52, 152, 219),
    (46, 204, 113),
    (155, 89, 182),
    (243, 156, 18),
    (37, 99, 235),
    (220, 38, 38),
    (5, 150, 105),
    (52, 73, 94),
)
DARK: tuple[Colour, ...] = ((0, 0, 0), (24, 24, 27), (30, 41, 59), (54, 57, 63), (20, 20, 20))
HEXADECIMAL = "0123456789ABCDEF"

TUTORIAL_SIZES = ((112, 38), (112, 40), (100, 30), (120, 40), (100, 43), (160, 40), (200, 60), (100, 40), (140, 45))
TUTORIAL_FAMILIES = ("WenQuanYi Micro Hei", "Noto Sans CJK", "Arimo", "Liberation Sans", "DejaVu Sans")


def draw_trek(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` as trek-captcha does."""
    published = rng.random() < 0.6
    path = face(text, faces, rng, "Tinos", "Liberation Serif", "DejaVu Serif", styles=("serif",))
    height = 70 if published else int(rng.integers(44, 90))
    scale = height / 70
    size = max(16, round(rng.uniform(38, 44) * scale * (1 if text.isascii() else 0.8)))
    set_row = row(text, path, size, 3.2 * height, gap=rng.uniform(-0.04, 0.02))
    margin = round(9 * scale) + 2
    width = max(round(200 * scale), round(set_row.width) + 2 * margin + round(12 * scale))
    height = max(height, set_row.above + set_row.below + 2 * margin)
    left = round(30 * scale) if published else int(rng.integers(margin, 40))
    left = max(margin, min(left, width - round(set_row.width) - margin))
    baseline = min(max(round(53 * scale), set_row.above + margin), height - set_row.below - margin)
    covered = np.zeros((height, width), bool)
    phase, steps = rng.uniform(0, 128), rng.integers(1, 3, 200 + width)
    waves, leaps = 8 * scale, 1.8 * scale
    for ink, pen in shown(set_row):
        rows, columns = np.nonzero(ink.mask > 40)
        # the sine runs on with each pixel that a row of the letter has: rows of unequal ink come apart
        passed = np.cumsum((ink.mask > 40) * steps[: ink.mask.shape[1]], 1)[rows, columns]
        at = phase + pen / scale + left / scale + passed / scale
        down = np.floor(waves * np.sin(2 * np.pi * at / 200)).astype(int)
        right = np.floor(leaps * np.sin(2 * np.pi * (phase + pen + rows + 0.5 * columns) / 200)).astype(int)
        y, x = baseline + ink.top + rows + down, round(left + pen) + ink.left + columns + right
        covered[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] = True
    if rng.random() < (0.9 if published else 0.5):
        across = np.arange(width)
        bend = np.floor(waves * np.sin(2 * np.pi * (phase + np.cumsum(rng.integers(1, 5, width)) / scale) / 200))
        high = np.clip((45 * scale + bend).astype(int), 0, height - 2)
        for lower in range(2 if scale > 0.7 else 1):
            covered[high + lower, across] = True
    specks = rng.integers(0, (height - 2, width - 3), (int(100 * scale) if published else int(rng.integers(0, 90)), 2))
    for top, first in specks.tolist():
        covered[top : top + 2, first : first + (3 if scale > 0.8 else 2)] = False
    colour, paper = MATERIAL[int(rng.integers(len(MATERIAL)))], (255, 255, 255)
    if not published:
        paper = paper if rng.random() < 0.7 else random_colour(rng, 0, 255)
        colour = legible(rng, paper, 0, 255, 60)
    picture = blank(width, height, paper)
    picture[covered] = colour
    return picture


def draw_captcha_canvas(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` as captcha-canvas does."""
    published = rng.random() < 0.6
    scale = 1.0 if published else rng.uniform(0.7, 1.4)
    width, height = (round(side * scale) for side in CANVAS_SIZES[int(rng.integers(len(CANVAS_SIZES)))])
    width = max(width, round(cells(text) * 22))
    dark = rng.random() < 0.45
    paper = DARK[int(rng.integers(len(DARK)))] if dark else (255, 255, 255)
    if not published and rng.random() < 0.4:
        paper = random_colour(rng, 0, 70) if dark else random_colour(rng, 200, 255)
    picture = blank(width, height, paper)
    path = face(text, faces, rng, "DejaVu Sans", "Open Sans", "Arimo", styles=("sans", "hei"))
    plain = published and rng.random() < 0.7
    colour = CANVAS_GREEN if plain else _apart(paper, rng)
    colours = [colour] if plain or rng.random() < 0.5 else [_apart(paper, rng) for _ in range(4)]
    opacity = 0.8 if published else rng.uniform(0.7, 1)
    size = 40 * min(1.0, height / 100) if published else height * rng.uniform(0.35, 0.6)
    characters = [character for character in text if character != " "]
    gap = width / max(1, len(characters))
    size = max(13, min(size, 1.6 * gap if text.isascii() else gap * 0.95))
    if rng.random() < 0.8:
        _decoys(picture, faces, 0.3 * size if gap < 25 else 0.5 * size, published, rng)
    low, high = min(30, height * 0.42), max(height - 30, height * 0.58)
    spread = 1.0 if published else rng.uniform(0, 1)
    points = []
    turn, skewed = 5.0 if published else rng.uniform(0, 20), rng.random() < 0.85
    for place, character in enumerate(characters):
        x = gap * (place + (0.2 if published and gap > size else 0.5))
        y = height / 2 + spread * (rng.uniform(low, high) - height / 2)
        points.append((x, y))
        ink = letter(path, round(size), character)
        if not ink.mask.size:
            continue
        mask = _skewed(
            ink.mask, rng.random() if skewed else 0, rng.uniform(0, 0.2) if skewed else 0, rng.uniform(-turn, turn)
        )
        mask, left, top = inside(mask, x - mask.shape[1] / 2, y - mask.shape[0] / 2, width, height, 1)
        blend(picture, mask, colours[place % len(colours)], left, top, opacity)
    if rng.random() < 0.85 and len(points) > 1 and not set(text) & set("-=_"):  # it would cover them wholly
        trace = picture.copy()
        thick = 3 if published and size > 30 else max(1, round(size / 14))
        line(trace, points, colours[0] if rng.random() < 0.6 else _apart(paper, rng), thick)
        cv2.addWeighted(trace, opacity, picture, 1 - opacity, 0, picture)
    return picture


def _apart(paper: Colour, rng: np.random.Generator) -> Colour:
    """Choose a vivid colour that stands out from the paper."""
    able = [colour for colour in VIVID if abs(luma(colour) - luma(paper)) > 60]
    return able[int(rng.integers(len(able)))] if able and rng.random() < 0.7 else legible(rng, paper, 0, 255, 80)


def _skewed(mask: NDArray[np.uint8], down: float, across: float, degrees: float) -> NDArray[np.uint8]:
    """Slant a letter `down` rows a column and `across` columns a row and turn it, on a page that holds it."""
    rows, columns = mask.shape
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    matrix = np.array([[1, across], [down, 1]]) @ turn
    corners = matrix @ np.array([[-columns, columns, columns, -columns], [-rows, -rows, rows, rows]]) / 2
    width, height = (math.ceil(2 * extent) + 2 for extent in np.abs(corners).max(axis=1))
    shift = np.array([(width - 1) / 2, (height - 1) / 2]) - matrix @ np.array([(columns - 1) / 2, (rows - 1) / 2])
    return cv2.warpAffine(mask, np.column_stack([matrix, shift]), (width, height), flags=cv2.INTER_LINEAR)


def _decoys(picture: Picture, faces: Faces, size: float, published: bool, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    path = faces.one(HEXADECIMAL, rng, families=("DejaVu Sans",))
    grey = (100, 101, 102) if published else random_colour(rng, 70, 190)
    count = width * height // 10000 if published else int(rng.integers(0, 14))
    for _ in range(count):
        ink = letter(path, max(8, round(size)), HEXADECIMAL[int(rng.integers(16))])
        pen = rng.uniform(10, width - 10), rng.uniform(0.2, 0.9) * height
        put(picture, ink, grey, pen, opacity=0.8 if published else rng.uniform(0.25, 0.7))


def draw_ppfun(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` in shaken outlines joined to one line, as ppfun-captcha does; smaller than it, as pages show it."""
    path = face(text, faces, rng, "Comic Relief", "Comic Neue", "Delius", styles=("hand",))
    published = rng.random() < 0.6
    size = (56, 64, 72, 80, 96, 130)[int(rng.integers(6))] if len(text) < 7 else 48
    set_row = row(text, path, size, 1e9, gap=rng.uniform(-0.03, 0.15), stroke=size // 40 if rng.random() < 0.7 else 0)
    scale = size / 220
    margin = round(rng.uniform(0.1, 0.5) * size)
    width, height = round(set_row.width) + 2 * margin, set_row.above + set_row.below + 2 * margin
    paper: Colour = (255, 255, 255) if published else random_colour(rng, 190, 255)
    ink_colour: Colour = (0, 0, 0) if published else legible(rng, paper, 0, 160, 80)
    if not published and rng.random() < 0.2:
        paper, ink_colour = (0, 0, 0), random_colour(rng, 170, 255)
    outlines = []
    shake = (2.5 if published else rng.uniform(0.5, 3)) * max(scale, 0.35) * 2
    letters = shown(set_row)
    for ink, pen in (
        letters[place]
        for place in (rng.permutation(len(letters)).tolist() if len(letters) < 7 else range(len(letters)))
    ):
        found, _ = cv2.findContours((ink.mask > 110).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for contour in found:
            corners = cv2.approxPolyDP(contour, 0.6, True).reshape(-1, 2).astype(np.float64)
            corners = np.roll(corners, int(rng.integers(len(corners))), 0)  # where the line goes on to the next
            corners += rng.uniform(-shake, shake, (len(corners), 1))
            outlines.append(
                np.vstack([corners, corners[:1]])
                + np.array([margin + pen + ink.left, margin + set_row.above + ink.top])
            )
    picture = blank(width, height, paper)
    if not outlines:
        return picture
    joined = np.vstack(outlines) if rng.random() < 0.85 else None
    thick = 1 if size < 60 or rng.random() < 0.6 else 2
    if rng.random() < 0.15:
        fixed = [np.rint(outline * 16).astype(np.int32) for outline in outlines]
        cv2.fillPoly(picture, fixed, ink_colour, cv2.LINE_AA, 4)
        return picture
    for outline in [joined] if joined is not None else outlines:
        line(picture, outline, ink_colour, thick)
    return picture


def draw_canvas_tutorial(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` as the components do that tutorials hand on: Vue's identify, gVerify, plain canvas samples."""
    width, height = frame(text, TUTORIAL_SIZES, rng)
    kind = rng.random()
    paper = (
        random_colour(rng, 180, 240) if kind < 0.65 else (255, 255, 255) if kind < 0.9 else random_colour(rng, 0, 80)
    )
    picture = blank(width, height, paper)
    path = face(text, faces, rng, *TUTORIAL_FAMILIES, styles=("hei", "sans"))
    low, high = ((0.5, 1) if kind < 0.3 else (0.6, 0.85)) if rng.random() < 0.7 else (0.45, 0.7)
    if rng.random() < 0.3:
        _lines_and_dots(picture, rng)
        noise_above = False
    else:
        noise_above = True
    one = rng.random() < 0.15
    ink_colour = legible(rng, paper, 50, 160, 60)
    characters = [character for character in text if character != " "]
    pitch = width / (len(characters) + rng.choice([0.0, 0.5, 1.0])) if characters else width
    start = (width - pitch * (len(characters) - 1)) / 2
    turn = float(rng.choice([0, 15, 30, 30, 45]))
    shadow = rng.random() < 0.3
    drawer = ["bold", "plain"][int(rng.integers(2))]
    for place, character in enumerate(characters):
        size = max(11, min(round(height * rng.uniform(low, high)), round(1.7 * pitch)))
        ink = letter(path, size, character, int(drawer == "bold" and size > 22 and rng.random() < 0.3))
        if not ink.mask.size:
            continue
        colour = ink_colour if one else legible(rng, paper, *((50, 160) if kind < 0.65 else (0, 255)), 50)
        middle = ink.left + ink.mask.shape[1] / 2
        x = start + place * pitch - middle
        y = height / 2 + 0.37 * size + rng.uniform(-0.12, 0.12) * height
        degrees = rng.uniform(-turn, turn)
        if shadow:
            away = rng.uniform(-3, 3, 2)
            put(picture, ink, (0, 0, 0), (x + away[0], y + away[1]), degrees=degrees, opacity=0.25)
        put(picture, ink, colour, (x, y), degrees=degrees)
    if noise_above:
        _lines_and_dots(picture, rng)
    if rng.random() < 0.15:
        cv2.rectangle(picture, (0, 0), (width - 1, height - 1), random_colour(rng, 0, 200), 1)
    return picture


def _lines_and_dots(picture: Picture, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    for _ in range(int(rng.choice([0, 3, 5, 6, 8]))):
        ends = rng.uniform((0, 0), (width, height), (1, 2, 2))
        strokes(picture, ends, random_colour(rng, 40, 200), smooth=True)
    count = int(rng.choice([0, 20, 30, 50, 100]) * width * height / 4500)
    radius = float(rng.choice([0.6, 1.0, 1.0]))
    for x, y in rng.uniform((0, 0), (width, height), (min(count, 150), 2)).tolist():
        centre = round(16 * x), round(16 * y)
        cv2.circle(picture, centre, round(16 * radius), random_colour(rng, 0, 255), -1, cv2.LINE_AA, 4)


LOOKS: dict[str, Draw] = {
    "trek": draw_trek,
    "captcha_canvas": draw_captcha_canvas,
    "ppfun": draw_ppfun,
    "canvas_tutorial": draw_canvas_tutorial,
}
