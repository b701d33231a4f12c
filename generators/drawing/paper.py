"""Papers: what a captcha's letters stand on. Each returns a picture (height, width, 3), uint8, around one colour."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.drawing.canvas import Colour, Picture, blank, random_colour
from generators.drawing.distortion import grid


def near(colour: Colour, spread: int, rng: np.random.Generator) -> Colour:
    """Return a colour at most `spread` away from `colour` in each channel."""
    moved = np.clip(np.array(colour) + rng.integers(-spread, spread + 1, 3), 0, 255).tolist()
    return moved[0], moved[1], moved[2]


def _mixed(share: NDArray[np.floating], first: Colour, second: Colour) -> Picture:
    """Mix two colours by a share (H, W) from 0 to 1."""
    part = share[..., None].astype(np.float32)
    return np.rint(np.array(first, np.float32) * (1 - part) + np.array(second, np.float32) * part).astype(np.uint8)


def plain(width: int, height: int, colour: Colour, rng: np.random.Generator) -> Picture:
    return blank(width, height, colour)


def gradient(width: int, height: int, colour: Colour, rng: np.random.Generator) -> Picture:
    """Go from one colour to another along a line of random direction, or outwards from a point."""
    x, y = grid(width, height)
    if rng.random() < 0.7:
        turn = rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)])
        share = np.cos(turn) * x / width + np.sin(turn) * y / height
    else:
        share = np.hypot(x / width - rng.random(), y / height - rng.random())
    share = np.clip(share / max(1e-6, float(share.max())), 0, 1)
    return _mixed(share, colour, near(colour, int(rng.integers(20, 110)), rng))


def clouds(width: int, height: int, colour: Colour, rng: np.random.Generator) -> Picture:
    """Smooth spots of a few sizes, as in marble, paper or a photograph out of focus."""
    strength, coarse = float(rng.uniform(8, 70)), int(rng.integers(2, 9))
    channels = 3 if rng.random() < 0.5 else 1
    field = np.zeros((height, width, channels), np.float32)
    for octave in range(3):
        rows, columns = max(2, height // 20 * coarse >> 1) + octave * 4, max(2, width // 20 * coarse >> 1) + octave * 8
        noise = rng.standard_normal((min(rows, height), min(columns, width), channels), np.float32)
        field += cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC).reshape(field.shape) / 2**octave
    return np.clip(np.array(colour, np.float32) + field * (strength / 2), 0, 255).astype(np.uint8)


def grain(width: int, height: int, colour: Colour, rng: np.random.Generator) -> Picture:
    """Noise of single pixels, grey or coloured, normal or uniform."""
    strength, channels = float(rng.uniform(4, 60)), int(rng.choice([1, 3]))
    if rng.random() < 0.5:
        noise = rng.standard_normal((height, width, channels), np.float32) * (strength / 2)
    else:
        noise = (rng.random((height, width, channels), np.float32) - 0.5) * (2 * strength)
    return np.clip(np.array(colour, np.float32) + noise, 0, 255).astype(np.uint8)


def stripes(width: int, height: int, colour: Colour, rng: np.random.Generator) -> Picture:
    """Parallel stripes, sharp or soft."""
    x, y = grid(width, height)
    turn, period = rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)]), float(rng.uniform(3, 24))
    share = np.sin(2 * np.pi * (np.cos(turn) * x + np.sin(turn) * y) / period)
    share = (share > rng.uniform(-0.7, 0.7)) if rng.random() < 0.5 else (share + 1) / 2
    return _mixed(np.asarray(share, np.float32), colour, near(colour, int(rng.integers(15, 80)), rng))


def lattice(width: int, height: int, colour: Colour, rng: np.random.Generator) -> Picture:
    """A grid of thin lines."""
    picture, step = blank(width, height, colour), int(rng.integers(4, 20))
    across = step if rng.random() < 0.7 else int(rng.integers(4, 24))
    ink = near(colour, int(rng.integers(25, 130)), rng)
    picture[int(rng.integers(step)) :: step] = ink
    picture[:, int(rng.integers(across)) :: across] = ink
    return picture


def checks(width: int, height: int, colour: Colour, rng: np.random.Generator) -> Picture:
    """Squares in two colours, or each in one of its own."""
    size = int(rng.integers(3, 22))
    rows, columns = -(-height // size), -(-width // size)
    if rng.random() < 0.5:
        share = (np.add.outer(np.arange(rows), np.arange(columns)) % 2).astype(np.float32)
    else:
        share = rng.random((rows, columns), np.float32)
    large = np.kron(share, np.ones((size, size), np.float32))[:height, :width]
    return _mixed(large, colour, near(colour, int(rng.integers(10, 90)), rng))


def blocks(width: int, height: int, colour: Colour, rng: np.random.Generator) -> Picture:
    """Rectangles and discs of near colours over each other, as in a photograph or a drawing."""
    picture = blank(width, height, colour)
    for _ in range(int(rng.integers(2, 14))):
        left, top = int(rng.integers(-10, width)), int(rng.integers(-10, height))
        size = rng.integers(4, max(6, height), 2)
        ink = near(colour, int(rng.integers(10, 70)), rng)
        if rng.random() < 0.5:
            cv2.rectangle(picture, (left, top), (left + int(size[0]), top + int(size[1])), ink, -1)
        else:
            cv2.circle(picture, (left, top), int(size[0]) // 2 + 1, ink, -1, cv2.LINE_AA)
    return cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.6, 6))) if rng.random() < 0.6 else picture


def rays(width: int, height: int, colour: Colour, rng: np.random.Generator) -> Picture:
    """Rings or rays about a point."""
    x, y = grid(width, height)
    right, down = x - rng.uniform(0, width), y - rng.uniform(0, height)
    if rng.random() < 0.5:
        share = np.sin(2 * np.pi * np.hypot(right, down) / rng.uniform(4, 30))
    else:
        share = np.sin(int(rng.integers(4, 30)) * np.arctan2(down, right))
    return _mixed((share + 1) / 2, colour, near(colour, int(rng.integers(15, 80)), rng))


PAPERS: dict[str, tuple[Callable[[int, int, Colour, np.random.Generator], Picture], float]] = {
    "plain": (plain, 0.42),
    "gradient": (gradient, 0.14),
    "clouds": (clouds, 0.10),
    "grain": (grain, 0.10),
    "stripes": (stripes, 0.06),
    "lattice": (lattice, 0.06),
    "checks": (checks, 0.04),
    "blocks": (blocks, 0.05),
    "rays": (rays, 0.03),
}
"""Papers by name, and their shares."""


def paper(width: int, height: int, colour: Colour, rng: np.random.Generator) -> Picture:
    """Return one of PAPERS around a colour."""
    makers, weights = zip(*PAPERS.values(), strict=True)
    return makers[int(rng.choice(len(makers), p=weights))](width, height, colour, rng)


def paper_colour(rng: np.random.Generator) -> Colour:
    """Return a colour for paper: mostly white or light, at times of middle brightness or dark."""
    kind = rng.random()
    if kind < 0.28:
        return 255, 255, 255
    if kind < 0.62:
        return random_colour(rng, 200, 255)
    if kind < 0.74:
        grey = int(rng.integers(150, 256))
        return grey, grey, grey
    if kind < 0.86:
        return random_colour(rng, 90, 230)
    if kind < 0.93:
        return random_colour(rng, 0, 90)
    grey = int(rng.integers(0, 60))
    return grey, grey, grey
