"""Captchas of .NET programs, after the settings in their sources and in tutorials.

ASP.NET's ValidateCode (13 columns a letter, 22 rows, Arial bold italic 12, gradient from blue to dark red, 25 silver
lines, 100 pixels, silver frame; larger ones twisted by a sine), its sister with a font and one of eight colours a
letter, Lazy.Captcha.Core (130x48, twelve colours, three bubbles, one Bézier curve) and SkiaSharp tutorials.
"""

from __future__ import annotations

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Mask, Picture, bezier, blank, blend, circle, line, random_colour
from generators.drawing.distortion import grid, wave
from generators.drawing.faces import Faces
from generators.drawing.lettering import (
    Draw,
    Row,
    face,
    frame,
    legible,
    put,
    row,
    speckle,
    stamp,
    strokes,
    turn,
)

ARIAL = ("Arimo", "Liberation Sans", "DejaVu Sans")
SILVER = (192, 192, 192)
NAMED: tuple[Colour, ...] = (
    (0, 0, 0), (255, 0, 0), (0, 0, 139), (0, 128, 0), (210, 105, 30), (165, 42, 42), (0, 139, 139), (128, 0, 128),
)  # fmt: skip
"""Black, red, dark blue, green, chocolate, brown, dark cyan and purple."""
LAZY: tuple[Colour, ...] = (
    (0, 135, 255), (51, 153, 51), (255, 102, 102), (255, 153, 0), (153, 102, 0), (153, 102, 153), (51, 153, 153),
    (102, 102, 255), (0, 102, 204), (204, 51, 51), (0, 153, 204), (0, 51, 102),
)  # fmt: skip
"""Colours of Lazy.Captcha.Core."""


def word_mask(letters: Row, width: int, height: int, left: float, base: float, *, shear: float = 0) -> Mask:
    """Return a mask (height, width) of a row."""
    page = np.zeros((height, width), np.uint8)
    for ink, pen in zip(letters.inks, letters.pens, strict=True):
        stamp(page, ink, (left + pen, base), shear=shear)
    return page


def _gradient(width: int, height: int, first: Colour, second: Colour, slope: float) -> Picture:
    """Return a picture that goes from one colour to another along a slope (rows a column)."""
    x, y = grid(width, height)
    share = np.clip((x + slope * y) / max(1.0, width + slope * height), 0, 1)[..., None]
    return (np.array(first, np.float32) * (1 - share) + np.array(second, np.float32) * share).astype(np.uint8)


def draw_validate_code(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw ASP.NET's ValidateCode: bold italic letters, blue to dark red, over silver lines and under pixels."""
    height = int(rng.choice([22, 22, 25, 27, 30, 36, 40]))
    width, height = frame(text, ((round(height * 0.61 * max(4, len(text))), height),), rng)
    picture = blank(width, height)
    count = int(rng.choice([0, 2, 10, 12, 25, 25, 25, 40]))
    strokes(picture, rng.uniform(0, (width, height), (count, 2, 2)), SILVER if rng.random() < 0.8 else (220, 190, 190))
    path = face(text, faces, rng, "Arimo", "Liberation Sans", any_face=0.3)
    letters = row(text, path, 0.74 * height, width - 8, tall=0.84 * height, gap=float(rng.uniform(-0.04, 0.08)))
    slant = 0.21 if rng.random() < 0.75 else 0.0
    mask = word_mask(
        letters,
        width,
        height,
        min(3.0 + rng.uniform(0, 6), width - letters.width - 2),
        letters.baseline(height) + rng.uniform(-1, 1),
        shear=slant,
    )
    if rng.random() < 0.6:  # bold by smearing, as GDI does
        mask[:, 1:] = np.maximum(mask[:, 1:], mask[:, :-1])
    first, second = (0, 0, 255), (139, 0, 0)
    if rng.random() < 0.3:
        first, second = legible(rng, (255, 255, 255), 0, 200, 90), legible(rng, (255, 255, 255), 0, 200, 90)
    blend(picture, mask, _gradient(width, height, first, second, float(rng.uniform(0, 1.2))))
    twisted = rng.random() < 0.35
    if twisted:
        swing = min(3.0, 0.09 * height) * float(rng.uniform(0.4, 1))
        picture = wave(
            picture,
            amplitude=swing,
            period=float(height),
            phase=float(rng.uniform(0, 6.3)),
            rows=True,
            border=(255, 255, 255),
            smooth=False,
        )
    speckle(picture, int(rng.choice([0, 30, 80, 100, 100, 150])), None, rng)
    if rng.random() < 0.85:
        cv2.rectangle(picture, (0, 0), (width - 1, height - 1), SILVER, 1)
    return picture


def draw_random_fonts(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw an ASP.NET captcha with a font and a named colour for each letter, at two heights in turn."""
    width, height = frame(text, ((80, 22), (100, 30), (100, 30), (120, 40), (75, 30), (64, 24), (130, 36)), rng)
    ground = (255, 255, 255) if rng.random() < 0.6 else random_colour(rng, 225, 255)
    picture = blank(width, height, ground)
    pale = random_colour(rng, 180, 225) if rng.random() < 0.6 else None
    for _ in range(int(rng.choice([0, 2, 5, 10, 10, 20]))):
        strokes(picture, rng.uniform(0, (width, height), (1, 2, 2)), pale or random_colour(rng, 100, 240))
    for _ in range(int(rng.choice([0, 0, 1, 2, 3]))):
        points = [(float(x), float(y)) for x, y in rng.uniform(0, (width, height), (4, 2))]
        line(picture, bezier(points), pale or random_colour(rng, 80, 220), 1, smooth=bool(rng.random() < 0.5))
    paths = [face(text, faces, rng, *ARIAL, "Comic Neue", "Gelasio", "Tinos", styles=("sans",)) for _ in text]
    letters = row(text, paths, 0.62 * height, width - 6, tall=0.78 * height, gap=0.06)
    left, base = 2 + rng.uniform(0, 0.5) * max(0, width - 4 - letters.width), letters.baseline(height)
    shear, turning = float(rng.choice([0, 0.2])), float(rng.choice([0, 0, 15, 25]))
    for number, (ink, pen, sign) in enumerate(zip(letters.inks, letters.pens, text, strict=True)):
        rise = (-1 if number % 2 else 1) * 0.05 * height
        put(
            picture,
            ink,
            NAMED[int(rng.integers(8))],
            (left + pen, base + rise),
            shear=shear,
            degrees=turn(sign, rng, turning),
            edge=1,
        )
    if rng.random() < 0.5:
        number = int(rng.choice([20, 50, 100, 150]))
        speckle(picture, number, SILVER if rng.random() < 0.4 else None, rng)
    if rng.random() < 0.35:
        picture = wave(
            picture,
            amplitude=0.06 * height,
            period=float(height) * 1.1,
            phase=float(rng.uniform(0, 6.3)),
            rows=bool(rng.random() < 0.8),
            border=ground,
            smooth=False,
        )
    if rng.random() < 0.5:
        cv2.rectangle(picture, (0, 0), (width - 1, height - 1), SILVER, 1)
    return picture


def draw_lazy(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw Lazy.Captcha.Core's captcha: coloured letters in even cells, bubbles and a Bézier curve behind them."""
    width, height = frame(text, ((130, 48), (130, 48), (98, 35), (120, 40), (160, 60), (150, 50)), rng)
    ground = (255, 255, 255)
    if rng.random() < 0.2:
        ground = random_colour(rng, 200, 255) if rng.random() < 0.6 else random_colour(rng, 0, 50)
    picture = blank(width, height, ground)
    own = rng.random() < 0.85

    def colour() -> Colour:
        if own or rng.random() < 0.7:
            return LAZY[int(rng.integers(len(LAZY)))]
        return random_colour(rng, 30, 200)

    for _ in range(int(rng.choice([0, 3, 3, 3, 5, 8]))):
        size, thick = float(rng.uniform(5, 15)) / 2 * height / 40, int(rng.choice([1, 1, 2]))
        circle(picture, (rng.uniform(0, width), rng.uniform(0, height)), size, colour(), thick)
    for _ in range(int(rng.choice([0, 1, 1, 1, 2, 3]))):
        x = rng.uniform(0.25, 0.75, 2) * width
        y = rng.uniform((0.5, 0.1, 0.1, 0.1), (0.9, 0.5, 0.9, 0.9)) * height
        points = [(5.0, y[0]), (x[0], y[2]), (x[1], y[3]), (width - 5.0, y[1])]
        line(picture, bezier(points), colour(), int(rng.choice([1, 1, 2])))
    path = face(
        text, faces, rng, "LXGW WenKai", "Chakra Petch", "Comic Neue", "Jost", styles=("display", "kai", "hand")
    )
    letters = row(text, path, 0.62 * height, 0.94 * width, tall=0.78 * height)
    slack = max(0.0, width - letters.width) / len(text)
    whole, one = rng.random() < 0.15, colour()
    for number, (ink, pen) in enumerate(zip(letters.inks, letters.pens, strict=True)):
        paint = one if whole else colour()
        put(picture, ink, paint, (pen + slack * (number + 0.5), letters.baseline(height) + 0.04 * height), edge=1)
    return picture


def draw_skia(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a SkiaSharp or ImageSharp tutorial's captcha: smooth turned letters, smooth lines and dots."""
    width, height = frame(text, ((120, 40), (100, 40), (130, 50), (160, 60), (200, 80), (110, 36)), rng)
    ground = (255, 255, 255) if rng.random() < 0.45 else random_colour(rng, 215, 255)
    if rng.random() < 0.12:
        ground = random_colour(rng, 10, 80)
    picture = blank(width, height, ground)
    dark = sum(ground) > 380
    for _ in range(int(rng.choice([0, 2, 4, 8, 15]))):
        ends = rng.uniform(0, (width, height), (2, 2))
        line(picture, ends, random_colour(rng, *((130, 230) if dark else (60, 150))), int(rng.choice([1, 1, 2])))
    for x, y in rng.uniform(0, (width, height), (int(rng.choice([0, 20, 50, 100])), 2)):
        circle(picture, (x, y), 0.6 + rng.random(), random_colour(rng, *((90, 230) if dark else (60, 180))), -1)
    path = face(text, faces, rng, *ARIAL, styles=("sans",))
    letters = row(text, path, 0.66 * height, 0.92 * width, tall=0.8 * height, gap=float(rng.uniform(0, 0.12)))
    left, own, most = (
        (width - letters.width) * rng.uniform(0.2, 0.8),
        rng.random() < 0.6,
        float(rng.choice([0, 10, 15, 30])),
    )
    one = legible(rng, ground, apart=80)
    for ink, pen, sign in zip(letters.inks, letters.pens, text, strict=True):
        paint = legible(rng, ground, apart=80) if own else one
        put(
            picture,
            ink,
            paint,
            (left + pen, letters.baseline(height) + rng.uniform(-0.08, 0.08) * height),
            degrees=turn(sign, rng, most),
            edge=1,
        )
    if rng.random() < 0.3:
        picture = wave(
            picture,
            amplitude=0.05 * height,
            period=rng.uniform(0.4, 1) * width,
            phase=float(rng.uniform(0, 6.3)),
            border=ground,
        )
    return picture


LOOKS: dict[str, Draw] = {
    "validate_code": draw_validate_code,
    "random_fonts": draw_random_fonts,
    "lazy_captcha": draw_lazy,
    "skia": draw_skia,
}
"""Looks by name."""
