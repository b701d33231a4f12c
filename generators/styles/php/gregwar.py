"""Draw captchas with the look of Gregwar/Captcha, the one of Symfony's bundle and of many PHP sites.

Published facts (CaptchaBuilder.php): pages of 150x40; a paper with channels from 200 to 255; letters of (width /
length) less 1 to 4 points in one colour with channels up to 150, close together, turned by up to 8 degrees about the
pen and up to 5 rows off; area / 3000 to area / 2000 lines of 1 to 3 pixels behind the letters (black, or channels
from 100) and as many in front, in the letters' colour; the page is swollen about a random point by 4·sin(distance /
30) pixels and moved by a sine of 1.1 to 1.43 rows; then, where no colours were set, it is negated (one in two),
reduced to its edges (one in eleven), given more contrast (-50 to 10 in GD's measure) and tinted (one in six); JPEG of
quality 90.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.drawing.canvas import Colour, Picture, blank, letter, random_colour
from generators.drawing.distortion import grid, shifted
from generators.drawing.faces import Faces
from generators.drawing.gd import hard_line, jpeg, pixels, put_about_pen
from generators.drawing.lettering import Draw, cells, face, legible
from generators.drawing.paper import blocks, clouds, gradient

SIZES = (
    (150, 40),
    (150, 40),
    (150, 40),
    (150, 40),
    (100, 40),
    (120, 40),
    (130, 50),
    (200, 60),
    (250, 40),
    (260, 70),
    (110, 32),
)
EDGES = np.array([[-1, 0, -1], [0, 4, 0], [-1, 0, -1]], np.float32)
"""GD's kernel for edges; 127 is added to what it gives."""


def draw_gregwar(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha as the builder does on its own: random colours, lines, swelling and post effects."""
    width, height = _page(text, rng)
    picture = blank(width, height, random_colour(rng, 200, 255))
    if rng.random() < 0.08:
        picture = (gradient, clouds, blocks)[int(rng.integers(3))](width, height, random_colour(rng, 190, 250), rng)
    ground = picture[0, 0].tolist()
    ink = random_colour(rng, 0, 150)
    _lines(picture, None, rng)
    _write(picture, text, ink, faces, rng)
    _lines(picture, ink, rng, most=1 + len(text) // 2)
    if rng.random() < 0.93:
        picture = _swollen(picture, rng, ground)
    return jpeg(_effects(picture, rng), int(rng.choice([90, 90, 75, 95])))


def draw_gregwar_plain(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha with colours set by the user, which leaves out the post effects; at times no lines or swelling."""
    width, height = _page(text, rng)
    kind = rng.random()
    ground: Colour = (255, 255, 255) if kind < 0.4 else random_colour(rng, 200, 255)
    if kind > 0.85:
        ground = random_colour(rng, 0, 80)
    ink = legible(rng, ground, apart=90)
    picture = blank(width, height, ground)
    if rng.random() < 0.7:
        _lines(picture, None, rng)
    _write(picture, text, ink, faces, rng)
    if rng.random() < 0.6:
        _lines(picture, ink, rng, most=1 + len(text) // 2)
    if rng.random() < 0.7:
        picture = _swollen(picture, rng, ground)
    return jpeg(picture, int(rng.choice([90, 90, 75])))


def _page(text: str, rng: np.random.Generator) -> tuple[int, int]:
    """Choose (width, height), wide enough for the text."""
    width, height = SIZES[int(rng.integers(len(SIZES)))]
    if rng.random() < 0.35:
        both = rng.uniform(0.75, 1.5)
        width, height = round(width * both * rng.uniform(0.85, 1.2)), round(height * both)
    return max(width, round(cells(text) * max(11.0, 0.4 * height)) + 10), height


def _write(picture: Picture, text: str, ink: Colour, faces: Faces, rng: np.random.Generator) -> None:
    """Write the letters close together about the page's middle, each at its own angle and height."""
    height, width = picture.shape[:2]
    path = face(text, faces, rng, styles=("display", "hand", "sans", "slab"))
    points = width / max(4, len(text)) - int(rng.integers(0, 4)) - 1
    size = min(pixels(points), round(1.25 * height))
    tight = 0.85 if rng.random() < 0.15 else 1.0
    while True:
        inks = [letter(path, size, sign) for sign in text]
        steps = [
            max(one.advance, 0.0) * tight if sign == " " else tight * (one.mask.shape[1] + 0.06 * size)
            for one, sign in zip(inks, text, strict=True)
        ]
        above = max((-one.top for one in inks if one.mask.size), default=size)
        below = max((one.top + one.mask.shape[0] for one in inks if one.mask.size), default=0)
        share = min((width - 6) / max(1.0, sum(steps)), 0.86 * height / max(1, above + below))
        if share >= 1 or size <= 9:
            break
        size = max(9, min(size - 1, int(size * share)))
    offset = 5 * min(1.0, height / 40)
    x, base = (width - sum(steps)) / 2, (height + above - below) / 2 + rng.uniform(-0.05, 0.07) * height
    for one, step in zip(inks, steps, strict=True):
        drawn = (x - one.left, base + rng.uniform(-offset, offset))
        put_about_pen(picture, one, ink, drawn, float(rng.uniform(-8, 8)))
        x += step


def _lines(picture: Picture, colour: Colour | None, rng: np.random.Generator, most: int = 8) -> None:
    """Draw at most `most` lines, level or upright; without a colour all black, or each light in its own."""
    height, width = picture.shape[:2]
    area = width * height
    number = int(rng.integers(area // 3000, area // 2000 + 1))
    if rng.random() < 0.2:
        number = int(rng.integers(0, number + 2))
    black = rng.random() < 0.3
    for _ in range(min(number, most)):
        x, y = rng.uniform(0, width, 2), rng.uniform(0, height, 2)
        if rng.random() < 0.5:
            x = np.array([rng.uniform(0, width / 2), rng.uniform(width / 2, width)])
        else:
            y = np.array([rng.uniform(0, height / 2), rng.uniform(height / 2, height)])
        paint = colour or ((0, 0, 0) if black else random_colour(rng, 100, 255))
        hard_line(picture, (x[0], y[0]), (x[1], y[1]), paint, int(rng.integers(1, 4)))


def _swollen(picture: Picture, rng: np.random.Generator, ground: Colour | list[int]) -> Picture:
    """Swell the page about a random point and move its columns along a short sine."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    right, down = x - np.float32(rng.integers(0, width + 1)), y - np.float32(rng.integers(0, height + 1))
    away = np.sqrt(right * right + down * down) + np.float32(1e-3)
    share = 4 * np.sin(away / 30) / away
    dx = share * right
    depth = np.float32(rng.uniform(1.1, 1.43) * (1 if rng.random() < 0.7 else rng.uniform(0.5, 2)))
    dy = share * down + depth * np.sin(np.float32(rng.uniform(0, 10)) + (x + dx) * np.float32(0.2))
    red, green, blue = ground
    return shifted(picture, dx, dy, (red, green, blue), smooth=bool(rng.random() < 0.8))


def _effects(picture: Picture, rng: np.random.Generator) -> Picture:
    """Negate, take the edges, change contrast, tint: each by its published chance."""
    values: NDArray[np.float32] = picture.astype(np.float32)
    if rng.random() < 0.5:
        values = 255 - values
    if rng.random() < 1 / 11:
        values = np.clip(cv2.filter2D(values, -1, EDGES, delta=127), 0, 255)
    contrast = ((100 - rng.uniform(-50, 10)) / 100) ** 2
    values = (values - 127.5) * np.float32(contrast) + np.float32(127.5)
    if rng.random() < 1 / 6:
        values = np.clip(values, 0, 255) + rng.uniform(-80, 50, 3).astype(np.float32)
    return np.clip(values, 0, 255).astype(np.uint8)


LOOKS: dict[str, Draw] = {"gregwar": draw_gregwar, "gregwar_plain": draw_gregwar_plain}
"""Looks by name."""
