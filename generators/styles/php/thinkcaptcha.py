"""Draw captchas with the look of think-captcha (ThinkPHP 5 and later) and of Verify in ThinkPHP 3.2.

Published facts (think-captcha: Captcha.php; ThinkPHP 3.2: Verify.class.php): letters of 25 points on a page 2 sizes a
letter wide and 2.5 high, coloured (243, 251, 254); one dark colour for letters and curve; letters 1.5 sizes apart,
turned by up to 40 degrees about the pen, each on a baseline of its own; behind them 50 small letters of GD's largest
built-in font in ten light colours, and two joined sine curves drawn with a diagonal pen of a fifth of the size.
Arithmetic is upright, one size a character. Verify steps 1.2 to 1.6 sizes from letter to letter and has one baseline.
"""

from __future__ import annotations

import numpy as np

from generators.drawing.canvas import Colour, Picture, blank, letter, random_colour
from generators.drawing.faces import Faces
from generators.drawing.gd import jpeg, pixels, put_about_pen, squares
from generators.drawing.lettering import Draw, crisp, face, legible, luma
from generators.drawing.paper import clouds, gradient

PAPER = (243, 251, 254)
SMALL_LETTERS = "2345678abcdefhijkmnpqrstuvwxyz"
SIGNS = "+-*/×÷=?()"
"""Signs that are not turned far: a minus would become a slash."""
SIZES = (25, 25, 25, 25, 25, 14, 16, 18, 20, 22, 24, 30)
"""Sizes in points: the program's own, and those of users' settings."""


def draw_thinkcaptcha(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha of think-captcha: turned letters over small ones and a thick wave, or upright arithmetic."""
    size = _size(text, rng)
    arithmetic = any(sign in SIGNS for sign in text)
    step = size * (1.0 if arithmetic else 1.5)
    if arithmetic and not text.isascii():
        step = 1.5 * size
    least = step * (len(text) + 0.6)
    width = max(2 * size * (5 if arithmetic else len(text)), least)
    if rng.random() < 0.25:
        step *= rng.uniform(0.75, 1.0) if not arithmetic and text.isascii() else 1
        width = step * (len(text) + 0.6)
    height = 2.5 * size * (rng.uniform(0.75, 1.1) if rng.random() < 0.25 else 1)
    pens = step * np.arange(1, len(text) + 1) - (0.4 * step if least > 2 * size * len(text) else 0)
    pens -= max(0.0, pens[-1] + 0.9 * pixels(size) - width)
    base = size + rng.uniform(10, 20, len(text)) * size / 25
    return _drawn(text, (round(width), round(height)), size, pens, base, 0 if arithmetic else 40, faces, rng)


def draw_thinkphp_verify(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha of ThinkPHP 3.2's Verify: turned letters on one baseline, at random distances."""
    size = _size(text, rng)
    steps = size * rng.uniform(1.2, 1.6, len(text))
    if not text.isascii():
        steps[:] = 1.5 * size
    if rng.random() < 0.25:
        steps *= 0.85
    pens = np.cumsum(steps)
    width = max(2.0 * size * len(text) if rng.random() < 0.7 else 0.0, float(pens[-1]) + 1.1 * size)
    height = 2.5 * size * (rng.uniform(0.8, 1.1) if rng.random() < 0.25 else 1)
    base = np.full(len(text), min(1.6 * size, height - 4))
    most = 40 if rng.random() < 0.8 else float(rng.uniform(0, 40))
    return _drawn(text, (round(width), round(height)), size, pens, base, most, faces, rng)


def _size(text: str, rng: np.random.Generator) -> float:
    """Choose the size in points, smaller for long texts."""
    size = float(SIZES[int(rng.integers(len(SIZES)))])
    if rng.random() < 0.2:
        size *= rng.uniform(0.8, 1.3)
    return max(11.0, min(size, 220 / len(text)))


def _drawn(
    text: str,
    shape: tuple[int, int],
    size: float,
    pens: np.ndarray,
    base: np.ndarray,
    most: float,
    faces: Faces,
    rng: np.random.Generator,
) -> Picture:
    """Draw paper, clutter and letters; `most` is the largest angle in degrees."""
    paper: Colour = PAPER
    if rng.random() < 0.25:
        paper = (255, 255, 255) if rng.random() < 0.4 else random_colour(rng, 200, 255)
        paper = random_colour(rng, 0, 70) if rng.random() < 0.15 else paper
    dark = luma(paper) < 127
    ink = legible(rng, paper, 140 if dark else 1, 255 if dark else 150, 60)
    picture = blank(*shape, paper)
    if rng.random() < 0.06:
        picture = (gradient if rng.random() < 0.5 else clouds)(*shape, paper, rng)
    if rng.random() < 0.75:
        _small_letters(picture, faces, rng, dark=dark)
    if rng.random() < 0.7:
        _curve(picture, size, ink, rng)
    path = face(text, faces, rng, styles=("sans",))
    for sign, x, y in zip(text, pens.tolist(), base.tolist(), strict=True):
        colour = ink if rng.random() < 0.97 else legible(rng, paper, 0, 255, 60)
        reach = min(most, 12.0) if sign in SIGNS else most
        degrees = float(rng.uniform(-reach, reach)) if reach else 0.0
        put_about_pen(picture, letter(path, pixels(size), sign), colour, (x, y), degrees)
    return jpeg(picture, int(rng.integers(70, 96))) if rng.random() < 0.1 else picture


def _small_letters(picture: Picture, faces: Faces, rng: np.random.Generator, *, dark: bool) -> None:
    """Scatter letters of a small bitmap font in light colours."""
    height, width = picture.shape[:2]
    path = faces.one(SMALL_LETTERS, rng, styles=("mono",))
    colours, each = 10, 5
    if rng.random() < 0.2:
        each = int(rng.integers(2, 9))
    signs = rng.integers(0, len(SMALL_LETTERS), (colours, each)).tolist()
    places = rng.integers((-10, -10), (width, height), (colours, each, 2)).tolist()
    for row, there in zip(signs, places, strict=True):
        colour = random_colour(rng, 60, 130) if dark else random_colour(rng, 150, 225)
        for sign, (left, top) in zip(row, there, strict=True):
            ink = crisp(letter(path, 15, SMALL_LETTERS[sign]))
            y, x = np.nonzero(ink.mask)
            squares(picture, x + (left + ink.left), y + (top + 12 + ink.top), colour)


def _curve(picture: Picture, size: float, colour: Colour, rng: np.random.Generator) -> None:
    """Draw two sines that meet, each with a diagonal pen."""
    height, width = picture.shape[:2]
    x = np.arange(width + 1, dtype=float)
    split = int(rng.uniform(0.5, 0.8) * width)
    y = np.empty(width + 1)
    for first in (True, False):
        part = slice(0, split + 1) if first else slice(split, width + 1)
        swing, period = rng.uniform(1, height / 2), rng.uniform(height, 2 * width)
        bend = swing * np.sin(2 * np.pi * x[part] / period + rng.uniform(0, 2 * np.pi))
        y[part] = bend + (height / 2 + rng.uniform(-0.25, 0.25) * height if first else y[split] - bend[0])
    pen = np.arange(1, max(2, int(size / 5)) + 1)
    squares(picture, np.add.outer(pen, x).ravel(), np.add.outer(pen, y).ravel(), colour)


LOOKS: dict[str, Draw] = {"thinkcaptcha": draw_thinkcaptcha, "thinkphp_verify": draw_thinkphp_verify}
"""Looks by name."""
