"""Pictures in which there is nothing to read: empty captchas, textures, scribbles, signs of no alphabet."""

from __future__ import annotations

import cv2
import numpy as np

from generators.drawing.canvas import Picture, bezier, line, random_colour
from generators.drawing.clutter import add_clutter, inks
from generators.drawing.faces import Faces
from generators.drawing.paper import paper, paper_colour
from generators.styles.invented.mixture import ink_colour


def _empty(width: int, height: int, faces: Faces, rng: np.random.Generator) -> Picture:
    """A paper with clutter and no letters."""
    ground = paper_colour(rng)
    picture = paper(width, height, ground, rng)
    ink = inks(ink_colour(ground, rng, 40), ground, rng)
    for _ in range(int(rng.integers(0, 5))):
        add_clutter(picture, ink, faces, rng)
    return picture


def _scribbles(width: int, height: int, faces: Faces, rng: np.random.Generator) -> Picture:
    """Groups of strokes side by side that look like writing and are none."""
    ground = paper_colour(rng)
    picture = paper(width, height, ground, rng)
    colour, thickness = ink_colour(ground, rng, 50), max(1, round(height * float(rng.uniform(0.03, 0.09))))
    size = float(rng.uniform(0.4, 0.8)) * height
    left = float(rng.uniform(0.05, 0.3)) * height
    many = rng.random() < 0.3
    while left + 0.8 * size < width:
        if many:
            colour = ink_colour(ground, rng, 50)
        top = (height - size) * float(rng.random())
        for _ in range(int(rng.integers(5, 12))):
            points = rng.uniform((left, top), (left + 0.8 * size, top + size), (int(rng.integers(2, 5)), 2))
            if rng.random() < 0.5:  # level or upright, as in characters
                axis = int(rng.integers(2))
                points[:, axis] = points[0, axis]
            line(picture, bezier([tuple(point) for point in points]), colour, thickness)
        left += size * float(rng.uniform(0.85, 1.3))
    return picture


def _scene(width: int, height: int, faces: Faces, rng: np.random.Generator) -> Picture:
    """Shapes, shades and textures like a photograph's, at any scale."""
    picture = paper(width, height, random_colour(rng), rng)
    for _ in range(int(rng.integers(2, 9))):
        mask = np.zeros((height, width), np.uint8)
        corners = rng.integers(-height // 2, (width + height // 2, height + height // 2), (int(rng.integers(3, 8)), 2))
        cv2.fillPoly(mask, [corners.astype(np.int32)], 255, cv2.LINE_AA)
        mask = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(0.5, 8)))
        share = mask[..., None] / np.float32(255)
        picture = (picture * (1 - share) + paper(width, height, random_colour(rng), rng) * share).astype(np.uint8)
    return picture


def draw_nothing(faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a picture that holds no text: RGB (H, W, 3), uint8, in the sizes of captchas."""
    height = int(np.exp(rng.uniform(np.log(18), np.log(110))))
    width = int(height * rng.uniform(1.2, 5))
    makers = (_empty, _scribbles, _scene)
    return makers[int(rng.choice(3, p=[0.35, 0.35, 0.3]))](width, height, faces, rng)
