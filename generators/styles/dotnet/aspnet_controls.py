"""Captchas of ASP.NET controls that warp their letters.

CaptchaImage (BrainJar: 200x50, a warped word with hatched fill over a hatched ground, specks), Atwood's CaptchaControl
and Telerik's RadCaptcha (180x50, each letter in its own quadrangle, black on white, dots and bent lines) and simple
styles of BotDetect's kind (halo, two tones, ghost, cut by lines, outlined).
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Picture, bezier, blank, blend, line, random_colour, turned
from generators.drawing.distortion import grid, perspective, shifted
from generators.drawing.faces import Faces
from generators.drawing.lettering import (
    Draw,
    face,
    frame,
    inside,
    legible,
    mixed,
    put,
    quad,
    row,
    speckle,
    strokes,
    turn,
)
from generators.styles.dotnet.dotnet import ARIAL, word_mask


def _hatch(width: int, height: int, first: Colour, second: Colour, rng: np.random.Generator, share: float) -> Picture:
    """Return confetti as GDI's hatch brushes have: an 8x8 tile of two colours."""
    size = int(rng.choice([1, 1, 2]))
    tile = (rng.random((8, 8)) < share).repeat(size, 0).repeat(size, 1)
    rows, columns = -(-height // (8 * size)), -(-width // (8 * size))
    whole = np.tile(tile, (rows, columns))[:height, :width, None]
    return np.where(whole, np.array(second, np.uint8), np.array(first, np.uint8))


def draw_confetti(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw BrainJar's CaptchaImage: a warped word of hatched grey on hatched ground, with specks."""
    width, height = frame(text, ((200, 50), (200, 50), (180, 50), (150, 40), (300, 75)), rng)
    light, mid, dark = (255, 255, 255), (211, 211, 211), (105, 105, 105)
    if rng.random() < 0.35:
        dark = random_colour(rng, 0, 110)
        mid = mixed(dark, (246, 246, 246), 0.65)
    picture = _hatch(width, height, light, mid, rng, float(rng.uniform(0.15, 0.4)))
    path = face(text, faces, rng, "Arimo", "Tinos", "Gelasio", styles=("sans", "serif"))
    letters = row(text, path, 0.72 * height, 0.84 * width, tall=0.72 * height)
    page = word_mask(letters, width, height, (width - letters.width) / 2, letters.baseline(height))
    page[:, 1:] = np.maximum(page[:, 1:], page[:, :-1])
    page = perspective(page, rng, float(rng.uniform(0.02, 0.06)), (0, 0, 0))
    fill = _hatch(width, height, dark, mid, rng, float(rng.uniform(0, 0.22)))
    blend(picture, page, fill)
    for _ in range(int(width * height / rng.uniform(60, 250) * 0.5)):
        at = rng.integers(0, (width, height)).tolist()
        size = rng.integers(0, max(2, width // 90), 2).tolist()
        cv2.ellipse(picture, at, size, 0, 0, 360, dark if rng.random() < 0.7 else mid, -1)
    return picture


def draw_atwood(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw Atwood's CaptchaControl or Telerik's RadCaptcha: letters of any font, each warped, dots and bent lines."""
    width, height = frame(text, ((180, 50), (180, 50), (200, 60), (150, 45), (240, 80)), rng)
    ground, ink = (255, 255, 255), (0, 0, 0)
    if rng.random() < 0.35:
        ground = random_colour(rng, 180, 255)
        ink = legible(rng, ground, 0, 160, 100)
    picture = blank(width, height, ground)
    level = float(rng.choice([0.03, 0.06, 0.1, 0.14]))
    paths = [
        face(text, faces, rng, *ARIAL, "Gelasio", "Tinos", "Courier Prime", "Comic Neue", any_face=0.5) for _ in text
    ]
    letters = row(text, paths, 0.68 * height, 0.9 * width, tall=0.74 * height, gap=0.05)
    left, base = (width - letters.width) * rng.uniform(0.3, 0.7), letters.baseline(height)
    for glyph, pen in zip(letters.inks, letters.pens, strict=True):
        warped = quad(glyph.mask, rng, level)
        shift = (warped.shape[1] - glyph.mask.shape[1]) // 2, (warped.shape[0] - glyph.mask.shape[0]) // 2
        new = replace(glyph, mask=warped, left=glyph.left - shift[0], top=glyph.top - shift[1])
        put(picture, new, ink, (left + pen, base + rng.uniform(-0.06, 0.06) * height), edge=1)
    noise = rng.choice([0, 1, 2, 3])
    for _ in range(int(width * height / 30 / rng.uniform(2, 10)) if noise else 0):
        at = rng.integers(0, (width, height)).tolist()
        size = rng.integers(0, max(2, height // 25), 2).tolist()
        cv2.ellipse(picture, at, size, 0, 0, 360, ink, -1)
    for _ in range(int(rng.choice([0, 1, 1, 2, 3]))):
        points = [(float(x), float(y)) for x, y in rng.uniform(0, (width, height), (4, 2))]
        line(picture, bezier(points), ink, int(rng.choice([1, 1, 2]) if height >= 50 else 1))
    return picture


def draw_botdetect(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a simple style of BotDetect's kind: halo, split tones, ghost, cut by lines, or collage of letters."""
    width, height = frame(text, ((250, 50), (200, 50), (180, 50), (160, 45)), rng)
    grey = int(rng.integers(195, 256))
    ground = (grey, grey, grey) if rng.random() < 0.6 else random_colour(rng, 190, 255)
    ink = legible(rng, ground, 0, 150, 100)
    picture = blank(width, height, ground)
    paths = [face(text, faces, rng, *ARIAL, "Gelasio", "Tinos", "Libre Baskerville") for _ in text]
    letters = row(text, paths, 0.7 * height, 0.88 * width, tall=0.76 * height, gap=float(rng.uniform(-0.03, 0.08)))
    page = np.zeros((height, width), np.uint8)
    left, base = (width - letters.width) * rng.uniform(0.2, 0.8), letters.baseline(height)
    for glyph, pen, sign in zip(letters.inks, letters.pens, text, strict=True):
        mask = turned(glyph.mask, turn(sign, rng, 12), higher=float(rng.uniform(0.9, 1.12)))
        mask, x, y = inside(
            mask, left + pen + glyph.left, base + glyph.top + rng.uniform(-0.07, 0.07) * height, width, height, 1
        )
        here = page[y : y + mask.shape[0], x : x + mask.shape[1]]
        np.maximum(here, mask, out=here)
    kind = int(rng.integers(5))
    if kind == 0:
        halo = cv2.GaussianBlur(cv2.dilate(page, np.ones((3, 3), np.uint8)), (0, 0), 0.06 * height)
        blend(picture, cv2.convertScaleAbs(halo, alpha=1.6), ink)
        blend(picture, page, ground)
    elif kind == 1:
        pale, (across, down) = mixed(ink, ground, 0.45), grid(width, height)
        halves = (
            np.sin(
                2 * np.pi * (across * rng.uniform(0.3, 1) + down * rng.uniform(-1, 1)) / rng.uniform(0.5, 1.2) / height
            )
            > 0
        )
        paint = np.where(halves[..., None], np.array(ink, np.uint8), np.array(pale, np.uint8))
        blend(picture, page, paint)
    elif kind == 2:
        blend(picture, page, ink, int(rng.integers(2, 5)), int(rng.integers(-3, 4)), 0.3)
        blend(picture, page, ink)
    elif kind == 3:
        blend(picture, page, ink)
        for level in np.arange(rng.uniform(2, 8), height, rng.uniform(5, 11)):
            strokes(picture, np.array([[[0, level], [width, level + rng.uniform(-4, 4)]]]), ground)
    else:
        edge = cv2.subtract(cv2.dilate(page, np.ones((3, 3), np.uint8)), page)
        blend(picture, page, random_colour(rng, 190, 255))
        blend(picture, edge, ink)
        speckle(picture, width * height // 60, ink, rng)
    if rng.random() < 0.5:
        across = grid(width, height)[0]
        dy = 0.04 * height * np.sin(2 * np.pi * across / rng.uniform(0.8, 2) / height + rng.uniform(0, 6))
        picture = shifted(picture, np.zeros_like(across), dy.astype(np.float32), ground)
    return picture


LOOKS: dict[str, Draw] = {
    "confetti": draw_confetti,
    "atwood": draw_atwood,
    "botdetect": draw_botdetect,
}
"""Looks by name."""
