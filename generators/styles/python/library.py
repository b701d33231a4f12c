"""The look of the `captcha` library (PyPI): in its own typeface exactly as it draws, in other typefaces by our drawer.

Published facts, from `captcha.image.ImageCaptcha`: 160x60 unless told otherwise, people mostly take 120 to 240
columns and 40 to 100 rows; letters of 42, 50 and 56 pixels, turned by up to 30 degrees and warped, in one colour; 30
dots of 3 pixels and an arc; Pillow's SMOOTH filter.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from generators.contest.captcha_library import DOTS, library_image
from generators.contest.seeded_captcha import SeededCaptcha
from generators.drawing.canvas import Picture
from generators.drawing.faces import Faces
from generators.drawing.lettering import cells

Draw = Callable[[str, Faces, np.random.Generator], Picture]

SIZES = ((160, 60), (160, 60), (160, 60), (170, 80), (120, 40), (200, 80), (240, 60), (240, 100), (180, 60), (128, 64))
FONT_SIZES = (42, 50, 56)
NARROWEST = 17.0
"""Columns of a picture for each letter."""


def draw_captcha_library(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` as the library does, in its own typeface where that has all the letters."""
    size = _size(text, rng)
    if not text.isascii():
        return _drawn(text, size, faces, rng)
    plain = rng.random() < 0.15
    return library_image(text, size, rng, dots=0 if plain else DOTS, curve=not plain or rng.random() < 0.5)


def draw_captcha_library_faces(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` in the library's look in any typeface, at times with other noise, colours, and no warp."""
    return _drawn(text, _size(text, rng), faces, rng)


def _size(text: str, rng: np.random.Generator) -> tuple[int, int]:
    width, height = SIZES[int(rng.integers(len(SIZES)))]
    if rng.random() < 0.4:
        width, height = int(rng.integers(120, 241)), int(rng.integers(40, 101))
    return max(width, round(cells(text) * NARROWEST)), height


def _drawn(text: str, size: tuple[int, int], faces: Faces, rng: np.random.Generator) -> Picture:
    same = rng.random() < 0.75
    paths = [faces.one(text, rng) for _ in range(1 if same else 3)]
    published = rng.random() < 0.6
    scale = 1.0 if published else min(1.1, size[1] / 60) * rng.uniform(0.7, 1)
    sizes = [max(14, round(number * scale)) for number in FONT_SIZES]
    drawer = SeededCaptcha(size[0], size[1], paths, sizes, rng=rng)
    if not published:
        drawer.dots, drawer.dot_width = (0, int(rng.integers(1, 60))), int(rng.integers(1, 5))
        drawer.curve = rng.random() < 0.6
        drawer.spaces = rng.random() < 0.5
        drawer.stretch = rng.random() < 0.7
        drawer.antialias = rng.random() < 0.5
        drawer.fade = rng.uniform(1.97, 6)
        if rng.random() < 0.1:
            drawer.background, drawer.foreground = (0, 70), (150, 255)
    return drawer.draw(text)


LOOKS: dict[str, Draw] = {
    "captcha_library": draw_captcha_library,
    "captcha_library_faces": draw_captcha_library_faces,
}
