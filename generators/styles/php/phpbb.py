"""phpBB's captchas, after its source.

GD: 360x96, letters of cubes from coarse bitmaps anywhere up and down, in tones of one hue with brightness from 60, a
grid of lines and dashes, waves along both axes, lines of ink and ground. Wave: 360x96, a sheet of 100x30 cells bent by
two sines, with a grid every 6 to 10 steps, dark letters raised from it, ground 155-255.
"""

from __future__ import annotations

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Picture, blank, blend, random_colour
from generators.drawing.distortion import grid, shifted
from generators.drawing.faces import Faces
from generators.drawing.lettering import (
    Draw,
    face,
    frame,
    legible,
    mixed,
    row,
    stamp,
    strokes,
)


def draw_phpbb_cubes(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw phpBB's GD captcha: letters built of coarse cubes over a grid, all in tones of one colour."""
    width, height = frame(text, ((360, 96), (360, 96), (320, 50), (240, 64)), rng)
    hue, dark = rng.integers(0, 180), rng.random() < 0.4
    values = rng.integers(60, 120, 8) if dark else rng.integers(150, 256, 8)
    tones = np.column_stack([(hue + rng.integers(-12, 13, 8)) % 180, rng.integers(40, 160, 8), values])
    scheme = cv2.cvtColor(tones.astype(np.uint8)[None], cv2.COLOR_HSV2RGB)[0].tolist()
    ground: Colour = tuple(scheme[0])
    picture = blank(width, height, ground)
    if rng.random() < 0.7:
        step = int(rng.integers(12, 26))
        for y in range(0, height, step):
            strokes(picture, np.array([[[0, y], [width, y + rng.integers(-3, 4)]]]), scheme[1 + y % 6])
        for x in range(0, width, step):
            strokes(picture, np.array([[[x, 0], [x + rng.integers(-3, 4), height]]]), scheme[1 + x % 6])
        picture = _phpbb_wave(picture, rng, rng.uniform(3, 8), rng.uniform(1, 3))
    path = face(text, faces, rng, "DejaVu Sans", "Arimo", "DejaVu Serif", styles=("sans", "serif"), any_face=0.3)
    letters = row(text, path, 14, 1e9)
    cell = max(1, min(round(height / 22), int((width - 10) / (letters.width + 2 * len(text)))))
    room = max(0.0, width - 10 - (letters.width + 2 * len(text)) * cell)
    pen = 4 + rng.uniform(0, 0.5) * room
    for ink, sign in zip(letters.inks, text, strict=True):
        if sign != " ":
            mask = np.where(ink.mask > 90, np.uint8(255), np.uint8(0)).repeat(cell, 0).repeat(cell, 1)
            front, depth = legible(rng, ground, apart=75), int(rng.integers(2, 3 + cell))
            side = mixed((0, 0, 0), mixed(front, ground, 0.15), 0.65)
            mask = mask[: height - depth - 2]
            left = int(min(max(1.0, pen), width - mask.shape[1] - depth - 1))
            top = int(rng.integers(depth + 1, max(depth + 2, height - mask.shape[0])))
            for back in range(depth, 0, -1):
                blend(picture, mask, side, left + back, top - back)
            blend(picture, mask, front, left, top)
        pen += (ink.advance + 2) * cell + rng.uniform(0, 0.5) * room / len(text)
    if rng.random() < 0.35:
        picture = _phpbb_wave(picture, rng, rng.uniform(1, 0.05 * height), rng.uniform(0.5, 2))
    if rng.random() < 0.4:
        for level in np.arange(rng.uniform(4, 30), height, rng.uniform(15, 35)):
            strokes(
                picture,
                np.array([[[0, level], [width, level + rng.uniform(-2, 2)]]]),
                scheme[2],
                1 + int(rng.random() < 0.5),
            )
    return picture


def _phpbb_wave(picture: Picture, rng: np.random.Generator, down: float, right: float) -> Picture:
    """Bend along both axes by sines, as phpBB does."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    dy = (down * np.sin(rng.uniform(0, 6) + x / rng.uniform(14, 30))).astype(np.float32)
    dx = (right * np.sin(rng.uniform(0, 6) + y / rng.uniform(9, 20))).astype(np.float32)
    return shifted(picture, dx, dy, None, smooth=False)


def draw_phpbb_sheet(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw phpBB's wave captcha: dark letters raised from a bent, shaded sheet with a grid."""
    width, height = frame(text, ((360, 96), (360, 96), (300, 80), (240, 64)), rng)
    ground = random_colour(rng, 155, 255)
    lightest, darkest = random_colour(rng, 150, 230), random_colour(rng, 20, 30)
    bright, dark = np.array(lightest), np.array(darkest)
    path = face(text, faces, rng, "DejaVu Sans Mono", "DejaVu Sans", styles=("mono", "sans"))
    letters = row(text, path, 0.55 * height, 0.84 * width, tall=0.46 * height, gap=0.12, sharp=True)
    page = np.zeros((height, width), np.uint8)
    left, base = (width - letters.width) * rng.uniform(0.3, 0.7), letters.baseline(height) + 0.04 * height
    for number, (ink, pen) in enumerate(zip(letters.inks, letters.pens, strict=True)):
        stamp(page, ink, (left + pen, base + (1 if number % 2 else -1)), edge=4)
    x, y = grid(width, height)
    period, phase, swing = rng.uniform(0.25, 0.6) * width, rng.uniform(0, 6, 2), rng.uniform(0.03, 0.07) * height
    wave = np.sin(2 * np.pi * x / period + phase[0]) + np.sin(2 * np.pi * y / (0.9 * height) + phase[1])
    level = (wave / 4 + 0.5) * rng.uniform(0.3, 0.6)
    across, down = (int(v) for v in rng.integers(6, 16, 2))
    lines = np.zeros((height, width), np.float32)
    lines[::down], lines[:, ::across] = 0.12, 0.12
    shade = np.clip(255 * (level + lines * rng.uniform(0.4, 1.5)), 0, 255).astype(np.uint8)
    ramp = np.linspace(bright, dark, 256).astype(np.uint8)
    sheet = ramp[shade]
    top, side = mixed(lightest, darkest, 0.82), mixed(lightest, darkest, 0.65)
    for raise_by in range(int(rng.integers(1, 2 + height // 24)), -1, -1):
        blend(sheet, page, side if raise_by else top, 0, raise_by)
    sheet = shifted(sheet, np.float32(0) * x, (swing * wave / 1.5).astype(np.float32), ground)
    lean = rng.uniform(-0.08, 0.08) * width
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    edge_x, edge_y = 0.02 * width, 0.04 * height
    moved = np.array(
        [
            [edge_x + max(lean, 0), edge_y],
            [width - edge_x + min(lean, 0), edge_y],
            [width - edge_x - max(lean, 0), height - edge_y],
            [edge_x - min(lean, 0), height - edge_y],
        ]
    )
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    return np.asarray(cv2.warpPerspective(sheet, matrix, (width, height), borderValue=ground), np.uint8)


LOOKS: dict[str, Draw] = {
    "phpbb_cubes": draw_phpbb_cubes,
    "phpbb_sheet": draw_phpbb_sheet,
}
"""Looks by name."""
