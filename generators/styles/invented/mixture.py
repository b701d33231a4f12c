"""A mixture of looks: any paper, letters, clutter and distortion together, whether or not a program draws them so.

A reader that is to read captchas of programs that it never saw must not learn which things go together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.drawing import distortion
from generators.drawing.canvas import Colour, Ink, Mask, Picture, blend, hollow, letter, random_colour, turned
from generators.drawing.clutter import add_clutter, inks
from generators.drawing.faces import Faces
from generators.drawing.paper import near, paper, paper_colour

LUMA = np.array([0.299, 0.587, 0.114])
Changed = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]


@dataclass
class _Layer:
    """Letters on nothing: the colour of every pixel and how much it covers."""

    colour: Picture
    alpha: Mask

    def add(self, mask: Mask, paint: Colour | Picture, left: int, top: int) -> None:
        """Lay a mask over what is there, at (left, top)."""
        height, width = self.alpha.shape
        y0, x0 = max(0, top), max(0, left)
        y1, x1 = min(height, top + mask.shape[0]), min(width, left + mask.shape[1])
        if y1 <= y0 or x1 <= x0:
            return
        part = mask[y0 - top : y1 - top, x0 - left : x1 - left]
        covered = self.alpha[y0:y1, x0:x1]
        share = np.where(covered > 0, part, np.where(part > 0, 255, 0))[..., None].astype(np.uint16)
        here = self.colour[y0:y1, x0:x1]
        over = paint[y0:y1, x0:x1] if isinstance(paint, np.ndarray) else np.array(paint, np.uint16)
        here[:] = (here * (255 - share) + over * share + 127) // 255
        np.maximum(covered, part, out=covered)


def contrast(first: Colour, second: Colour) -> float:
    """Return how well two colours can be told apart: mostly the difference of their luma, from 0 to about 300."""
    difference = np.array(first, float) - np.array(second, float)
    return abs(float(difference @ LUMA)) + 0.25 * float(np.abs(difference).max())


def ink_colour(ground: Colour, rng: np.random.Generator, least: float) -> Colour:
    """Return a colour that differs from the ground by `least` at least, in contrast."""
    kind = rng.random()
    colour = (0, 0, 0)
    for _ in range(12):
        if kind < 0.15:
            colour = (0, 0, 0) if float(np.array(ground) @ LUMA) > 110 else (255, 255, 255)
        elif kind < 0.35:
            grey = int(rng.integers(0, 256))
            colour = (grey, grey, grey)
        elif kind < 0.7:
            colour = random_colour(rng, 0, 170) if float(np.array(ground) @ LUMA) > 110 else random_colour(rng, 90, 255)
        else:
            colour = random_colour(rng)
        if contrast(colour, ground) >= least:
            return colour
        kind = rng.random()
    return (0, 0, 0) if float(np.array(ground) @ LUMA) > 110 else (255, 255, 255)


def _dotted(mask: Mask, rng: np.random.Generator) -> Mask:
    """Keep of a letter what lies under a pattern of dots, stripes or squares."""
    rows, columns = mask.shape
    y, x = np.ogrid[:rows, :columns]
    step = int(rng.integers(2, 5))
    kind = rng.random()
    if kind < 0.4:
        kept = ((x % step) < max(1, step - 1)) & ((y % step) < max(1, step - 1))
    elif kind < 0.7:
        kept = np.broadcast_to((y if rng.random() < 0.5 else x) % (step + 1) < step, mask.shape)
    else:
        kept = rng.random(mask.shape) < rng.uniform(0.55, 0.9)
    return np.where(kept, mask, 0).astype(np.uint8)


@dataclass(frozen=True)
class _Writing:
    """How the letters of one image are drawn."""

    kind: str
    stroke: int
    shadow: tuple[int, int]
    rotation: float
    shear: float
    wobble: float
    """Share of the size by which letters differ in width and height."""
    spacing: float
    """Columns between letters, in sizes."""
    jump: float
    """Rows by which letters leave the baseline, in sizes."""
    slope: float
    bow: float
    fixed: bool
    """Whether letters stand at equal distances."""


def _writing(size: int, rng: np.random.Generator, strength: float) -> _Writing:
    hard = rng.random(8) < strength
    kinds = ["filled", "outlined", "rimmed", "shadowed", "doubled", "dotted", "painted"]
    kind = str(rng.choice(kinds, p=[0.54, 0.08, 0.09, 0.09, 0.05, 0.05, 0.10])) if hard[0] else "filled"
    rotation = float(rng.choice([0, rng.uniform(0, 12), rng.uniform(5, 45)], p=[0.4, 0.35, 0.25])) if hard[1] else 0.0
    spacing = float(
        rng.choice([rng.uniform(-0.14, 0), rng.uniform(0, 0.12), rng.uniform(0.1, 0.8)], p=[0.3, 0.45, 0.25])
    )
    return _Writing(
        kind=kind,
        stroke=int(rng.integers(1, 3)) if hard[2] and size >= 18 and rng.random() < 0.25 else 0,
        shadow=(int(rng.integers(-3, 4)), int(rng.integers(-2, 4))),
        rotation=rotation,
        shear=float(rng.normal(0, 0.15)) if hard[3] and rng.random() < 0.4 else 0.0,
        wobble=float(rng.uniform(0, 0.3)) if hard[4] and rng.random() < 0.4 else 0.0,
        spacing=spacing if hard[5] else max(spacing, 0.02),
        jump=float(rng.uniform(0, 0.22)) if hard[6] and rng.random() < 0.5 else 0.0,
        slope=float(rng.normal(0, 0.06)) if hard[7] and rng.random() < 0.25 else 0.0,
        bow=float(rng.uniform(-0.2, 0.2)) if hard[7] and rng.random() < 0.15 else 0.0,
        fixed=bool(rng.random() < 0.3),
    )


@dataclass(frozen=True)
class _Placed:
    """One letter of a line: its mask and where that stands, from the line's left end and its baseline."""

    mask: Mask
    left: float
    top: float


def _line(text: str, size: int, writing: _Writing, faces: Faces, rng: np.random.Generator) -> list[_Placed]:
    """Set the letters of a text side by side."""
    several = rng.random() < 0.2
    path = faces.one(text, rng)
    placed: list[_Placed] = []
    pen, right = 0.0, 0.0
    cell = 0.62 * size * float(rng.uniform(0.95, 1.3)) if writing.fixed and max(text) < "\u4e00" else 0.0
    for number, character in enumerate(text):
        if several:
            path = faces.one(character, rng)
        tall = round(size * (1 + writing.wobble * rng.uniform(-1, 0.5)))
        ink: Ink = letter(path, tall, character, writing.stroke)
        if ink.mask.size:
            mask, left, top = ink.mask, pen + ink.left, float(ink.top)
            turn = float(rng.uniform(-1, 1)) * writing.rotation
            wider = 1 + writing.wobble * float(rng.uniform(-0.6, 0.6))
            if turn or writing.shear or wider != 1:
                mask = turned(ink.mask, turn, shear=writing.shear, wider=wider)
                left += (ink.mask.shape[1] - mask.shape[1]) / 2
                top += (ink.mask.shape[0] - mask.shape[0]) / 2
            if placed and not cell:  # never so close that one letter hides in another
                left = max(left, placed[-1].left + 0.45 * placed[-1].mask.shape[1])
            middle = number / max(1, len(text) - 1) - 0.5
            top += size * (writing.jump * rng.uniform(-1, 1) + writing.bow * (4 * middle**2 - 0.5))
            top += writing.slope * left
            placed.append(_Placed(mask, left, top))
            right = max(right, left + mask.shape[1])
        pen += cell or ink.advance + writing.spacing * size
        if not cell and ink.mask.size:
            pen = max(pen, right + min(writing.spacing, 0) * size - 0.05 * size)
    return placed


def _paint(layer: _Layer, placed: list[_Placed], ground: Colour, writing: _Writing, rng: np.random.Generator) -> Colour:
    """Draw the letters and return a colour that most of them have."""
    least = float(rng.choice([40, 55, 75, 100], p=[0.15, 0.25, 0.3, 0.3]))
    one = ink_colour(ground, rng, least)
    many = rng.random() < 0.35
    other = ink_colour(ground, rng, 20)
    second = near(ground, 50, rng)
    texture = paper(layer.alpha.shape[1], layer.alpha.shape[0], one, rng) if writing.kind == "painted" else None
    for item in placed:
        colour = ink_colour(ground, rng, least) if many else one
        mask, left, top = item.mask, round(item.left), round(item.top)
        width = 1 if min(mask.shape) < 24 else int(rng.integers(1, 3))
        if writing.kind == "shadowed":
            layer.add(
                mask,
                other if contrast(other, colour) > 25 else second,
                left + writing.shadow[0],
                top + writing.shadow[1],
            )
        if writing.kind == "doubled":
            layer.add((mask * 0.5).astype(np.uint8), colour, left + 1 + abs(writing.shadow[0]), top + writing.shadow[1])
        if writing.kind == "outlined" and min(mask.shape) >= 9:
            layer.add(hollow(mask, width), colour, left, top)
        elif writing.kind == "rimmed" and min(mask.shape) >= 9:
            layer.add(mask, other if contrast(other, colour) > 25 else second, left, top)
            layer.add(hollow(mask, width), colour, left, top)
        elif writing.kind == "dotted" and min(mask.shape) >= 12:
            layer.add(_dotted(mask, rng), colour, left, top)
        else:
            layer.add(mask, texture if texture is not None else colour, left, top)
    return one


def _bend(size: float, strength: float, rng: np.random.Generator) -> Changed | None:
    """Return what bends a picture whose letters are `size` pixels high, or None."""
    kind = rng.random()
    if rng.random() > 0.55 * strength:
        return None
    seeds = int(rng.integers(1 << 31))
    if kind < 0.3:
        amplitude, period = float(rng.uniform(0.02, 0.14)) * size, float(rng.uniform(1.2, 5)) * size
        phase, rows = float(rng.uniform(0, 7)), bool(rng.random() < 0.4)
        return lambda picture: distortion.wave(picture, amplitude=amplitude, period=period, phase=phase, rows=rows)
    if kind < 0.6:
        x_amplitude, y_amplitude = (rng.uniform(0.01, 0.11, 2) * size).tolist()
        x_period, y_period = (rng.uniform(0.8, 3, 2) * size).tolist()
        return lambda picture: distortion.ripple(
            picture,
            np.random.default_rng(seeds),
            x_amplitude=x_amplitude,
            y_amplitude=y_amplitude,
            x_period=x_period,
            y_period=y_period,
        )
    if kind < 0.75:
        across, along = float(rng.normal(0, 0.2)), float(rng.normal(0, 0.04))
        return lambda picture: distortion.sheared(picture, across=across, along=along)
    if kind < 0.9:
        strong = float(rng.uniform(0.02, 0.08))
        return lambda picture: distortion.perspective(picture, np.random.default_rng(seeds), strong)
    x, y, turns = rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8), float(rng.uniform(-0.7, 0.7))
    return lambda picture: distortion.swirl(
        picture,
        centre=(x * picture.shape[1], y * picture.shape[0]),
        radius=0.6 * max(picture.shape[:2]),
        turns=turns,
    )


def draw_mixture(text: str, faces: Faces, rng: np.random.Generator, strength: float = 1.0) -> Picture:
    """Draw `text` in a look made up at random: RGB (H, W, 3), uint8, 16 to 120 pixels high.

    With a `strength` below 1 less is done to letters and picture: clear text at 0.
    """
    size = int(np.exp(rng.uniform(np.log(13), np.log(80))))
    writing = _writing(size, rng, strength)
    placed = _line(text, size, writing, faces, rng)
    if not placed:
        return paper(4 * size, 2 * size, paper_colour(rng), rng)
    left = min(item.left for item in placed)
    top, bottom = min(item.top for item in placed), max(item.top + item.mask.shape[0] for item in placed)
    right = max(item.left + item.mask.shape[1] for item in placed)
    tight = rng.random() < 0.35
    edge = rng.uniform(0.02, 0.25 if tight else 0.9, 4) * (size, size, 0.6 * size, 0.6 * size)
    width, height = round(right - left + edge[0] + edge[1]) + 2, round(bottom - top + edge[2] + edge[3]) + 2
    ground = paper_colour(rng)
    picture = paper(width, height, ground, rng)
    layer = _Layer(np.zeros((height, width, 3), np.uint8), np.zeros((height, width), np.uint8))
    moved = [_Placed(item.mask, item.left - left + edge[0] + 1, item.top - top + edge[2] + 1) for item in placed]
    main = _paint(layer, moved, ground, writing, rng)
    bend = _bend(size, strength, rng)
    only_letters = rng.random() < 0.5
    if bend is not None and only_letters:
        layer = _Layer(bend(layer.colour), bend(layer.alpha))
    ink = inks(main, ground, rng)
    behind, before = rng.random(2)
    for _ in range(int(rng.integers(1, 3)) if behind < 0.35 * strength else 0):
        add_clutter(picture, ink, faces, rng)
    blend(picture, layer.alpha, layer.colour, opacity=float(rng.uniform(0.5, 0.9)) if rng.random() < 0.1 else 1.0)
    for _ in range(int(rng.choice([1, 1, 1, 2])) if before < 0.55 * strength else 0):
        add_clutter(picture, ink, faces, rng)
    if bend is not None and not only_letters:
        picture = bend(picture)
    if rng.random() < 0.12:
        cv2.rectangle(picture, (0, 0), (width - 1, height - 1), random_colour(rng), int(rng.choice([1, 1, 2])))
    return picture


LOOKS = {"mixture": draw_mixture}
