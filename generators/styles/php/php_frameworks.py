"""Captchas of PHP frameworks and applications, after the settings in their sources.

Yii 2 (CaptchaAction: 120x50, 0x2040A0 on white, Spicy Rice, sizes 26 to 32, ±10°, letters 2 pixels closer),
CodeIgniter's captcha helper (150x30, a spiral of 639 lines, text (204, 153, 153), frame (153, 102, 102)), Discuz!
(150x60, gradient or photograph, a face and a colour each letter, black shadow, arcs and lines drawn thrice), WordPress'
Really Simple CAPTCHA (72x24, black on white, 15 columns a letter) and Drupal's image captcha (height twice the letters'
size).
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
    luma,
    mean_colour,
    put,
    row,
    speckle,
    strokes,
    turn,
)
from generators.drawing.paper import blocks, clouds

HEAVY = (
    "Spicy Rice",
    "Galindo",
    "Chewy",
    "Alfa Slab One",
    "Archivo Black",
    "Bangers",
    "Baloo 2",
    "Fredoka",
    "Shantell Sans",
    "Gochi Hand",
)
"""Families as playful and heavy as Yii's typeface."""


def draw_yii(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha of Yii 2: one blue word of unequal, slightly turned letters that nearly touch."""
    width, height = frame(text, ((120, 50), (120, 50), (80, 40), (100, 40), (120, 40), (90, 50), (150, 50)), rng)
    ground, ink = (255, 255, 255), (0x20, 0x40, 0xA0)
    if rng.random() < 0.35:
        ground = random_colour(rng, 215, 255) if rng.random() < 0.75 else random_colour(rng, 0, 70)
        ink = legible(rng, ground, apart=90)
    path = face(text, faces, rng, *(HEAVY[:1] if rng.random() < 0.6 else HEAVY), any_face=0.3)
    start = min(10.0, 0.08 * width)
    whole = row(text, path, 0.75 * height, (width - start) * 0.9, tall=0.72 * height)
    picture = blank(width, height, ground)
    pen, base = start, min(height * 27 / 40, height - 2 - whole.below)
    for sign in text:
        one = row(sign, path, whole.size * rng.uniform(0.9, 1.1), width)
        put(picture, one.inks[0], ink, (pen, base), degrees=float(rng.uniform(-10, 10)))
        pen += one.inks[0].advance - 0.03 * whole.size
    return picture


def draw_codeigniter(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha of CodeIgniter's helper: a star-like spiral of pale lines, letters at random heights, a frame."""
    width, height = frame(text, ((150, 30), (150, 30), (150, 40), (120, 40), (200, 50), (140, 36), (180, 60)), rng)
    ground, frame_ink, ink, pale = (255, 255, 255), (153, 102, 102), (204, 153, 153), (255, 182, 182)
    kind = rng.random()
    if kind < 0.3:
        ink, frame_ink, pale = (0, 0, 0), (255, 255, 255), (255, 40, 40)
    elif kind < 0.6:
        ground, ink = random_colour(rng, 215, 255), random_colour(rng, 0, 130)
        pale, frame_ink = random_colour(rng, 150, 245), random_colour(rng, 40, 200)
    picture = blank(width, height, ground)
    steps = np.arange(int(rng.choice([20, 20, 20, 15, 10])) * 32 - 1)
    radius = float(rng.choice([16, 16, 12, 20])) / 32
    angle = 1 + 7.0 * (steps + 1)
    centre = np.array([rng.uniform(6, max(8, 360 / len(text) - 16)), rng.uniform(6, 1.3 * height)])
    ends = np.empty((len(steps), 2, 2))
    for end in range(2):
        far, turn = radius * (steps + end), angle + 7.0 * end
        ends[:, end] = centre + np.column_stack([far * np.cos(turn), far * np.sin(turn)])
    strokes(picture, ends, pale)
    bitmap = rng.random() < 0.4
    path = face(text, faces, rng, "DejaVu Sans", "Arimo", styles=("mono",) if bitmap else ("sans",), any_face=0.3)
    size = 15 * max(1.0, height / 40) if bitmap else 0.6 * height
    letters = row(text, path, size, width - 12, tall=0.8 * height, gap=0.15, sharp=bitmap)
    left = rng.uniform(5, max(6, width - letters.width - 5))
    for ink_, pen in zip(letters.inks, letters.pens, strict=True):
        put(picture, ink_, ink, (left + pen, rng.uniform(0.55, 0.95) * height), edge=2)
    cv2.rectangle(picture, (0, 0), (width - 1, height - 1), frame_ink, 1)
    return picture


def draw_discuz(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha of Discuz!: a face, size, angle and colour each letter, a black shadow, arcs and thick lines."""
    width, height = frame(text, ((150, 60), (150, 60), (100, 30), (200, 80), (130, 50)), rng)
    start, end = np.array(random_colour(rng, 200, 255)), np.array(random_colour(rng, 100, 150))
    if rng.random() < 0.6:
        share = np.linspace(0, 1, width)[None, :, None]
        picture = np.repeat((start * (1 - share) + end * share).astype(np.uint8), height, 0)
    else:
        picture = (clouds if rng.random() < 0.6 else blocks)(width, height, random_colour(rng, 130, 250), rng)
    middle = mean_colour(picture)
    own = rng.random() < 0.7
    one = legible(rng, middle, 0, 255, 60)
    for _ in range(int(rng.integers(0, max(0, min(height // 10, 14 - len(text))) + 2))):
        colour = random_colour(rng) if own else one
        at = rng.integers(0, (width, height))
        if rng.random() < 0.5:
            axes = (rng.integers(4, (width, height)) // 2).tolist()
            span = rng.uniform(0, 360, 2)
            cv2.ellipse(picture, at.tolist(), axes, 0, float(span[0]), float(span[0] + span[1]), colour, 1)
        else:
            strokes(
                picture,
                np.array([[at, rng.integers(0, (width, height))]]),
                colour,
                int(rng.choice([1, 2, 3]) if height > 45 else 1),
            )
    turning, sizing, shadow = rng.random() < 0.5, rng.random() < 0.4, rng.random() < 0.8
    paths = [
        face(text, faces, rng, "DejaVu Sans", "Arimo", "Tinos", styles=("sans", "serif", "display", "hand"))
        for _ in text
    ]
    letters = row(text, paths, 0.55 * height, 0.86 * width, tall=0.8 * height, gap=0.06)
    spare = max(0.0, width - 4 - letters.width)
    left = 2 + rng.uniform(0, spare)
    for ink, pen, sign in zip(letters.inks, letters.pens, text, strict=True):
        paint = legible(rng, middle, 0, 255, 45 if shadow else 65) if own else one
        angle, scale = (
            turn(sign, rng, 30.0 if turning else 0.0),
            (float(rng.uniform(0.85, 1.15)) if sizing else 1.0),
        )
        lowest = height - 2 - letters.below
        at_pen = (left + pen, rng.uniform(min(letters.above + 1, lowest), lowest))
        if shadow:
            put(picture, ink, (0, 0, 0), (at_pen[0] + 1, at_pen[1] + 1), degrees=angle, wider=scale, higher=scale)
        put(picture, ink, paint, at_pen, degrees=angle, wider=scale, higher=scale, edge=1)
    x, y = grid(width, height)
    if rng.random() < 0.15:
        bend = np.sin(2 * np.pi * y / height - np.pi / 2) * rng.choice([-1, 1]) * min(width / 20, spare / 3)
        picture = shifted(picture, bend.astype(np.float32), np.zeros_like(x), None, smooth=False)
    if rng.random() < 0.15:
        jump = rng.integers(-1, 2, (height, width)).astype(np.float32)
        picture = shifted(picture, jump, np.zeros_like(x), None, smooth=False)
    return picture


def draw_really_simple(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha of WordPress' Really Simple CAPTCHA: tiny serif letters, black on white, slightly turned."""
    width, height = frame(text, ((72, 24), (72, 24), (84, 28), (108, 36), (120, 40)), rng)
    ground, ink = (255, 255, 255), (0, 0, 0)
    if rng.random() < 0.3:
        ground = random_colour(rng, 200, 255) if rng.random() < 0.7 else random_colour(rng, 0, 60)
        ink = legible(rng, ground, apart=100)
    path = face(text, faces, rng, "Tinos", "EB Garamond", "Gelasio", styles=("serif",))
    letters = row(text, path, 0.78 * height, width - 8, tall=0.8 * height, pitch=15 / 19)
    picture = blank(width, height, ground)
    shear = float(rng.choice([0, 0, 0.2]))
    base, left = letters.baseline(height), min(6.0, max(2.0, width - letters.width - 2))
    for glyph, pen in zip(letters.inks, letters.pens, strict=True):
        put(
            picture,
            glyph,
            ink,
            (left + pen, base + rng.uniform(-2, 2)),
            degrees=float(rng.uniform(-12, 12)),
            shear=shear,
        )
    return picture


def draw_drupal(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw Drupal's image captcha: each letter in a tone near the text's, salt and pepper, lines, two slow waves."""
    size = float(rng.choice([30, 30, 24, 36, 16, 20]))
    spacing = float(rng.choice([1.2, 1.2, 1.0, 1.5, 0.9]))
    across, height = frame(text, ((60, round(2 * size)),), rng)
    path = face(text, faces, rng, "DejaVu Sans", "Lato", "Jost", styles=("sans",))
    letters = row(text, path, 0.5 * height, 1e9, gap=max(0.0, 0.5 * (spacing - 1)))
    width = max(across, round(letters.width + 0.8 * height * spacing * rng.uniform(0.6, 1)))
    ground, ink = (255, 255, 255), (0, 0, 0)
    if rng.random() < 0.35:
        ground = random_colour(rng, 190, 255) if rng.random() < 0.7 else random_colour(rng, 0, 70)
        ink = legible(rng, ground, apart=120)
    spread = int(rng.choice([0, 50, 100, 100]))
    picture = blank(width, height, ground)
    left, base = (width - letters.width) / 2, letters.baseline(height)
    for glyph, pen in zip(letters.inks, letters.pens, strict=True):
        toned = np.clip(np.array(ink) + rng.integers(-spread, spread + 1, 3), 0, 255).tolist()
        if abs(luma((toned[0], toned[1], toned[2])) - luma(ground)) < 60:
            toned = list(ink)
        put(
            picture,
            glyph,
            (toned[0], toned[1], toned[2]),
            (left + pen, base + rng.uniform(-0.2, 0.2) * size),
            degrees=float(rng.uniform(-10, 10)),
            edge=1,
        )
    if rng.random() < 0.5:
        count = int(width * height * rng.choice([0.01, 0.03, 0.05, 0.1]))
        spot = legible(rng, ground, apart=30)
        speckle(picture, count // 2, spot, rng)
        speckle(picture, count // 2, ground, rng)
    if rng.random() < 0.4:
        count = int(rng.integers(2, 10))
        strokes(picture, rng.uniform(0, (width, height), (count, 2, 2)), legible(rng, ground, apart=40))
    if rng.random() < 0.5:
        x, y = grid(width, height)
        swing = rng.uniform(0.01, 0.05) * height
        phase = rng.uniform(0, 6, 2)
        dx = swing * np.sin(2 * np.pi * y / (rng.uniform(0.6, 1.2) * height) + phase[0])
        dy = swing * np.sin(2 * np.pi * x / (rng.uniform(0.9, 2) * height) + phase[1])
        picture = shifted(
            picture, dx.astype(np.float32), dy.astype(np.float32), ground, smooth=bool(rng.random() < 0.7)
        )
    return picture


LOOKS: dict[str, Draw] = {
    "yii": draw_yii,
    "codeigniter": draw_codeigniter,
    "discuz": draw_discuz,
    "really_simple": draw_really_simple,
    "drupal": draw_drupal,
}
"""Looks by name."""
