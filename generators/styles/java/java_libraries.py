"""Captchas of Java libraries other than Kaptcha, EasyCaptcha and Hutool, after their sources.

SimpleCaptcha (nl.captcha: 200x50, black Arial or Courier bold 40 at 5 % and 75 %, gradient, curve of width 3, ripple
2.6/1.7 over 15/5, fish eye under a grid of sevenths, blocks, drop shadow, outlines), JCaptcha (gradient, deformed word,
holes of the ground's colour) and patchca (160x70, (25, 60, 170), a spline of 2 to 4 pixels; ripple 5 over 20/10, wobble
4/3 over 15, marble 1.1, diffuse 1.6).
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Picture, bezier, blank, blend, circle, hollow, line, random_colour
from generators.drawing.distortion import grid, shifted
from generators.drawing.faces import Faces
from generators.drawing.lettering import (
    Draw,
    face,
    frame,
    legible,
    mean_colour,
    put,
    row,
    stamp,
    strokes,
    turn,
)

TIMES = ("TeX Gyre Termes", "Tinos")


SANS = ("Arimo", "DejaVu Sans")


def _page(
    letters_text: str, path: str, width: int, height: int, size: float, left: float, base: float, gap: float = 0.0
) -> np.ndarray:
    """Return a mask (height, width) of a word."""
    page = np.zeros((height, width), np.uint8)
    letters = row(letters_text, path, size, 0.88 * width, tall=0.76 * height, gap=gap)
    start = min(left, max(2.0, (width - letters.width) / 2))
    for ink, pen in zip(letters.inks, letters.pens, strict=True):
        stamp(page, ink, (start + pen, min(base, height - 4 - letters.below)), edge=2)
    return page


def draw_simple_captcha(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw nl.captcha's captcha: a bold black word, a ground, noise curves and one of its gimpies."""
    width, height = frame(text, ((200, 50), (200, 50), (160, 50), (150, 50), (240, 60)), rng)
    x, y = grid(width, height)
    kind, end = rng.random(), (255, 255, 255)
    start: Colour = (169, 169, 169) if rng.random() < 0.6 else random_colour(rng, 120, 230)
    if kind < 0.4:
        picture = blank(width, height, end if rng.random() < 0.7 else random_colour(rng, 200, 255))
    elif kind < 0.85:
        share = (x / width + y / height)[..., None] / 2
        picture = (np.array(start) * (1 - share) + np.array(end) * share).astype(np.uint8)
    else:
        picture = blank(width, height)
        for _ in range(int(rng.integers(6, 20))):
            at, size = rng.integers(0, (width, height)).tolist(), rng.integers(5, 40, 2).tolist()
            cv2.ellipse(
                picture, at, size, 0, 0, float(rng.uniform(90, 360)), random_colour(rng, 150, 230), 1, cv2.LINE_AA
            )
    path = face(text, faces, rng, "Arimo", "Cousine", "Courier Prime", styles=("sans", "mono"))
    page = _page(text, path, width, height, 0.8 * height, 0.05 * width, 0.76 * height)
    ink = (0, 0, 0) if rng.random() < 0.55 else legible(rng, (210, 210, 210), 0, 200, 80)
    outlined, shadow = rng.random() < 0.15, rng.random() < 0.2
    if shadow:
        blend(picture, cv2.GaussianBlur(page, (0, 0), 1.5), (0, 0, 0), 4, 3, 0.6)
        ink = legible(rng, (150, 150, 150), 0, 255, 60) if rng.random() < 0.5 else ink
    blend(picture, hollow(page) if outlined else page, ink)
    for _ in range(int(rng.choice([0, 0, 1, 1, 2]))):
        ys = rng.uniform(0.1, 0.9, 4) * height
        xs = np.sort(rng.uniform(0, width, 2))
        points = [(0.0, ys[0]), (xs[0], ys[1]), (xs[1], ys[2]), (float(width), ys[3])]
        line(picture, bezier(points), (0, 0, 0) if rng.random() < 0.7 else ink, int(rng.choice([1, 2, 3, 3])))
    gimpy = int(rng.integers(6))
    if gimpy == 0:
        dx = 2.6 * np.sin(y / 15 * 2 * np.pi / 2 + rng.uniform(0, 6))
        dy = 1.7 * np.sin(x / 5 / 2 + rng.uniform(0, 6))
        picture = shifted(picture, dx.astype(np.float32), dy.astype(np.float32), None)
    elif gimpy == 1:
        grid_ink = (0, 0, 0) if rng.random() < 0.6 else random_colour(rng, 0, 200)
        for k in range(1, 8):
            strokes(picture, np.array([[[0, k * height / 7], [width, k * height / 7]]]), grid_ink)
            strokes(picture, np.array([[[k * width / 7, 0], [k * width / 7, height]]]), grid_ink)
        right, down = x - width / 2, y - height / 2
        far, reach = np.hypot(right, down), width * rng.uniform(0.3, 0.6)
        shrink = np.where(far < reach, -0.35 * (1 - far / reach) * rng.uniform(0.4, 1), 0)
        picture = shifted(picture, (right * shrink).astype(np.float32), (down * shrink).astype(np.float32), None)
    elif gimpy == 2:
        size = int(rng.choice([2, 3])) if height >= 44 else 2
        small = picture[: height // size * size, : width // size * size]
        blocks = small.reshape(height // size, size, width // size, size, 3).mean((1, 3)).astype(np.uint8)
        picture = np.ascontiguousarray(blocks.repeat(size, 0).repeat(size, 1))
    elif gimpy == 3:
        dx = rng.uniform(1, 3) * np.sin(2 * np.pi * (y / height * rng.uniform(0.5, 1.5) + rng.random()))
        dy = rng.uniform(1, 2.5) * np.sin(2 * np.pi * (x / width * rng.uniform(1, 3) + rng.random()))
        picture = shifted(picture, dx.astype(np.float32), dy.astype(np.float32), None, smooth=False)
    if rng.random() < 0.4:
        cv2.rectangle(picture, (0, 0), (picture.shape[1] - 1, picture.shape[0] - 1), (0, 0, 0), 1)
    return picture


def draw_jcaptcha(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw JCaptcha's captcha: letters of many fonts on a gradient, deformed by water or sphere, holes over them."""
    width, height = frame(text, ((200, 100), (160, 60), (120, 50), (180, 60)), rng)
    height = min(height, 90)
    x, y = grid(width, height)
    first, last = random_colour(rng, 150, 255), random_colour(rng, 170, 255)
    share = (x / width * rng.random() + y / height * rng.random())[..., None] / 2
    picture = (np.array(first) * (1 - share) + np.array(last) * share).astype(np.uint8)
    middle = mean_colour(picture)
    own, one = rng.random() < 0.4, legible(rng, middle, 0, 150, 80)
    paths = [face(text, faces, rng, *SANS, *TIMES, "Courier Prime", any_face=0.5) for _ in text]
    letters = row(text, paths, min(0.7 * height, 40), 0.86 * width, tall=0.7 * height, gap=0.05)
    left, base = (
        rng.uniform(0.2, 0.8) * (width - letters.width),
        letters.baseline(height) + rng.uniform(-0.1, 0.1) * height,
    )
    for ink, pen, sign in zip(letters.inks, letters.pens, text, strict=True):
        paint = legible(rng, middle, 0, 150, 80) if own else one
        put(
            picture,
            ink,
            paint,
            (left + pen, base + rng.uniform(-0.08, 0.08) * height),
            degrees=turn(sign, rng, 15),
            edge=3,
        )
    holes = int(rng.choice([0, 2, 3])) if text.isalnum() and text.isascii() else 0  # a hole would turn - into ÷
    for _ in range(holes * len(text) // 2):
        at = left + rng.uniform(0, max(1.0, letters.width)), base - rng.uniform(0, 0.8) * letters.above
        circle(picture, at, 0.045 * height * rng.uniform(0.6, 1.3), middle, -1)
    for _ in range(int(rng.choice([0, 0, 1, 2, 3]))):
        ends = rng.uniform(0, (width, height), (2, 2))
        line(picture, ends, middle if rng.random() < 0.4 else one, 1)
    period, swing = rng.uniform(0.5, 1.2) * height, rng.uniform(0.5, 0.04 * height + 0.6, 2)
    dx = swing[0] * np.sin(2 * np.pi * y / period + rng.uniform(0, 6))
    dy = swing[1] * np.sin(2 * np.pi * x / period + rng.uniform(0, 6))
    return shifted(picture, dx.astype(np.float32), dy.astype(np.float32), None)


def draw_patchca(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw patchca's captcha: a word of one colour (or a colour a letter), a thick spline through it, then a filter."""
    width, height = frame(text, ((160, 70), (160, 70), (120, 50), (200, 70), (110, 40)), rng)
    ground, ink = (255, 255, 255), (25, 60, 170)
    if rng.random() < 0.4:
        ground = random_colour(rng, 200, 255) if rng.random() < 0.8 else random_colour(rng, 0, 60)
        ink = legible(rng, ground, 0, 220, 90)
    picture = blank(width, height, ground)
    own = rng.random() < 0.25
    paths = [face(text, faces, rng, "DejaVu Sans", "Arimo", "Tinos", "Gelasio") for _ in text]
    letters = row(text, paths, 0.6 * height, 0.86 * width, tall=0.6 * height, gap=0.02)
    left, base = (width - letters.width) / 2, letters.baseline(height)
    for glyph, pen in zip(letters.inks, letters.pens, strict=True):
        paint = legible(rng, ground, 0, 220, 90) if own else ink
        put(picture, glyph, paint, (left + pen, base + rng.uniform(-0.06, 0.06) * height), edge=max(2, height // 14))
    kind = int(rng.integers(5))
    x, y = grid(width, height)
    scale = height / 70
    if kind == 0 or rng.random() < 0.2:
        count = int(rng.integers(4, 7))
        knots = np.column_stack([np.linspace(5, width - 5, count), height * rng.uniform(0.2, 0.7, count)])
        t = np.linspace(0, count - 1, 6 * (count - 1))
        curve = np.column_stack([np.interp(t, np.arange(count), knots[:, axis]) for axis in (0, 1)])
        curve[:, 1] = np.convolve(np.pad(curve[:, 1], 2, "edge"), np.ones(5) / 5, "valid")
        for start, end in pairwise(curve):
            line(picture, np.array([start, end]), ink, max(1, round((2 + 2 * rng.random()) * scale)))
    dx, dy = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    if kind == 1:
        phase = rng.uniform(0, 10, 2)
        dx += 4 * scale * np.cos((x + y) / (15 * scale) + phase[0]).astype(np.float32)
        dy += 3 * scale * np.sin((x + y) / (15 * scale) + phase[1]).astype(np.float32)
    elif kind == 2:
        coarse = rng.random((max(2, height // 15 + 2), max(2, width // 15 + 2)), np.float32)
        field = 2 * np.pi * 6.2 * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        dx += 1.1 * np.sin(field)
        dy += 1.1 * np.cos(field)
    elif kind == 3:
        angle = rng.uniform(0, 2 * np.pi, (height, width)).astype(np.float32)
        dx += 1.6 * min(1.0, scale) * np.sin(angle)
        dy += 1.6 * min(1.0, scale) * np.cos(angle)
    strength = rng.uniform(0.3, 0.9) if kind in (1, 4) else rng.uniform(0.5, 1)
    phase = rng.uniform(0, 5, 2)
    dx += (5 * strength * scale * np.sin(y / (10 * scale) + phase[0])).astype(np.float32)
    dy += (5 * strength * scale * np.cos(x / (20 * scale) + phase[1])).astype(np.float32)
    return shifted(picture, dx, dy, ground)


LOOKS: dict[str, Draw] = {
    "simple_captcha_nl": draw_simple_captcha,
    "jcaptcha": draw_jcaptcha,
    "patchca": draw_patchca,
}
"""Looks by name."""
