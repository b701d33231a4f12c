"""Captchas of PHP tutorials and small Chinese content systems that draw with GD.

Tutorials (100x30, white, `imagestring` with GD's built-in font 5 at a quarter of the width each, letters 0-120, 200
single pixels 50-200, 3 or 4 lines 80-220), the same with a TrueType face, DedeCMS (68x24, pale paper, turned letters),
PHPCMS (130x50, one dark colour, thick waves), EmpireCMS (digits with built-in font 5 over a plain colour) and noise of
stars and letters (`imagestring` with font 1 and 2).
"""

from __future__ import annotations

from string import ascii_letters, digits

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Picture, blank, letter, line, place, random_colour
from generators.drawing.faces import Faces
from generators.drawing.lettering import Draw, crisp, face, frame, legible, put, row, speckle, strokes, turn

SMALL = ((100, 30), (100, 30), (60, 20), (60, 25), (80, 30), (120, 40), (150, 50), (70, 25))


def draw_bitmap(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a PHP tutorial's captcha: GD's built-in font at its only sizes, each letter anywhere in its column."""
    width, height = frame(text, SMALL, rng)
    ground = (255, 255, 255) if rng.random() < 0.5 else random_colour(rng, 190, 255)
    if rng.random() < 0.1:
        ground = random_colour(rng, 0, 80)
    picture = blank(width, height, ground)
    path = faces.one(text, rng, styles=("pixel", "mono"))
    size = float(rng.choice([13, 15, 15, 16]))
    if rng.random() < 0.25:
        size = 0.5 * height
    letters = row(text, path, size, width - 6, tall=height - 4, sharp=True)
    own, before = rng.random() < 0.7, rng.random() < 0.5
    one = legible(rng, ground, 0, 255 if sum(ground) < 300 else 130, 70)
    if before:
        _dust(picture, rng)
    slack = max(0.0, width - 6 - letters.width)
    spread = slack * rng.uniform(0.2, 0.95) / max(1, len(text))
    left = 3 + rng.uniform(0, max(0.0, slack - spread * len(text)))
    for number, (ink, pen) in enumerate(zip(letters.inks, letters.pens, strict=True)):
        paint = legible(rng, ground, 0, 255 if sum(ground) < 300 else 120, 70) if own else one
        lowest = height - 2 - letters.below
        base = rng.uniform(min(letters.above + 2, lowest), lowest)
        put(picture, ink, paint, (left + pen + spread * (number + rng.uniform(0, 0.8)), base), edge=1)
    if not before:
        _dust(picture, rng)
    if rng.random() < 0.25:
        cv2.rectangle(picture, (0, 0), (width - 1, height - 1), random_colour(rng, 0, 180), 1)
    return picture


def _dust(picture: Picture, rng: np.random.Generator) -> None:
    """Add a tutorial's pixels (50 to 200) and lines (80 to 220), in place."""
    height, width = picture.shape[:2]
    if rng.random() < 0.85:
        number = int(width * height * rng.choice([0.02, 0.04, 0.067, 0.1]))
        one = None if rng.random() < 0.7 else random_colour(rng, 50, 200)
        speckle(picture, number, one, rng, 50, 200)
    for _ in range(int(rng.choice([0, 2, 3, 3, 4, 6]))):
        ends = rng.uniform((1, 1), (width, height), (1, 2, 2))
        strokes(picture, ends, random_colour(rng, 80, 220))


def draw_truetype(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a PHP tutorial's captcha with `imagettftext`: pale paper, dark turned letters, lines, stars as noise."""
    width, height = frame(text, ((100, 30), (130, 50), (120, 40), (150, 50), (160, 50), (200, 60)), rng)
    ground = random_colour(rng, 157, 255) if rng.random() < 0.6 else (255, 255, 255)
    picture = blank(width, height, ground)
    for _ in range(int(rng.choice([0, 4, 6, 6, 10]))):
        strokes(picture, rng.uniform(0, (width, height), (1, 2, 2)), random_colour(rng, 0, 156))
    if rng.random() < 0.6:
        path = faces.one("0A", rng, styles=("mono",))
        glyphs = [crisp(letter(path, int(rng.integers(7, 11)), sign)) for sign in "0A"]
        if rng.random() < 0.6:  # the asterisk of the tutorial, drawn as three short lines
            for x, y in rng.uniform(0, (width, height), (int(rng.integers(20, 110)), 2)):
                star = np.array(
                    [[[x - 2, y], [x + 2, y]], [[x - 1, y - 2], [x + 1, y + 2]], [[x + 1, y - 2], [x - 1, y + 2]]]
                )
                strokes(picture, star, random_colour(rng, 200, 255))
        else:
            for x, y in rng.uniform(0, (width, height), (20, 2)):
                place(picture, glyphs[int(rng.integers(2))], random_colour(rng, 170, 240), (x, y))
    path = face(text, faces, rng, "DejaVu Sans", "Arimo", "Open Sans", styles=("sans",))
    letters = row(text, path, 0.62 * height, 0.92 * width, tall=0.8 * height, gap=0.1)
    own, one = rng.random() < 0.75, legible(rng, ground, 0, 156, 70)
    slack = max(0.0, width - 4 - letters.width)
    step = slack * rng.uniform(0.1, 0.9) / len(text)
    left = 2 + rng.uniform(0, slack - step * len(text))
    for number, (ink, pen, sign) in enumerate(zip(letters.inks, letters.pens, text, strict=True)):
        paint = legible(rng, ground, 0, 156, 60) if own else one
        put(
            picture,
            ink,
            paint,
            (left + pen + step * number, letters.baseline(height) + rng.uniform(-0.1, 0.1) * height),
            degrees=turn(sign, rng, 30),
            edge=1,
        )
    if rng.random() < 0.4:
        _dust(picture, rng)
    return picture


def draw_dedecms(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha of DedeCMS: small turned letters of one dark colour over short lines, with a frame or relief."""
    width, height = frame(text, ((68, 24), (68, 24), (80, 28), (88, 34)), rng)
    ground = random_colour(rng, 215, 255)
    picture = blank(width, height, ground)
    pale = random_colour(rng, 150, 225)
    if rng.random() < 0.6:
        count = int(rng.integers(4, 26))
        starts = rng.uniform(0, (width, height), (count, 2))
        ends = np.stack([starts, starts + rng.uniform(-0.6, 0.6, (count, 2)) * height], 1)
        strokes(picture, ends, pale)
    if rng.random() < 0.4:
        for x in range(int(rng.integers(0, 6)), width, int(rng.integers(5, 12))):
            strokes(picture, np.array([[[x, 0], [x, height]]]), pale)
    path = face(text, faces, rng, "Archivo Black", "Alfa Slab One", "DejaVu Sans", styles=("display", "sans"))
    letters = row(text, path, 0.75 * height, width - 8, tall=0.82 * height)
    shades = [legible(rng, ground, 0, 130, 90) for _ in range(3)]
    slack = max(0.0, width - 6 - letters.width)
    left, shadow = 3 + rng.uniform(0, 0.4) * slack, rng.random() < 0.3
    for number, (ink, pen) in enumerate(zip(letters.inks, letters.pens, strict=True)):
        pen_at = (left + pen + 0.5 * slack * number / len(text), letters.baseline(height) + rng.uniform(-2, 2))
        turn = float(rng.uniform(-15, 15))
        if shadow:
            put(picture, ink, (255, 255, 255), (pen_at[0] + 1, pen_at[1] + 1), degrees=turn)
        put(picture, ink, shades[int(rng.integers(3))], pen_at, degrees=turn)
    kind = rng.random()
    if kind < 0.15 and len(text) < 9:  # emboss and negate, two of its filters
        relief = cv2.filter2D(picture, cv2.CV_16S, np.array([[1.5, 0, 0], [0, 0, 0], [0, 0, -1.5]]))
        picture = np.clip(relief + 127, 0, 255).astype(np.uint8)
    elif kind < 0.25:
        picture = np.asarray(255 - picture, np.uint8)
    if rng.random() < 0.5:
        cv2.rectangle(picture, (0, 0), (width - 1, height - 1), random_colour(rng, 80, 200), 1)
    return picture


def draw_phpcms(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha of PHPCMS: large letters of one colour, bent by a sine, under a wave of the same colour."""
    width, height = frame(text, ((130, 50), (130, 50), (120, 40), (100, 26), (200, 50)), rng)
    ground = (0xED, 0xF7, 0xFF) if rng.random() < 0.4 else random_colour(rng, 215, 255)
    ink = legible(rng, ground, 0, 170, 90)
    picture = blank(width, height, ground)
    path = face(
        text, faces, rng, "Old Standard", "Libre Baskerville", "Tinos", "Alfa Slab One", styles=("serif", "slab")
    )
    letters = row(text, path, 0.68 * height, 0.86 * width, tall=0.75 * height, gap=0.04)
    left = (width - letters.width) * rng.uniform(0.15, 0.85)
    for glyph, pen in zip(letters.inks, letters.pens, strict=True):
        put(
            picture,
            glyph,
            ink,
            (left + pen, letters.baseline(height) + rng.uniform(-0.06, 0.06) * height),
            degrees=float(rng.uniform(-15, 15)),
            edge=1,
        )
    x = np.arange(0, width + 2, 2.0)
    for _ in range(int(rng.choice([0, 1, 1, 2]))):
        swing, middle = rng.uniform(0.08, 0.35) * height, rng.uniform(0.35, 0.65) * height
        y = middle + swing * np.sin(2 * np.pi * x / (rng.uniform(0.6, 2) * width) + rng.uniform(0, 6))
        line(picture, np.column_stack([x, y]), ink, int(rng.choice([1, 1, 2, 3]) * height / 50 + 0.5), smooth=False)
    if rng.random() < 0.4:
        speckle(picture, int(rng.integers(20, 200)), None, rng, 60, 230)
    return picture


def draw_small_letters(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a GD captcha over many small letters in pale colours, the text in one dark colour or many."""
    width, height = frame(text, ((120, 40), (150, 50), (160, 60), (100, 40), (200, 70)), rng)
    ground = random_colour(rng, 225, 255)
    picture = blank(width, height, ground)
    path = faces.one(
        digits + ascii_letters if faces.covers(digits + ascii_letters) else "0", rng, styles=("mono", "sans")
    )
    signs = digits + ascii_letters if faces.covers(digits + ascii_letters) else "0"
    size, sharp = int(rng.integers(8, max(9, height // 4))), rng.random() < 0.6
    small = [letter(path, size, signs[int(number)]) for number in rng.integers(0, len(signs), 10)]
    small = [crisp(ink) for ink in small] if sharp else small
    for x, y in rng.uniform(
        (-4, 0), (width, height + size), (int(width * height / size**2 * rng.uniform(0.25, 0.8)), 2)
    ):
        place(picture, small[int(rng.integers(len(small)))], random_colour(rng, 150, 230), (x, y))
    path = face(text, faces, rng, "DejaVu Sans", "Arimo", "Open Sans", styles=("sans", "serif"))
    letters = row(text, path, 0.62 * height, 0.92 * width, tall=0.8 * height, gap=float(rng.uniform(0, 0.15)))
    own, one = rng.random() < 0.4, legible(rng, (170, 170, 170), 0, 150, 60)
    left = (width - letters.width) * rng.uniform(0.1, 0.9)
    for ink, pen, sign in zip(letters.inks, letters.pens, text, strict=True):
        paint: Colour = legible(rng, (170, 170, 170), 0, 150, 60) if own else one
        put(
            picture,
            ink,
            paint,
            (left + pen, letters.baseline(height) + rng.uniform(-0.08, 0.08) * height),
            degrees=turn(sign, rng, 25),
            edge=1,
        )
    if rng.random() < 0.4:
        strokes(picture, rng.uniform(0, (width, height), (2, 2, 2)), one)
    return picture


LOOKS: dict[str, Draw] = {
    "gd_bitmap": draw_bitmap,
    "gd_truetype": draw_truetype,
    "dedecms": draw_dedecms,
    "phpcms": draw_phpcms,
    "gd_small_letters": draw_small_letters,
}
"""Looks by name."""
