"""Draw captchas with the look of Securimage.

Published facts (securimage.php, versions 3 and 4): pages of 215x80, letters of 0.4 of the height in points in a heavy
grotesque, all in #707070 (#616161 in version 4) on white; letters close together or overlapping by up to 2 pixels,
the word anywhere along the page; three dots of 1 to 3 pixels in each square of 20 (version 4) or 125 a noise level
(version 3), bent with the letters; three poles that draw the page together by 0.15 to 0.3 times the perturbation
(0.85 by default, 0.75 normal) within 0.2 (version 3) or 0.4 to 0.8 of the height; five wavy lines of 1 to 3 pixels,
0.4 to 0.7 of the width long. Everything has hard edges. Arithmetic is set as one line with blanks. Text and lines may
be transparent by a fifth.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.drawing.canvas import Colour, Mask, Picture, blank, blend, random_colour
from generators.drawing.distortion import Field, grid
from generators.drawing.faces import Faces
from generators.drawing.gd import PIXELS_PER_POINT, jpeg, squares
from generators.drawing.lettering import Draw, cells, face, legible, row, stamp
from generators.drawing.paper import paper

GREYS: tuple[Colour, ...] = ((0x70, 0x70, 0x70), (0x70, 0x70, 0x70), (0x61, 0x61, 0x61))
SCALE = 2
"""The letters' page is so many times larger than the picture."""
DOTS: tuple[NDArray[np.intp], ...] = tuple(
    np.argwhere(np.hypot(*(np.mgrid[:size, :size] - (size - 1) / 2)) <= size / 2) for size in (2, 3, 4, 5)
)
"""Rows and columns of the pixels of dots of four sizes on the larger page."""


def draw_securimage(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha of Securimage: a heavy word, dented and bulging, with dots behind and waves over it."""
    width, height = (
        (215, 80) if rng.random() < 0.65 else ((180, 60), (160, 60), (244, 90), (120, 45))[int(rng.integers(4))]
    )
    if rng.random() < 0.25:
        width, height = round(width * rng.uniform(0.8, 1.3)), round(height * rng.uniform(0.75, 1.2))
    ratio = 0.4 if rng.random() < 0.75 else float(rng.uniform(0.3, 0.55))
    width = max(width, round(cells(text) * 0.42 * height) + 12)
    ground, ink = _colours(rng)
    lettering = _word(text, width, height, ratio, faces, rng)
    _dots(lettering, rng)
    if rng.random() < 0.92:
        lettering = _drawn_together(lettering, width, height, rng)
    else:
        lettering = np.asarray(cv2.resize(lettering, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    if rng.random() < 0.9:
        lettering = np.clip((lettering.astype(np.int16) - 128) * 8 + 128, 0, 255).astype(np.uint8)
    picture = blank(width, height, ground) if rng.random() < 0.92 else paper(width, height, ground, rng)
    opacity = 1.0 if rng.random() < 0.8 else 0.8
    blend(picture, lettering, ink, opacity=opacity)
    strokes = np.zeros((height, width), np.uint8)
    _waves(strokes, rng)
    other = ink if rng.random() < 0.8 else legible(rng, ground, apart=40)
    blend(picture, strokes, other, opacity=opacity)
    return jpeg(picture, 90) if rng.random() < 0.15 else picture


def _colours(rng: np.random.Generator) -> tuple[Colour, Colour]:
    """Choose paper and ink: grey on white, as published, or others."""
    kind = rng.random()
    if kind < 0.65:
        return (255, 255, 255), GREYS[int(rng.integers(len(GREYS)))]
    if kind < 0.72:
        return (0x00, 0x99, 0xCC), (0xEA, 0xEA, 0xEA)
    ground = (255, 255, 255) if kind < 0.8 else random_colour(rng, 190, 255)
    if kind > 0.93:
        ground = random_colour(rng, 0, 90)
    return ground, legible(rng, ground, apart=80)


def _word(text: str, width: int, height: int, ratio: float, faces: Faces, rng: np.random.Generator) -> Mask:
    """Set the text close together on a page SCALE times as large as the picture."""
    page = np.zeros((SCALE * height, SCALE * width), np.uint8)
    path = face(text, faces, rng, "Arimo", "Archivo Black", "Open Sans", "Clear Sans", "Inter", styles=("sans",))
    gap = 0.0 if rng.random() < 0.4 else float(-rng.uniform(0, 0.06))
    stroke = int(rng.choice([0, 1, 1, 2]))
    size = ratio * height * SCALE * PIXELS_PER_POINT
    line = row(text, path, size, SCALE * 0.92 * width, tall=0.8 * SCALE * height, gap=gap, stroke=stroke)
    free = SCALE * width - line.width
    start = free / 2 if rng.random() < 0.35 else rng.uniform(0.06, 0.94) * free
    base = line.baseline(SCALE * height)
    turn, last = (0.0, 0.0) if rng.random() < 0.75 else rng.uniform(-20, 20, 2)
    angles = np.linspace(turn, last, len(text))
    swing = 0.0 if rng.random() < 0.8 else 0.08 * SCALE * height
    for ink, pen, angle in zip(line.inks, line.pens, angles.tolist(), strict=True):
        stamp(page, ink, (start + pen, base + rng.uniform(-swing, swing)), degrees=angle)
    return page


def _dots(page: Mask, rng: np.random.Generator) -> None:
    """Scatter dots over the larger page, in place."""
    height, width = page.shape
    dense = rng.uniform(0.5, 1.3) if rng.random() < 0.75 else rng.uniform(0, 3)
    number = int(dense * height * width / (SCALE * SCALE) * 3 / 400)
    for dot in DOTS if rng.random() < 0.5 else DOTS[:3]:
        places = rng.uniform(0, 1, (number // 3, 2)) * (width, height)
        x, y = np.add.outer(dot[:, 1], places[:, 0]), np.add.outer(dot[:, 0], places[:, 1])
        squares(page, x.ravel(), y.ravel(), 255)


def _drawn_together(page: Mask, width: int, height: int, rng: np.random.Generator) -> Mask:
    """Return the picture (H, W) that shows the larger page bent about three poles."""
    x, y = grid(width, height)
    at_x, at_y = x.copy(), y.copy()
    strength = 0.85 if rng.random() < 0.65 else float(rng.uniform(0.3, 1.0))
    least = 0.4 if rng.random() < 0.7 else 0.2
    for _ in range(3):
        right = x - np.float32(rng.uniform(0.2, 0.8) * width)
        down = y - np.float32(rng.uniform(0.2, 0.8) * height)
        radius = np.float32(rng.uniform(least, 0.8) * height)
        share: Field = np.sqrt(right * right + down * down) / radius
        pull = np.where(share < 1, np.sin(np.float32(math.pi) * share), np.float32(0))
        pull = pull * np.float32(-strength * rng.uniform(0.15, 0.3))
        at_x += right * pull
        at_y += down * pull
    centre = (SCALE - 1) / 2
    bent = cv2.remap(page, at_x * SCALE + np.float32(centre), at_y * SCALE + np.float32(centre), cv2.INTER_LINEAR)
    return np.asarray(bent, np.uint8)


def _waves(strokes: Mask, rng: np.random.Generator) -> None:
    """Draw wavy lines with a square pen, in place."""
    height, width = strokes.shape
    number = 5 if rng.random() < 0.7 else int(rng.integers(0, 9))
    steep = math.pi * (0.7 if rng.random() < 0.25 else 0.33)
    for index in range(number):
        x = width * (1 + index) / (number + 1) + rng.uniform(-0.5, 0.5) * width / number
        y, theta = rng.uniform(0.1, 0.9) * height, rng.uniform(-0.5, 0.5) * steep
        length = rng.uniform(0.4, 0.7) * width
        bend = rng.uniform(0.2, 0.8) ** 2 / 2
        swing = 1.5 * rng.random() / (bend + 5 / length)
        along = np.arange(0, length, 0.5)
        wave = swing * 0.5 * np.sin(bend * along + rng.uniform(0, 2 * math.pi))
        cos, sin = math.cos(theta), math.sin(theta)
        across = along - length / 2
        squares(strokes, x + cos * across + sin * wave, y + sin * across - cos * wave, 255, int(rng.integers(1, 4)))


LOOKS: dict[str, Draw] = {"securimage": draw_securimage}
"""Looks by name."""
