"""Captchas as the sites of banks, offices, schools and large firms have had, made up here after no one of them.

Thick warped words whose letters touch (as Microsoft, Yahoo and reCAPTCHA 1 had), parts in which ink and paper change
places, letters over stripes, grids and chessboards, letters cut by lines of the paper's colour.
"""

from __future__ import annotations

import cv2
import numpy as np

from generators.drawing.canvas import (
    Colour,
    Mask,
    Picture,
    blank,
    blend,
    line,
    random_colour,
    turned,
)
from generators.drawing.distortion import grid, shifted
from generators.drawing.faces import Faces
from generators.drawing.lettering import (
    Draw,
    Row,
    face,
    frame,
    inside,
    legible,
    mean_colour,
    quad,
    row,
    speckle,
    strokes,
    turn,
)
from generators.drawing.paper import checks, clouds, gradient, grain, lattice, stripes

SIZES = ((120, 40), (150, 50), (160, 60), (180, 60), (200, 70), (130, 48), (100, 36), (240, 80))


def placed_letters(
    text: str,
    faces: Faces,
    rng: np.random.Generator,
    width: int,
    height: int,
    *,
    size: float = 0.72,
    gap: float = 0.0,
    most: float = 0.0,
    rise: float = 0.0,
    one_face: bool = True,
    pull: float = 0.0,
    margin: float = 0.06,
    styles: tuple[str, ...] = ("sans", "serif", "slab"),
) -> tuple[list[tuple[Mask, int, int]], Row]:
    """Return each letter's mask with the (left, top) at which it stands in a picture, and the row they came from."""
    paths = [face(text, faces, rng, styles=styles, any_face=0.25)] * len(text)
    if not one_face:
        paths = [face(text, faces, rng, styles=styles, any_face=0.4) for _ in text]
    edge = max(1, round(margin * height))
    letters = row(text, paths, size * height, width - 4 * edge, tall=(1 - 2 * margin - rise) * height, gap=gap)
    left, base = (width - letters.width) * rng.uniform(0.25, 0.75), letters.baseline(height)
    placed = []
    for ink, pen, sign in zip(letters.inks, letters.pens, text, strict=True):
        mask, x, y = ink.mask, left + pen + ink.left, base + ink.top + rng.uniform(-rise, rise) * height
        if not mask.size:
            continue
        rows, columns = mask.shape
        if pull:
            mask = quad(mask, rng, pull)
        if most:
            mask = turned(mask, turn(sign, rng, most))
        x, y = x + (columns - mask.shape[1]) / 2, y + (rows - mask.shape[0]) / 2
        placed.append(inside(mask, x, y, width, height, edge))
    return placed, letters


def together(placed: list[tuple[Mask, int, int]], width: int, height: int) -> Mask:
    """Return letters together as one mask (height, width)."""
    page = np.zeros((height, width), np.uint8)
    for mask, left, top in placed:
        here = page[top : top + mask.shape[0], left : left + mask.shape[1]]
        np.maximum(here, mask, out=here)
    return page


def _bent(page: Mask, rng: np.random.Generator, strength: float) -> Mask:
    """Bend a mask by slow waves along both axes, with the middle moved most so that nothing leaves the page."""
    height, width = page.shape
    x, y = grid(width, height)
    phase, swing = rng.uniform(0, 2 * np.pi, 3), strength * height
    period = height * rng.uniform(0.8, 1.8, 3)
    calm = np.sin(np.pi * np.clip(y / height, 0, 1))
    dy = (
        swing
        * calm
        * (np.sin(2 * np.pi * x / period[0] + phase[0]) + 0.5 * np.sin(2 * np.pi * x / period[1] / 2 + phase[1]))
    )
    dx = 0.7 * swing * np.sin(2 * np.pi * y / period[2] + phase[2]) * np.sin(np.pi * np.clip(x / width, 0, 1))
    return shifted(page, dx.astype(np.float32), dy.astype(np.float32), (0, 0, 0))


def light_pair(rng: np.random.Generator, apart: float = 110) -> tuple[Colour, Colour]:
    """Return a paper's colour, mostly light, and an ink that stands out from it."""
    ground = (255, 255, 255) if rng.random() < 0.45 else random_colour(rng, 190, 255)
    if rng.random() < 0.12:
        ground = random_colour(rng, 0, 80)
    if sum(ground) > 380 and rng.random() < 0.4:
        return ground, random_colour(rng, 0, 50)
    return ground, legible(rng, ground, apart=apart)


def draw_touching(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a thick warped word whose letters touch, worn by erosion or crossed by a stroke like the letters'."""
    width, height = frame(text, SIZES, rng)
    ground, ink = light_pair(rng)
    placed, letters = placed_letters(
        text,
        faces,
        rng,
        width,
        height,
        size=0.74,
        gap=-0.05 if text.isascii() else 0.0,
        most=8,
        rise=0.05,
        one_face=bool(rng.random() < 0.6),
        pull=0.08,
        margin=0.1,
    )
    page = together(placed, width, height)
    if letters.size > 30 and len(text) < 9 and text.isascii() and rng.random() < 0.5:
        page = cv2.dilate(page, np.ones((2, 2), np.uint8))
    page = _bent(page, rng, float(rng.uniform(0.02, 0.07)) * (1 if text.isascii() else 0.5))
    if letters.size > 30 and rng.random() < 0.3:  # worn: grains taken off the edges
        wear = rng.random((height // 2 + 1, width // 2 + 1)) < 0.2
        holes = wear.astype(np.uint8).repeat(2, 0).repeat(2, 1)[:height, :width]
        edge = cv2.subtract(page, cv2.erode(page, np.ones((3, 3), np.uint8)))
        page = np.where((holes > 0) & (edge > 0), np.uint8(0), page)
    picture = blank(width, height, ground)
    blend(picture, page, ink)
    kind = rng.random()
    if kind < 0.3:
        x = np.arange(0.03 * width, 0.97 * width, 3.0)
        level = height * (
            rng.uniform(0.35, 0.65) + 0.15 * np.sin(2 * np.pi * x / width * rng.uniform(0.5, 1.5) + rng.uniform(0, 6))
        )
        line(picture, np.column_stack([x, level]), ink, max(1, round(letters.size * rng.uniform(0.03, 0.08))))
    elif kind < 0.55:
        for _ in range(int(rng.integers(2, 7))):  # short arcs of the letters' width
            at, axes = rng.integers(0, (width, height)).tolist(), rng.integers(4, height // 2, 2).tolist()
            start = float(rng.uniform(0, 360))
            cv2.ellipse(
                picture,
                at,
                axes,
                0,
                start,
                start + float(rng.uniform(40, 110)),
                ink if rng.random() < 0.5 else ground,
                max(1, round(letters.size * 0.05)),
                cv2.LINE_AA,
            )
    return picture


def draw_exchanged(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a warped word with an ellipse, a rectangle, a half or stripes in which ink and paper change places."""
    width, height = frame(text, SIZES, rng)
    ground, ink = light_pair(rng)
    placed, _ = placed_letters(text, faces, rng, width, height, size=0.7, most=6, rise=0.04, margin=0.08)
    page = _bent(together(placed, width, height), rng, float(rng.uniform(0.0, 0.05)))
    patch = np.zeros((height, width), np.uint8)
    for _ in range(int(rng.choice([1, 1, 2]))):
        at = (int(rng.uniform(0.15, 0.85) * width), int(rng.uniform(0.3, 0.7) * height))
        kind = int(rng.integers(4 if len(text) < 9 and text.isascii() else 3))
        if kind == 0:
            axes = (int(rng.uniform(0.1, 0.3) * width), int(rng.uniform(0.25, 0.6) * height))
            cv2.ellipse(patch, at, axes, float(rng.uniform(-30, 30)), 0, 360, 255, -1, cv2.LINE_AA)
        elif kind == 1:
            reach = (int(rng.uniform(0.1, 0.4) * width), int(rng.uniform(0.2, 0.6) * height))
            cv2.rectangle(patch, at, (at[0] + reach[0], at[1] + reach[1]), 255, -1)
        elif kind == 2:
            patch[:, at[0] :] = 255
        else:
            x, y = grid(width, height)
            lean, period = rng.uniform(-0.6, 0.6), rng.uniform(0.4, 1) * height
            patch = np.maximum(
                patch, np.where(np.sin(2 * np.pi * (x + lean * y) / period) > 0, np.uint8(255), np.uint8(0))
            )
    share = cv2.absdiff(page, patch)
    picture = blank(width, height, ground)
    blend(picture, share, ink)
    return picture


def draw_patterned(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw letters over stripes, a grid, a chessboard, clouds, grain or a gradient, of one colour or many."""
    width, height = frame(text, SIZES, rng)
    ground = random_colour(rng, 180, 255) if rng.random() < 0.8 else random_colour(rng, 0, 90)
    make = (stripes, stripes, lattice, lattice, checks, clouds, grain, gradient)[int(rng.integers(8))]
    picture = make(width, height, ground, rng)
    middle = mean_colour(picture)
    placed, _ = placed_letters(
        text,
        faces,
        rng,
        width,
        height,
        size=0.66,
        gap=float(rng.uniform(0, 0.15)),
        most=float(rng.choice([0, 12, 25])),
        rise=0.06,
        one_face=bool(rng.random() < 0.7),
    )
    own, one = rng.random() < 0.35, legible(rng, middle, apart=95)
    for mask, left, top in placed:
        blend(picture, mask, legible(rng, middle, apart=95) if own else one, left, top)
    if rng.random() < 0.3:
        strokes(picture, rng.uniform(0, (width, height), (int(rng.integers(1, 4)), 2, 2)), one, smooth=True)
    return picture


def draw_cut(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw letters that lines, waves or dots of the paper's colour cut through."""
    width, height = frame(text, SIZES, rng)
    ground, ink = light_pair(rng)
    placed, letters = placed_letters(
        text, faces, rng, width, height, size=0.78, most=float(rng.choice([0, 10])), rise=0.04
    )
    picture = blank(width, height, ground)
    blend(picture, together(placed, width, height), ink)
    x = np.arange(0, width + 3, 3.0)
    spare = max(1, round(letters.size * (0.035 if text.isascii() else 0.02)))
    kind = int(rng.integers(4)) if text.isalnum() else int(rng.integers(2, 4))  # a level cut would turn = into -
    if kind == 0:
        for level in np.arange(rng.uniform(2, 8), height, max(5.0, letters.size * rng.uniform(0.2, 0.4))):
            line(picture, [(0, level), (width, level + rng.uniform(-0.15, 0.15) * height)], ground, spare)
    elif kind == 1:
        for _ in range(int(rng.integers(2, 6))):
            swing, level = rng.uniform(0.1, 0.4) * height, rng.uniform(0.2, 0.8) * height
            y = level + swing * np.sin(2 * np.pi * x / rng.uniform(0.3, 1.5) / width + rng.uniform(0, 6))
            line(picture, np.column_stack([x, y]), ground, spare)
    elif kind == 2:
        number = int(rng.integers(4, 12) * width / 100)
        ends = rng.uniform(0, (width, height), (number, 2, 2))
        strokes(picture, ends, ground, spare, smooth=True)
    else:
        speckle(picture, int(width * height * rng.uniform(0.05, 0.25 if text.isalnum() else 0.14)), ground, rng)
    if rng.random() < 0.4:
        strokes(picture, rng.uniform(0, (width, height), (2, 2, 2)), ink, smooth=True)
    return picture


LOOKS: dict[str, Draw] = {
    "touching": draw_touching,
    "exchanged": draw_exchanged,
    "patterned": draw_patterned,
    "cut": draw_cut,
}
"""Looks by name."""
