"""A final page: a plan of everything on it, and its drawing, whole or a piece at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.contest.seeded_captcha import Colour, Pixels, draw_dots, smooth
from generators.pages.line_drawing import LINE_HEIGHT, LineDrawer, Type

WIDTHS = (800, 1600, 2400, 3200, 4000)
HEIGHTS = (400, 500, 600, 700, 800, 900, 1000)
DOTS_PER_PIXEL = (0.5e-4, 4e-4)
THIN_EQUALS_SHARE = 0.65
THIN = (0.2, 0.65)
"""Least and most of `Type.thin`: strokes are then as wide as the contest's, which no typeface of ours is thin enough
for."""

SPREAD, FRACTION_SPREAD = (0.1, 0.35), (0.1, 0.35)
"""By how much the smallest characters of a page's lines, and of the number under its bar, are smaller than the
largest. A quarter are the sizes that the captcha library chooses from if not told otherwise, 42, 50 and 56."""

FRACTION_PIXELS = 17, 25
"""Height of the largest characters of a fraction, in pixels."""

MIDDLE = 0.43
"""Where the middle one of these sizes lies, from the largest to the smallest."""

INK = 0.995
"""Paper shows through less than this where there is ink."""

Box = tuple[int, int, int, int]
"""Left, top, right, lower, in pixels; the last two exclusive."""


@dataclass(frozen=True)
class Arc:
    """A thin piece of an ellipse inside of a box, from one angle to another in degrees clockwise."""

    box: Box
    start: float
    end: float
    colour: Colour


@dataclass(frozen=True)
class Line:
    """One line of text: its layers (2, LINE_HEIGHT, width) and the place of their upper left corner on the page."""

    text: str
    layers: NDArray[np.float32]
    left: int
    top: int

    @property
    def box(self) -> Box:
        """The smallest box around the line's ink on the page."""
        ink = self.layers[0] < INK
        rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
        if rows.size == 0:
            return self.left, self.top, self.left + 1, self.top + 1
        left, top = self.left + int(columns[0]), self.top + int(rows[0])
        return left, top, self.left + int(columns[-1]) + 1, self.top + int(rows[-1]) + 1


@dataclass(frozen=True)
class Page:
    """Everything on a page. `seed` decides where its dots lie, which are drawn last."""

    width: int
    height: int
    background: Colour
    colour: Colour
    lines: tuple[Line, ...]
    arcs: tuple[Arc, ...]
    dots: int
    seed: int

    @property
    def text(self) -> str:
        """The lines joined by semicolons, as the contest's labels have them."""
        return ";".join(line.text for line in self.lines)


def plan(text: str, fonts: tuple[tuple[str, ...], tuple[str, ...]], rng: np.random.Generator) -> Page:
    """Plan a page with the formula `text`, its lines separated by semicolons, in the contest's layout.

    `fonts` are the paths of typefaces for digits and signs, and for variables; one of each is chosen.
    """
    digits, variables = fonts
    em, tall = rng.uniform(33, 45), rng.uniform(0.92, 1.16)
    type_ = Type(
        digits[int(rng.integers(len(digits)))],
        variables[int(rng.integers(len(variables)))],
        em=em,
        half=rng.uniform(0.52, 0.69),
        tall=tall,
        fraction_width=rng.uniform(0.7, 0.95),
        fraction_height=rng.uniform(*FRACTION_PIXELS) / (em * tall),
        bar=int(rng.choice([2, 3, 3, 3, 4])),
        over=int(rng.integers(3, 20)),
        equals=rng.uniform(0.09, 0.2) if rng.random() < THIN_EQUALS_SHARE else None,
        thin=rng.uniform(*THIN),
        sizes=_sizes(rng.uniform(*SPREAD)),
        fraction_sizes=_sizes(rng.uniform(*FRACTION_SPREAD)),
        heights={"*": rng.uniform(0.75, 1), "+": rng.uniform(0.5, 1)} | dict.fromkeys("()", rng.uniform(1, 1.3)),
        full_height=rng.uniform(1, 1.3),
    )
    background = tuple(int(c) for c in rng.integers(238, 256, 3))
    colour = tuple(int(c) for c in rng.integers(0, 201, 3))
    drawer = LineDrawer(type_, rng)
    layers = [drawer.line(part, colour) for part in text.split(";")]
    width, height = int(rng.choice(WIDTHS)), int(rng.choice(HEIGHTS))
    block_width = max(layer.shape[2] for layer in layers)
    block_height = LINE_HEIGHT * len(layers)
    left = int(rng.integers(0, max(1, width - block_width)))
    top = int(rng.integers(0, max(1, height - block_height)))
    lines = tuple(
        Line(part, layer, left, top + number * LINE_HEIGHT)
        for number, (part, layer) in enumerate(zip(text.split(";"), layers, strict=True))
    )
    arcs = tuple(_arc(width, height, rng) for _ in range(int(rng.integers(3, 11))))
    dots = int(rng.poisson(rng.uniform(*DOTS_PER_PIXEL) * width * height))
    return Page(width, height, background, colour, lines, arcs, dots, int(rng.integers(2**32)))


def _sizes(spread: float) -> tuple[float, float, float]:
    """Three sizes of characters, as factors of the largest."""
    return 1 - spread, 1 - MIDDLE * spread, 1.0


def arc_through(box: Box, page: Page, rng: np.random.Generator) -> Arc:
    """An arc of the page's kind whose flat lower end is as low as something in `box`, and that meets its columns."""
    left, top, right, lower = box
    while True:
        arc = _arc(page.width, page.height, rng)
        x1, y1, x2, y2 = arc.box
        if x1 < right and x2 > left:
            break
    down = int(rng.integers(top, lower)) - y2
    return replace(arc, box=(x1, y1 + down, x2, y2 + down))


def _arc(width: int, height: int, rng: np.random.Generator) -> Arc:
    """An arc as the library's noise curve has it, on the whole page."""
    x1 = int(rng.integers(0, width // 5 + 1))
    x2 = int(rng.integers(width - width // 5, width + 1))
    y1 = int(rng.integers(height // 5, height - height // 5 + 1))
    y2 = int(rng.integers(y1, max(y1, height - height // 5) + 1))
    colour = tuple(int(c) for c in rng.integers(0, 256, 3))
    return Arc((min(x1, x2), y1, max(x1, x2), y2), float(rng.integers(0, 21)), float(rng.integers(160, 201)), colour)


def draw(page: Page, box: Box | None = None) -> Pixels:
    """Draw the page, or the piece of it inside `box`: RGB (rows, columns, 3), uint8.

    A piece has the page's lines and arcs exactly; its dots are others, as dense as the page's.
    """
    left, top, right, lower = box or (0, 0, page.width, page.height)
    pixels = np.empty((lower - top, right - left, 3), np.uint8)
    pixels[:] = page.background
    for line in page.lines:
        _draw_line(pixels, line, page, left, top)
    for arc in page.arcs:
        x1, y1, x2, y2 = arc.box
        centre = ((x1 + x2) // 2 - left, (y1 + y2) // 2 - top)
        axes = ((x2 - x1) // 2, (y2 - y1) // 2)
        cv2.ellipse(pixels, centre, axes, 0, arc.start, arc.end, arc.colour, 1)
    pixels = smooth(pixels)
    rng = np.random.default_rng(page.seed)
    share = pixels.shape[0] * pixels.shape[1] / (page.width * page.height)
    dots = page.dots if box is None else int(rng.poisson(page.dots * share))
    draw_dots(pixels, rng.integers(0, 256, (dots, 3)).astype(np.uint8), dots, rng)
    return pixels


def _draw_line(pixels: Pixels, line: Line, page: Page, left: int, top: int) -> None:
    """Draw the part of a line that lies on `pixels`, whose corner is at (left, top) of the page."""
    x, y = line.left - left, line.top - top
    _, rows, columns = line.layers.shape
    layers = line.layers[:, max(0, -y) : pixels.shape[0] - y, max(0, -x) : pixels.shape[1] - x]
    if not columns or pixels.shape[0] <= y or pixels.shape[1] <= x or y <= -rows or x <= -columns:
        return
    here = pixels[max(0, y) : max(0, y) + layers.shape[1], max(0, x) : max(0, x) + layers.shape[2]]
    for channel, (paper, ink) in enumerate(zip(page.background, page.colour, strict=True)):
        here[..., channel] = cv2.addWeighted(layers[0], paper, layers[1], ink, 0, dtype=cv2.CV_8U)
