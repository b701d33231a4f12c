"""Captchas of Java servlets, after the code that tutorials and projects share.

The JSP of countless tutorials (60x20, ground 200-250, 155 strokes of up to 12 pixels 160-200, Times New Roman 18,
letters 20-130 every 13 columns, no smoothing), its larger kin with turned letters and full lines, VerifyCodeUtils
(Algerian italic as high as the image, text 100-160, 20 lines 160-200, 5 % noise, sheared along both axes) and the flash
sale tutorial's sum (80x32, 0xDCDCDC, Candara bold 24 in (0, 100, 0), 50 dots, black frame).
"""

from __future__ import annotations

import cv2
import numpy as np

from generators.drawing.canvas import Picture, blank, random_colour
from generators.drawing.distortion import grid, shifted
from generators.drawing.faces import Faces
from generators.drawing.lettering import (
    Draw,
    face,
    frame,
    legible,
    put,
    row,
    speckle,
    strokes,
    turn,
)

TIMES = ("TeX Gyre Termes", "Tinos")
SANS = ("Arimo", "DejaVu Sans")


def draw_jsp(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw the JSP tutorial's captcha: small hard-edged Times in dark colours over a carpet of short strokes."""
    width, height = frame(text, ((60, 20), (60, 20), (60, 20), (85, 20), (80, 25), (100, 30), (120, 40)), rng)
    ground = random_colour(rng, 200, 250)
    picture = blank(width, height, ground)
    count = int(155 * rng.choice([1, 1, 1, 0.5, 0.2]) * width * height / 1200 / max(1.0, height / 24))
    starts = rng.uniform(0, (width, height), (count, 2))
    reach = float(rng.choice([12, 12, 5])) * max(1.0, height / 26)
    low, high = (160, 200) if rng.random() < 0.8 else (120, 200)
    strokes(picture, np.stack([starts, starts + rng.uniform(0, reach, (count, 2))], 1), random_colour(rng, low, high))
    path = face(text, faces, rng, *TIMES, "DejaVu Serif", styles=("serif",), any_face=0.3)
    hard = rng.random() < 0.8
    letters = row(text, path, 0.9 * height, width - 7, tall=height - 3, pitch=13 / 18, sharp=hard)
    base = min(0.8 * height, height - 2 - letters.below)
    own, one = rng.random() < 0.85, random_colour(rng, 20, 130)
    for ink, pen in zip(letters.inks, letters.pens, strict=True):
        paint = random_colour(rng, 20, 130) if own else one
        put(picture, ink, paint, (min(6, width - letters.width - 1) + pen, base))
    if rng.random() < 0.15:
        speckle(picture, int(rng.integers(20, 120)), None, rng)
    return picture


def draw_full_lines(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a servlet's captcha with bold turned letters in even columns, lines from side to side, dots or a frame."""
    width, height = frame(text, ((90, 30), (100, 40), (120, 40), (120, 35), (160, 40), (110, 30)), rng)
    ground = (255, 255, 255) if rng.random() < 0.4 else random_colour(rng, 200, 250)
    if rng.random() < 0.1:
        ground = (0, 0, 255) if rng.random() < 0.3 else random_colour(rng, 0, 90)
    picture = blank(width, height, ground)
    smooth, dark = rng.random() < 0.4, sum(ground) > 380
    over = rng.random() < 0.4

    def clutter() -> None:
        black = rng.random() < 0.25
        for _ in range(int(rng.choice([0, 3, 5, 8, 10, 20, 40]) * (0.4 if over else 1))):
            ends = rng.uniform(0, (width, height), (1, 2, 2))
            if rng.random() < 0.4:
                ends[0, 1] = ends[0, 0] + rng.uniform(0, 12, 2)
            strokes(picture, ends, (0, 0, 0) if black else random_colour(rng, 60, 240), smooth=smooth)

    if not over:
        clutter()
    path = face(text, faces, rng, *SANS, *TIMES, "Gelasio", styles=("sans", "serif"))
    letters = row(text, path, 0.72 * height, 0.94 * width, tall=0.84 * height, gap=0.08, sharp=not smooth)
    slack = max(0.0, width - letters.width - 4) * rng.uniform(0.2, 1) / len(text)
    left = 2 + rng.uniform(0, max(0.0, width - letters.width - 4 - slack * len(text)))
    most, italic = float(rng.choice([0, 0, 15, 30])), float(rng.choice([0, 0, 0.21]))
    own, one = rng.random() < 0.7, legible(rng, ground, 0, 150 if dark else 255, 80)
    for number, (ink, pen, sign) in enumerate(zip(letters.inks, letters.pens, text, strict=True)):
        paint = legible(rng, ground, 0, 150 if dark else 255, 80) if own else one
        at = left + pen + slack * (number + 0.3), letters.baseline(height) + rng.uniform(-0.06, 0.06) * height
        put(picture, ink, paint, at, degrees=turn(sign, rng, most), shear=italic, edge=1)
    if over:
        clutter()
    if rng.random() < 0.4:
        speckle(picture, int(width * height * rng.choice([0.01, 0.02, 0.05])), None, rng)
    if rng.random() < 0.4:
        cv2.rectangle(picture, (0, 0), (width - 1, height - 1), (0, 0, 0) if dark else (200, 200, 200), 1)
    return picture


def draw_verify_code_utils(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw VerifyCodeUtils' captcha: tall slanted letters of one middle tone, noise, sheared by sines."""
    width, height = frame(text, ((200, 80), (100, 40), (110, 36), (120, 40), (130, 48)), rng)
    ground = random_colour(rng, 200, 250)
    picture = blank(width, height, ground)
    pale = random_colour(rng, 160, 200)
    starts = rng.uniform(0, (width, height), (int(rng.choice([20, 20, 20, 8, 0])), 2))
    reach = rng.uniform((41, 21), (47, 33), starts.shape) * max(0.5, height / 80)
    strokes(picture, np.stack([starts, starts + reach], 1), pale, smooth=True)
    speckle(picture, int(rng.choice([0.05, 0.05, 0.02, 0]) * width * height), None, rng)
    x, y = grid(width, height)
    swing = rng.uniform(0, 2, 2) * (1.4, 2.2)
    shift_x = swing[0] * np.sin(2 * np.pi * (y / (height * rng.uniform(0.4, 1)) + rng.random()))
    shift_y = swing[1] * np.sin(2 * np.pi * (x / (height * rng.uniform(0.4, 1.2)) + rng.random()))
    picture = shifted(picture, shift_x.astype(np.float32), shift_y.astype(np.float32), ground, smooth=False)
    path = face(text, faces, rng, "Playfair Display", "Libre Baskerville", "Rye", "Tinos", styles=("serif", "display"))
    letters = row(text, path, 0.86 * height, 0.9 * width, tall=0.84 * height)
    slack, ink = max(0.0, width - 8 - letters.width) / len(text), legible(rng, ground, 60, 160, 60)
    most = float(rng.choice([0, 20, 35, 45])) * min(1.0, 6 / len(text))
    for number, (glyph, pen, sign) in enumerate(zip(letters.inks, letters.pens, text, strict=True)):
        put(
            picture,
            glyph,
            ink,
            (4 + pen + slack * (number + 0.3), letters.baseline(height)),
            shear=0.2,
            degrees=turn(sign, rng, most),
            edge=1,
        )
    if rng.random() < 0.5:
        cv2.rectangle(picture, (0, 0), (width - 1, height - 1), (128, 128, 128), 1)
    return picture


def draw_flash_sale(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw the flash-sale tutorial's sum: bold green letters on light grey, a few dots, a black frame."""
    width, height = frame(text, ((80, 32), (80, 32), (80, 32), (100, 36), (120, 40)), rng)
    ground, ink = (0xDC, 0xDC, 0xDC), (0, 100, 0)
    if rng.random() < 0.4:
        ground = random_colour(rng, 190, 255)
        ink = legible(rng, ground, 0, 140, 100)
    picture = blank(width, height, ground)
    speckle(picture, int(rng.choice([0, 50, 50, 50, 150])), None if rng.random() < 0.4 else (0, 0, 0), rng)
    path = face(text, faces, rng, "Carlito", "Lato", "Signika", "Open Sans", styles=("sans",))
    letters = row(
        text,
        path,
        0.8 * height,
        width - 8,
        tall=0.85 * height,
        stroke=int(rng.random() < 0.3),
        sharp=bool(rng.random() < 0.6),
    )
    left = min(8.0, (width - letters.width) / 2) if rng.random() < 0.7 else (width - letters.width) / 2
    for glyph, pen in zip(letters.inks, letters.pens, strict=True):
        put(picture, glyph, ink, (left + pen, min(0.76 * height, height - 3 - letters.below)))
    if rng.random() < 0.8:
        cv2.rectangle(picture, (0, 0), (width - 1, height - 1), (0, 0, 0), 1)
    return picture


LOOKS: dict[str, Draw] = {
    "jsp": draw_jsp,
    "full_lines": draw_full_lines,
    "verify_code_utils": draw_verify_code_utils,
    "flash_sale": draw_flash_sale,
}
"""Looks by name."""
