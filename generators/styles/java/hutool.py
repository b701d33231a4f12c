"""Captchas of Hutool: LineCaptcha, CircleCaptcha, ShearCaptcha, GifCaptcha.

Facts from dromara/hutool: the typeface is Java's SansSerif (DejaVu Sans on a server, Arial or YaHei on Windows), plain,
0.75 of the height; each character starts at the left of a cell of equal width, on a line centred by the typeface's
metrics, in a random colour. Lines: 150 (users: 2 to 200) of hard edges from anywhere to at most an eighth of width and
height further right and down, under the text. Circles: 15 ellipses up to half the height wide and high, under the text.
Shear: rows are moved by half a random period times a sine of it, columns likewise with a period below half the height,
then a straight stroke 4 thick from side to side. GIF: a frame for each character, opacities from 0 to 1 in turn, an
ellipse with each letter. Common sizes: 200x100, 200x45, 120x40, 130x48, 116x36, 160x60. Arithmetic: two numbers of
equal length, filled up with blanks behind, `=` at the end.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Picture, blank, blend, letter, random_colour
from generators.drawing.distortion import grid
from generators.drawing.faces import Faces
from generators.drawing.java_text import bold, draw_segment
from generators.drawing.lettering import Draw, cells, face, inside, luma

SANS_SERIF = ("DejaVu Sans",)
WINDOWS_SANS_SERIF = ("Arimo", "Liberation Sans", "WenQuanYi Micro Hei")
SIZES = ((200, 100), (200, 45), (200, 45), (120, 40), (130, 48), (116, 36), (160, 60), (100, 40), (200, 60), (300, 100))
AS_DOCUMENTED = 200, 100
"""Width and height in the examples of Hutool's documentation, of five characters that run into each other."""
OPERATORS = "+-*/×÷xX"
WIDEST = 420
"""Width in pixels beyond which letters become smaller rather than the picture wider."""


def choose_face(text: str, faces: Faces, rng: np.random.Generator) -> str:
    """Return the path of what a machine has for SansSerif, or of any typeface."""
    families = SANS_SERIF if rng.random() < 0.7 else WINDOWS_SANS_SERIF
    return face(text, faces, rng, *families, styles=("sans", "hei"), any_face=0.35)


@lru_cache(maxsize=512)
def _line_metrics(path: str) -> tuple[float, float]:
    """Return ascent and descent of a typeface as shares of its size, measured on its letters."""
    ink = letter(path, 100, "0")
    above = -ink.top / 100 if ink.mask.size else 0.73
    return above * 1.27, above * 0.32


def fill_up(text: str, rng: np.random.Generator) -> str:
    """Return an operation with the shorter number filled up with blanks behind, as the generator of arithmetic does."""
    places = [index for index, character in enumerate(text) if character in OPERATORS]
    if len(places) != 1 or not text.endswith("=") or " " in text or rng.random() < 0.3:
        return text
    first, second = text[: places[0]], text[places[0] + 1 : -1]
    length = max(len(first), len(second), 2 if rng.random() < 0.2 else 1)
    return f"{first:<{length}}{text[places[0]]}{second:<{length}}="


def prepare(text: str, path: str, rng: np.random.Generator, *, tall: bool) -> tuple[int, int, int, Colour, bool]:
    """Choose width, height and size in pixels, the paper's colour, and whether all is as published."""
    usual = rng.random() < 0.6
    if usual and tall and len(text) in (4, 5) and rng.random() < 0.5:
        width, height = AS_DOCUMENTED
        return width, height, round(0.75 * height), (255, 255, 255), usual
    width, height = SIZES[int(rng.integers(len(SIZES)))]
    if not tall and height == 100 and rng.random() < 0.5:
        width, height = 200, 45
    paper = (255, 255, 255)
    share = 0.75
    if not usual:
        scale = rng.uniform(0.75, 1.5)
        width, height = round(width * scale * rng.uniform(0.85, 1.2)), round(height * scale)
        share = rng.uniform(0.5, 0.85)
        if rng.random() < 0.5:
            paper = random_colour(rng, 0, 70) if rng.random() < 0.25 else random_colour(rng, 200, 255)
    size = round(share * height)
    ink = sum(letter(path, 32, character).mask.shape[1] for character in text) / 32
    room = max(cells(text) * 0.52 + 0.2, 0.8 * ink)
    if room * size > width:
        if rng.random() < 0.6:
            size = max(16, int(width / room))
        size = min(size, max(20, int(WIDEST / room)))
        width = max(width, round(room * size))
    return width, height, size, paper, usual


def visible(paper: Colour, rng: np.random.Generator, apart: float = 18) -> Colour:
    """Return a random colour that is not lost on the paper; nearly as pale as the program's may be."""
    for _ in range(12):
        colour = random_colour(rng)
        most = max(abs(a - b) for a, b in zip(colour, paper, strict=True))
        if most > 60 and abs(luma(colour) - luma(paper)) > apart:
            return colour
    return (0, 0, 0) if luma(paper) > 127 else (255, 255, 255)


def add_text(
    picture: Picture,
    text: str,
    path: str,
    size: int,
    paper: Colour,
    rng: np.random.Generator,
    *,
    heavy: bool = False,
    opacities: list[float] | None = None,
    clip: float = 0,
) -> None:
    """Draw each character at the left of its cell, in place; `clip` is how much of the last may be outside."""
    height, width = picture.shape[:2]
    ascent, descent = _line_metrics(path)
    baseline = round((height - (ascent + descent) * size) / 2 + ascent * size)
    cell = width // len(text)
    for index, character in enumerate(text):
        ink = bold(path, size, character) if heavy else letter(path, size, character)
        if not ink.mask.size:
            continue
        mask, left, top = ink.mask, index * cell + ink.left, baseline + ink.top
        free = round(clip * mask.shape[1])
        mask, left, top = inside(mask, left, top, width + free, height)
        opacity = 1 if opacities is None else opacities[index]
        blend(picture, mask, visible(paper, rng, 18 if opacity > 0.7 else 70), left, top, opacity)


def draw_line(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha as LineCaptcha does: thin letters over many short lines."""
    text = fill_up(text, rng)
    path = choose_face(text, faces, rng)
    width, height, size, paper, usual = prepare(text, path, rng, tall=True)
    picture = blank(width, height, paper)
    count = int(rng.choice([5, 10, 20, 50, 100, 150, 150, 150])) if usual else int(rng.integers(0, 220))
    if (width, height) == AS_DOCUMENTED and rng.random() < 0.8:
        count = 150
    elif height < 70 and rng.random() < 0.8:
        count = min(count, int(rng.integers(3, 60)))
    starts = np.column_stack([rng.integers(0, width, count), rng.integers(0, height, count)])
    steps = np.column_stack([rng.integers(0, max(1, width // 8), count), rng.integers(0, max(1, height // 8), count)])
    colours = rng.integers(0, 256, (count, 3)).tolist()
    thick = 1 if usual or rng.random() < 0.7 else 2
    for start, end, colour in zip(starts.tolist(), (starts + steps).tolist(), colours, strict=True):
        cv2.line(picture, start, end, colour, thick)
    add_text(
        picture,
        text,
        path,
        size,
        paper,
        rng,
        heavy=not usual and rng.random() < 0.4,
        clip=0.4 if usual and rng.random() < 0.6 else 0,
    )
    return picture


def draw_circle(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha as CircleCaptcha does: letters over hollow ellipses with hard edges."""
    text = fill_up(text, rng)
    path = choose_face(text, faces, rng)
    width, height, size, paper, usual = prepare(text, path, rng, tall=True)
    picture = blank(width, height, paper)
    count = int(rng.choice([5, 10, 15, 15, 20])) if usual else int(rng.integers(1, 50))
    for x, y, across, down in zip(
        rng.integers(0, width, count).tolist(),
        rng.integers(0, height, count).tolist(),
        *rng.integers(0, max(2, height // 2), (2, count)).tolist(),
        strict=True,
    ):
        centre, axes = (8 * (2 * x + across), 8 * (2 * y + down)), (8 * across, 8 * down)
        cv2.ellipse(picture, centre, axes, 0, 0, 360, random_colour(rng), 1, cv2.LINE_8, 4)
    heavy, clip = not usual and rng.random() < 0.4, 0.4 if usual and rng.random() < 0.6 else 0
    add_text(picture, text, path, size, paper, rng, heavy=heavy, clip=clip)
    return picture


def shear(
    picture: Picture, ink: tuple[int, int, int, int], paper: Colour, rng: np.random.Generator, strength: float
) -> Picture:
    """Move rows along and then columns down by sines; `ink` tells the columns and rows that must stay inside."""
    height, width = picture.shape[:2]
    period, tilt = int(rng.integers(1, max(2, width))), int(rng.integers(2))
    rows = np.trunc(strength * (period >> 1) * np.sin(np.arange(height) / period + 2 * np.pi * tilt))
    low = int(rng.integers(1, max(2, height >> 1)))
    columns = np.trunc(strength * (low >> 1) * np.sin(np.arange(width) / low + 0.7 * np.pi))
    left, top, right, bottom = ink
    rows = np.clip(rows, -left, max(0, width - 1 - right))
    columns = np.clip(columns, -top, max(0, height - 1 - bottom))
    x, y = grid(width, height)
    picture = cv2.remap(
        picture,
        (x - rows[:, None]).astype(np.float32),
        y,
        cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=paper,
    )
    return cv2.remap(
        picture,
        x,
        (y - columns[None]).astype(np.float32),
        cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=paper,
    )


def ink_box(picture: Picture, paper: Colour) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of what differs from the paper."""
    differs = (picture != np.array(paper, np.uint8)).any(axis=2)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not rows.size:
        return 0, 0, picture.shape[1] - 1, picture.shape[0] - 1
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


def draw_shear(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha as ShearCaptcha does: letters sheared by sines, one straight stroke across."""
    text = fill_up(text, rng)
    path = choose_face(text, faces, rng)
    width, height, size, paper, usual = prepare(text, path, rng, tall=False)
    picture = blank(width, height, paper)
    add_text(picture, text, path, size, paper, rng, heavy=not usual and rng.random() < 0.4)
    picture = shear(picture, ink_box(picture, paper), paper, rng, 1 if usual else rng.uniform(0.3, 1.2))
    for _ in range(1 if usual else int(rng.integers(0, 3))):
        y = rng.uniform(1, height + 1, 2)
        draw_segment(picture, (0, y[0]), (width, y[1]), 4 if usual else float(rng.uniform(1, 5)), random_colour(rng))
    return picture


def draw_gif(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw one frame of GifCaptcha, or all frames put together: letters of different opacity, ellipses."""
    path = choose_face(text, faces, rng)
    width, height, size, paper, _ = prepare(text, path, rng, tall=True)
    picture = blank(width, height, paper)
    frame, together = int(rng.integers(len(text))), rng.random() < 0.5
    steps = (np.arange(len(text)) + frame) / len(text)
    fading = np.where(steps > 1, steps - (len(text) + 1) / len(text), steps)
    opacities = [1.0] * len(text) if together else np.maximum(fading, 0.3).tolist()
    for _ in range(min(30, len(text) ** 2) if together else len(text)):
        layer = picture.copy()
        across, down = int(rng.integers(5, 30)), int(rng.integers(10, 35))
        centre = int(rng.integers(width)) + across // 2, int(rng.integers(height)) + down // 2
        cv2.ellipse(layer, centre, (across // 2, down // 2), 0, 0, 360, random_colour(rng), 1)
        opacity = float(rng.random())
        picture = cv2.addWeighted(layer, opacity, picture, 1 - opacity, 0)
    add_text(picture, text, path, size, paper, rng, opacities=opacities)
    return picture


LOOKS: dict[str, Draw] = {
    "hutool_line": draw_line,
    "hutool_circle": draw_circle,
    "hutool_shear": draw_shear,
    "hutool_gif": draw_gif,
}
