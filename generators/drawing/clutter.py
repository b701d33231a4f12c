"""Clutter: what captcha programs draw behind and in front of the letters. Each changes a picture in place."""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_letters, digits

import cv2
import numpy as np

from generators.contest.seeded_captcha import draw_curve
from generators.drawing.canvas import Colour, Picture, bezier, circle, letter, line, place, random_colour
from generators.drawing.faces import Faces

Ink = Callable[[], Colour]
"""Returns the colour of the next thing that is drawn."""


def _thickness(height: int, rng: np.random.Generator) -> int:
    """Return a line's width in pixels: mostly thin, at most a twentieth of the height."""
    return max(1, round(height * 0.05 * float(rng.random()) ** 2))


def straight_lines(picture: Picture, ink: Ink, faces: Faces, rng: np.random.Generator) -> None:
    """Lines across the picture, or short ones anywhere."""
    height, width = picture.shape[:2]
    short, smooth = rng.random() < 0.3, bool(rng.random() < 0.7)
    thickness = _thickness(height, rng)
    for _ in range(int(rng.integers(1, max(3, height // 3) if short else 3 + height // 12))):
        first = rng.uniform(0, (width, height))
        second = first + rng.uniform(-0.35, 0.35, 2) * height if short else rng.uniform(0, (width, height))
        line(picture, np.array([first, second]), ink(), thickness, smooth=smooth)


def through_lines(picture: Picture, ink: Ink, faces: Faces, rng: np.random.Generator) -> None:
    """Nearly level lines from the left to the right edge, at the letters' height."""
    height, width = picture.shape[:2]
    for _ in range(int(rng.integers(1, 4))):
        ends = rng.uniform(0.15, 0.85, 2) * height
        line(picture, [(0, ends[0]), (width, ends[1])], ink(), _thickness(height, rng))


def waves(picture: Picture, ink: Ink, faces: Faces, rng: np.random.Generator) -> None:
    """Sine waves through the letters, thin or thick."""
    height, width = picture.shape[:2]
    x = np.arange(0, width + 2, 2.0)
    for _ in range(int(rng.choice([1, 1, 2, 3]))):
        period, phase = rng.uniform(0.3, 2) * width, rng.uniform(0, 2 * np.pi)
        y = height * (rng.uniform(0.3, 0.7) + rng.uniform(0.05, 0.4) * np.sin(2 * np.pi * x / period + phase))
        part = slice(int(rng.integers(0, len(x) // 3)), len(x) - int(rng.integers(0, len(x) // 3)))
        line(picture, np.column_stack([x, y])[part], ink(), round(_thickness(height, rng) * rng.choice([1, 1, 1.6])))


def curves(picture: Picture, ink: Ink, faces: Faces, rng: np.random.Generator) -> None:
    """Bézier curves from side to side or between any points."""
    height, width = picture.shape[:2]
    for _ in range(int(rng.choice([1, 1, 2, 3]))):
        points = rng.uniform(0, (width, height), (int(rng.integers(3, 5)), 2))
        if rng.random() < 0.6:
            points[0, 0], points[-1, 0] = rng.uniform(0, 0.1) * width, rng.uniform(0.9, 1) * width
        line(picture, bezier([tuple(point) for point in points]), ink(), _thickness(height, rng))


def arcs(picture: Picture, ink: Ink, faces: Faces, rng: np.random.Generator) -> None:
    """Pieces of ellipses, as in the captcha library and Python tutorials."""
    height, width = picture.shape[:2]
    for _ in range(int(rng.choice([1, 1, 2, 3, 4]))):
        if rng.random() < 0.5:
            draw_curve(picture, ink(), rng, thickness=_thickness(height, rng))
        else:
            centre = rng.integers(0, (width, height)).tolist()
            axes = (rng.uniform(0.1, 1.5, 2) * height).astype(int).tolist()
            start = float(rng.uniform(0, 360))
            cv2.ellipse(
                picture,
                centre,
                axes,
                float(rng.uniform(0, 180)),
                start,
                start + float(rng.uniform(40, 300)),
                ink(),
                _thickness(height, rng),
                cv2.LINE_AA,
            )


def circles(picture: Picture, ink: Ink, faces: Faces, rng: np.random.Generator) -> None:
    """Circles, mostly open, of one size or many."""
    height, width = picture.shape[:2]
    for _ in range(int(rng.integers(1, 12))):
        size = float(rng.uniform(0.03, 0.3)) * height
        filled = rng.random() < 0.15 and size < 0.08 * height
        thickness = -1 if filled else min(2, _thickness(height, rng))
        circle(picture, (rng.uniform(0, width), rng.uniform(0, height)), size, ink(), thickness)


def dots(picture: Picture, ink: Ink, faces: Faces, rng: np.random.Generator) -> None:
    """Dots of one to three pixels, sparse or dense, in one colour or many."""
    height, width = picture.shape[:2]
    size = int(rng.choice([1, 1, 1, 2, 3])) if height > 36 else 1
    number = int(width * height * 0.1 * rng.random() ** 2 / size**2) + 2
    y, x = rng.integers(0, height, number), rng.integers(0, width, number)
    paint = np.array([ink() for _ in range(24)], np.uint8)[rng.integers(0, 24, number)]
    for down in range(size):
        for right in range(size):
            picture[np.minimum(y + down, height - 1), np.minimum(x + right, width - 1)] = paint


def small_letters(picture: Picture, ink: Ink, faces: Faces, rng: np.random.Generator) -> None:
    """Many small letters, fainter or smaller than the text's."""
    height, width = picture.shape[:2]
    size = max(6, round(height * rng.uniform(0.12, 0.28)))
    path = faces.one(digits, rng, styles=("sans", "mono"))
    letters = [letter(path, size, digits[int(i)]) for i in rng.integers(0, 10, 4)]
    if faces.covers(ascii_letters):
        path = faces.one(ascii_letters, rng, styles=("sans", "mono"))
        letters += [letter(path, size, ascii_letters[int(i)]) for i in rng.integers(0, 52, 10)]
    paints = [ink() for _ in range(8)]
    for number in range(int(rng.integers(8, 60))):
        pen = rng.uniform(0, (width, height + size))
        place(picture, letters[number % len(letters)], paints[number * 5 % 8], (pen[0], pen[1]))


def grids(picture: Picture, ink: Ink, faces: Faces, rng: np.random.Generator) -> None:
    """A grid of straight or bent lines."""
    height, width = picture.shape[:2]
    step, colour = float(rng.uniform(5, 22)), ink()
    bend, period = float(rng.choice([0, 0, rng.uniform(1, 4)])), rng.uniform(20, 80)
    along = np.arange(0, max(width, height) + 4, 4.0)
    wave = bend * np.sin(2 * np.pi * along / period)
    for start in np.arange(rng.uniform(0, step), height, step):
        line(picture, np.column_stack([along, start + wave]), colour, 1)
    for start in np.arange(rng.uniform(0, step), width, step):
        line(picture, np.column_stack([start + wave, along]), colour, 1)


def scratches(picture: Picture, ink: Ink, faces: Faces, rng: np.random.Generator) -> None:
    """Strokes in the paper's colour, which cut the letters."""
    height, width = picture.shape[:2]
    corner = picture[0, 0].tolist()
    for _ in range(int(rng.integers(1, 4))):
        ends = rng.uniform(0, (width, height), (2, 2))
        if rng.random() < 0.5:
            ends[:, 0] = 0, width
        line(picture, ends, (corner[0], corner[1], corner[2]), min(2, _thickness(height, rng)))


CLUTTER: dict[str, tuple[Callable[[Picture, Ink, Faces, np.random.Generator], None], float]] = {
    "straight_lines": (straight_lines, 0.17),
    "through_lines": (through_lines, 0.11),
    "waves": (waves, 0.13),
    "curves": (curves, 0.11),
    "arcs": (arcs, 0.11),
    "circles": (circles, 0.08),
    "dots": (dots, 0.16),
    "small_letters": (small_letters, 0.05),
    "grids": (grids, 0.03),
    "scratches": (scratches, 0.05),
}
"""Clutter by name, and its shares."""


def add_clutter(picture: Picture, ink: Ink, faces: Faces, rng: np.random.Generator) -> None:
    """Draw one kind of CLUTTER."""
    makers, weights = zip(*CLUTTER.values(), strict=True)
    weights = np.array(weights) / sum(weights)
    makers[int(rng.choice(len(makers), p=weights))](picture, ink, faces, rng)


def inks(text: Colour, paper: Colour, rng: np.random.Generator) -> Ink:
    """Return what colours clutter: the text's colour, another one, or a new one each time, light or dark."""
    kind = rng.random()
    if kind < 0.3:
        return lambda: text
    if kind < 0.45:
        low, high = np.minimum(text, paper), np.maximum(text, paper)
        mixed = rng.integers(low, high + 1).tolist()
        return lambda: (mixed[0], mixed[1], mixed[2])
    if kind < 0.6:
        one = random_colour(rng)
        return lambda: one
    least = int(rng.choice([0, 0, 50, 120, 160]))
    most = int(rng.choice([v for v in (130, 200, 255) if v > least]))
    return lambda: random_colour(rng, least, most)
