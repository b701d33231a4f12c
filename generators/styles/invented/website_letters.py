"""Captchas of sites whose letters themselves are changed, made up here after no one of them.

Relief, ghosts (a paler copy, an outline, a shadow, grey letters as noise), fillings (gradient, stripes, noise,
halftone, fading) and tight overlaps along a sine.
"""

from __future__ import annotations

from string import ascii_letters, digits

import cv2
import numpy as np

from generators.drawing.canvas import (
    Picture,
    blank,
    blend,
    hollow,
    letter,
    line,
    place,
    random_colour,
)
from generators.drawing.distortion import grid
from generators.drawing.faces import Faces
from generators.drawing.lettering import (
    Draw,
    frame,
    legible,
    mixed,
    strokes,
)
from generators.drawing.paper import clouds, grain, near, stripes
from generators.styles.invented.websites import SIZES, light_pair, placed_letters, together


def draw_relief(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw embossed letters: light on one edge, dark on the other, in a tone near the paper's or the same."""
    width, height = frame(text, SIZES, rng)
    ground = random_colour(rng, 90, 215)
    picture = clouds(width, height, ground, rng) if rng.random() < 0.3 else blank(width, height, ground)
    placed, _ = placed_letters(text, faces, rng, width, height, size=0.74, gap=0.04, rise=0.04, most=8)
    page = together(placed, width, height)
    deep = 1 if height < 50 else int(rng.integers(1, 3))
    bright = mixed(near(ground, 10, rng), (255, 255, 255), float(rng.uniform(0.4, 0.9)))
    dark = mixed(near(ground, 10, rng), (0, 0, 0), float(rng.uniform(0.35, 0.8)))
    blend(picture, page, bright, -deep, -deep)
    blend(picture, page, dark, deep, deep)
    blend(picture, page, near(ground, 25, rng) if rng.random() < 0.5 else ground)
    return picture


def draw_ghosts(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw letters twice (a paler copy beside, an outline about, a shadow below) or among pale letters as noise."""
    width, height = frame(text, SIZES, rng)
    ground, ink = light_pair(rng)
    picture = blank(width, height, ground)
    placed, letters = placed_letters(text, faces, rng, width, height, size=0.68, gap=0.06, most=10, rise=0.06)
    page, kind = together(placed, width, height), int(rng.integers(4))
    pale = mixed(ink, ground, 0.7)
    if kind == 0:
        reach = max(2, round(0.12 * letters.size))
        blend(picture, page, pale, int(rng.integers(-reach, reach + 1)), int(rng.integers(-reach, reach + 1)))
        blend(picture, page, ink)
    elif kind == 1:
        signs = digits + ascii_letters
        signs = signs if faces.covers(signs) else "0"
        path = faces.one(signs, rng, styles=("sans", "serif"))
        size = max(8, round(height * rng.uniform(0.2, 0.7)))
        for at in rng.uniform((-size / 2, size / 2), (width, height + size / 2), (int(rng.integers(6, 26)), 2)):
            place(
                picture,
                letter(path, size, signs[int(rng.integers(len(signs)))]),
                pale,
                (at[0], at[1]),
                degrees=float(rng.uniform(-40, 40)),
            )
        blend(picture, page, ink)
    elif kind == 2:
        blend(picture, hollow(page, 2 if height > 50 else 1), ink)
        blend(picture, page, pale, opacity=0.5)
    else:
        soft = cv2.GaussianBlur(page, (0, 0), 0.03 * height)
        blend(picture, soft, (0, 0, 0), round(0.05 * height), round(0.05 * height), 0.5)
        blend(picture, page, ink)
    return picture


def draw_filled(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw letters filled with a gradient, stripes, noise or a halftone, or that fade along the word."""
    width, height = frame(text, SIZES, rng)
    ground, ink = light_pair(rng, 120)
    other = legible(rng, ground, apart=70)
    placed, letters = placed_letters(
        text, faces, rng, width, height, size=0.78, gap=0.03, most=8, rise=0.04, styles=("sans", "slab", "display")
    )
    page = together(placed, width, height)
    x, y = grid(width, height)
    kind = int(rng.integers(5))
    if kind == 0:
        lean = rng.uniform(-1, 1)
        share = np.clip(y / height + lean * x / width, 0, 1)
    elif kind == 1:
        period = max(3.0, letters.size * rng.uniform(0.1, 0.25))
        share = np.heaviside(np.sin(2 * np.pi * (y + rng.uniform(-1, 1) * x) / period), 0)
    elif kind == 2:
        share = rng.random((height, width))
    elif kind == 3:  # halftone: round dots on a turned screen
        step, turned_by = max(2.5, letters.size * rng.uniform(0.07, 0.11)), rng.uniform(0, np.pi / 2)
        along, across = np.cos(turned_by) * x + np.sin(turned_by) * y, np.cos(turned_by) * y - np.sin(turned_by) * x
        share = np.clip(0.5 - np.cos(2 * np.pi * along / step) - np.cos(2 * np.pi * across / step), 0, 1)
        other = ground
    else:
        share = np.clip(np.abs(x / width - rng.random()) * rng.uniform(0.6, 0.9), 0, 0.6)
        other = ground
    paint = np.array(ink, np.float32) * (1 - share[..., None]) + np.array(other, np.float32) * share[..., None]
    picture = blank(width, height, ground) if rng.random() < 0.7 else grain(width, height, ground, rng)
    blend(picture, page, paint.astype(np.uint8))
    if rng.random() < 0.3:
        line(picture, rng.uniform(0, (width, height), (2, 2)), ink, 1)
    return picture


def draw_overlapped(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw tightly set letters along a sine, each over the edge of the one before, with a rim or a tone each."""
    width, height = frame(text, SIZES, rng)
    ground, ink = light_pair(rng)
    tight = -0.06 if text.isascii() else 0.0
    placed, letters = placed_letters(
        text, faces, rng, width, height, size=0.62, gap=tight, most=14, margin=0.08, one_face=bool(rng.random() < 0.5)
    )
    picture = blank(width, height, ground) if rng.random() < 0.7 else stripes(width, height, ground, rng)
    free = max(0.0, 0.92 * height - letters.above - letters.below)
    swing, phase, period = rng.uniform(0.2, 0.5) * free, rng.uniform(0, 6), rng.uniform(0.6, 1.6) * width
    rim, own = rng.random() < 0.5, rng.random() < 0.5
    for mask, left, top in placed:
        rise = round(swing * np.sin(2 * np.pi * left / period + phase))
        top = min(max(1, top + rise), max(1, height - 1 - mask.shape[0]))
        if rim:
            padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
            blend(picture, cv2.dilate(padded, np.ones((3, 3), np.uint8)), ground, left - 1, top - 1)
        blend(picture, mask, legible(rng, ground, apart=80) if own else ink, left, top, 1.0 if rim or own else 0.85)
    if rng.random() < 0.25:
        strokes(picture, rng.uniform(0, (width, height), (2, 2, 2)), ink, smooth=True)
    return picture


LOOKS: dict[str, Draw] = {
    "relief": draw_relief,
    "ghosts": draw_ghosts,
    "filled": draw_filled,
    "overlapped": draw_overlapped,
}
"""Looks by name."""
