"""Draw captchas with the look of svg-captcha (npm), rasterised.

Published facts (lib/index.js, random.js, ch-to-path.js, option-manager.js): pages of 150x50 without a background, or
with one and then in colour; letter i of n at the middle of (i + 1)·(width - 2)/(n + 1), size 56, each outline filled
with a grey of #111 to #444 or with one of 25 hues, saturation 0.6 to 0.8 and 25 to 45 % darker than the paper
(lighter on dark paper); Bézier curves of one pixel from side to side, grey #111 to #999 or coloured; `inverse` has
light greys instead; letters and curves lie over each other in random order. The program's own typeface shows only a
letter's shadow to the right and below, under a hairline around it; other typefaces are filled.
"""

from __future__ import annotations

import colorsys
from functools import lru_cache

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Ink, Mask, Picture, bezier, blank, blend, letter, random_colour, turned
from generators.drawing.faces import Faces
from generators.drawing.lettering import Draw, cells, face

FINE = 3
"""Letters are drawn so many times larger and then shrunk, which leaves their outlines unhinted."""
SHADOW = ("Signika", "ABeeZee", "Cantarell", "Comic Neue", "Comic Relief", "Delius", "PT Sans", "Titillium Web", "Lato")
"""Families with the light, slightly lively letters that the program's typeface has."""
PAPERS: tuple[Colour, ...] = (
    (0xF0, 0xF0, 0xF0),
    (0xF0, 0xF0, 0xF0),
    (0xCC, 0x99, 0x66),
    (0xFF, 0xFF, 0xFF),
    (0xF4, 0xF3, 0xF2),
    (0xCC, 0xFF, 0xFF),
    (0xEE, 0xEE, 0xEE),
    (0x33, 0x33, 0x33),
)


@lru_cache(maxsize=3072)
def _fine(path: str, size: int, sign: str, shadow: int, slant: int = 0) -> Ink:
    """Draw a letter FINE times larger; with a shadow of `shadow` fine pixels, only that and a hairline are ink.

    `slant` is in hundredths of a column a row. Letters do not come from `letter`'s cache, for which they are too large.
    """
    ink: Ink = letter.__wrapped__(path, size * FINE, sign, 1 if shadow else 0)
    if slant and ink.mask.size:
        mask = turned(ink.mask, shear=slant / 100)
        left = ink.left - (mask.shape[1] - ink.mask.shape[1]) // 2
        ink = Ink(mask, left, ink.top - (mask.shape[0] - ink.mask.shape[0]) // 2, ink.advance)
    if not shadow or not ink.mask.size:
        return ink
    reach = shadow + 1
    whole = cv2.copyMakeBorder(ink.mask, 1, reach, 1, reach, cv2.BORDER_CONSTANT, value=0)
    cast = whole.copy()
    step = 1
    while step <= shadow:
        move = min(step, shadow + 1 - step)
        cast[move:, move:] = np.maximum(cast[move:, move:], cast[:-move, :-move].copy())
        step += move
    inner = cv2.erode(whole, np.ones((2, 2), np.uint8))
    return Ink(cv2.subtract(cast, inner), ink.left - 1, ink.top - 1, ink.advance)


def _shrunk(ink: Ink, x: float, y: float) -> tuple[Mask, int, int]:
    """Return a fine letter at its size, its pen standing at (x, y) to a third of a pixel, and its (left, top)."""
    left, top = round(x * FINE) + ink.left, round(y * FINE) + ink.top
    before_x, before_y = left % FINE, top % FINE
    rows, columns = ink.mask.shape
    after_x, after_y = -(columns + before_x) % FINE, -(rows + before_y) % FINE
    padded = cv2.copyMakeBorder(ink.mask, before_y, after_y, before_x, after_x, cv2.BORDER_CONSTANT, value=0)
    small = cv2.resize(padded, (padded.shape[1] // FINE, padded.shape[0] // FINE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), left // FINE, top // FINE


def _hue(ground: Colour, rng: np.random.Generator) -> Colour:
    """Choose one of 25 hues, darker than light paper or lighter than dark paper."""
    light = (max(ground) + min(ground)) / 510
    light += float(rng.uniform(-0.45, -0.25) if light >= 0.5 else rng.uniform(0.25, 0.45))
    red, green, blue = colorsys.hls_to_rgb(int(rng.integers(0, 25)) / 24, light, float(rng.uniform(0.6, 0.8)))
    return int(red * 255), int(green * 255), int(blue * 255)


def _grey(low: int, high: int, rng: np.random.Generator) -> Colour:
    """Choose a grey of equal hexadecimal digits."""
    value = 17 * int(rng.integers(low, high + 1))
    return value, value, value


def _page(text: str, size: float, rng: np.random.Generator) -> tuple[int, int, float]:
    """Choose (width, height) and the scale at which the drawing is rasterised."""
    sizes = ((150, 50), (150, 50), (150, 50), (150, 50), (100, 40), (120, 40), (100, 35), (130, 48), (200, 60))
    width, height = sizes[int(rng.integers(len(sizes)))]
    if rng.random() < 0.2:
        width, height = round(width * rng.uniform(0.8, 1.3)), round(height * rng.uniform(0.85, 1.2))
    scale = 1.0 if rng.random() < 0.7 else float(rng.choice([0.75, 1.25, 1.5, 2.0, rng.uniform(0.7, 2)]))
    return max(width, round(0.46 * size * (cells(text) + 1))), height, scale


def _drawn(
    text: str, faces: Faces, rng: np.random.Generator, *, shadowed: bool, coloured: bool, curves: tuple[int, int]
) -> Picture:
    """Draw letters and curves over each other in random order."""
    size = 56.0 if rng.random() < 0.7 else float(rng.choice([36, 40, 44, 48, 50, 60]))
    size *= 0.66 if shadowed else float(rng.choice([1.0, 0.8, 0.66]))
    wide, high, scale = _page(text, size, rng)
    width, height = round(wide * scale), round(high * scale)
    inverse = not coloured and rng.random() < 0.08
    ground: Colour = (255, 255, 255)
    if inverse:
        ground = _grey(0, 4, rng)
    elif coloured and rng.random() < 0.7:
        ground = PAPERS[int(rng.integers(len(PAPERS)))] if rng.random() < 0.8 else random_colour(rng, 150, 255)
    all_black = not coloured and not inverse and rng.random() < 0.08
    pitch = (wide - 2) / (len(text) + 1) * scale
    size = min(size * scale, 1.05 * height, pitch * (2.4 if text.isascii() else 1.3))
    path = face(text, faces, rng, *(SHADOW if shadowed else ()), any_face=0.35)
    depth = 0.085 if rng.random() < 0.7 else float(rng.uniform(0.05, 0.12))
    slant = int(rng.choice([-14, -7, 7, 14])) if rng.random() < 0.25 else 0
    while True:
        pixels = max(8, 2 * round(size / 2))
        shadow = max(2, round(pixels * FINE * depth)) if shadowed else 0
        inks = [_fine(path, pixels, sign, shadow, slant) for sign in text]
        above = max((-ink.top for ink in inks if ink.mask.size), default=0) / FINE
        below = max((ink.top + ink.mask.shape[0] for ink in inks if ink.mask.size), default=0) / FINE
        if above + below < height - 1 or pixels == 8:
            break
        size *= 0.9
    base = (0.5 + 0.32 * (size / height)) * height + (0.03 * height if shadowed else 0)
    base = max(min(base, height - below - 0.4), above + 0.4)
    picture = blank(width, height, ground)
    things = [*range(len(text)), *[-1] * int(rng.integers(curves[0], curves[1] + 1))]
    for thing in rng.permutation(np.array(things, np.intp)).tolist():
        if thing < 0:
            colour = _hue((255, 255, 255), rng) if coloured else _grey(*((7, 15) if inverse else (1, 9)), rng)
            _curve(picture, (0, 0, 0) if all_black else colour, scale, rng)
            continue
        ink = inks[thing]
        if not ink.mask.size:
            continue
        colour = _hue(ground, rng) if coloured else _grey(*((10, 14) if inverse else (1, 4)), rng)
        mask, left, top = _shrunk(ink, (thing + 1) * pitch - ink.advance / FINE / 2, base)
        left, top = max(0, min(left, width - mask.shape[1])), max(0, min(top, height - mask.shape[0]))
        blend(picture, mask, (0, 0, 0) if all_black else colour, left, top)
    return picture


def _curve(picture: Picture, colour: Colour, scale: float, rng: np.random.Generator) -> None:
    """Draw a Bézier curve from the left side to the right one."""
    height, width = picture.shape[:2]
    y, edge = rng.uniform(1, height - 1, 4), 21 * scale
    x = [rng.uniform(1, edge), *rng.uniform(width / 2 - edge, width / 2 + edge, 2), width - rng.uniform(1, edge)]
    points = np.rint(bezier(list(zip(x, y.tolist(), strict=True)), 20) * 32).astype(np.int32)
    page = np.zeros((2 * height, 2 * width), np.uint8)
    cv2.polylines(page, [points], False, 255, max(1, round(2 * scale - 1)), cv2.LINE_AA, 4)
    blend(picture, np.asarray(cv2.resize(page, (width, height), interpolation=cv2.INTER_AREA), np.uint8), colour)


def draw_svgcaptcha(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha of svg-captcha without options: grey shadows of letters on white under one curve."""
    return _drawn(text, faces, rng, shadowed=True, coloured=False, curves=(1, 1) if rng.random() < 0.7 else (0, 4))


def draw_svgcaptcha_coloured(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha of svg-captcha in colour: shadows of letters, a colour each, under several curves."""
    return _drawn(text, faces, rng, shadowed=True, coloured=True, curves=(1, 4) if rng.random() < 0.8 else (0, 6))


def draw_svgcaptcha_filled(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha of svg-captcha with a typeface of the user's: filled outlines, grey or coloured."""
    return _drawn(text, faces, rng, shadowed=False, coloured=bool(rng.random() < 0.6), curves=(1, 4))


LOOKS: dict[str, Draw] = {
    "svgcaptcha": draw_svgcaptcha,
    "svgcaptcha_coloured": draw_svgcaptcha_coloured,
    "svgcaptcha_filled": draw_svgcaptcha_filled,
}
"""Looks by name."""
