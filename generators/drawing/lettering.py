"""Lettering: choose an image's size, set letters in a row that fits it, and put each one wholly inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Ink, Mask, Picture, blend, letter, random_colour, turned
from generators.drawing.faces import Faces

Draw = Callable[[str, Faces, np.random.Generator], Picture]
"""Draws a text with typefaces at random and returns a picture (height, width, 3)."""

FILLED = ("sans", "serif", "slab", "mono", "hand", "display", "song", "hei", "kai", "brush")
"""Styles whose letters are whole areas, legible when small; the others are outlines, dots, pixels and stencils."""

SMALLEST = 9
"""Smallest size of a letter in pixels that rows are shrunk to."""


@dataclass(frozen=True)
class Row:
    """Letters side by side: each with its pen position from the row's left end on the baseline, in pixels."""

    inks: tuple[Ink, ...]
    pens: tuple[float, ...]
    width: float
    above: int
    """Rows from the highest ink to the baseline."""
    below: int
    """Rows from the baseline to the lowest ink."""
    size: int
    """Size of the typeface, in pixels."""

    def baseline(self, height: float) -> float:
        """Return the y of the baseline that centres the row's ink in `height` rows."""
        return (height + self.above - self.below) / 2


def cells(text: str) -> float:
    """Return the room that `text` needs, in widths of a Latin letter; a Chinese character needs two."""
    return sum(2.0 if ord(sign) > 0x2E7F else 0.6 if sign == " " else 1.0 for sign in text)


def frame(text: str, sizes: tuple[tuple[int, int], ...], rng: np.random.Generator) -> tuple[int, int]:
    """Choose the image's (width, height): mostly one of `sizes`, at times 0.7 to 1.5 of it; wide enough for `text`."""
    width, height = sizes[int(rng.integers(len(sizes)))]
    if rng.random() < 0.4:
        both, across = rng.uniform(0.75, 1.5), rng.uniform(0.85, 1.15)
        width, height = round(width * both * across), round(height * both)
    height = max(18 if text.isascii() else 22, height)
    return max(width, round(cells(text) * max(9.0, 0.36 * height)) + 8), height


def face(
    text: str,
    faces: Faces,
    rng: np.random.Generator,
    *families: str,
    styles: tuple[str, ...] = (),
    any_face: float = 0.4,
) -> str:
    """Choose a typeface: one of `families` (or `styles`) as published, or any at all with probability `any_face`."""
    if rng.random() < any_face:
        return faces.one(text, rng, styles=FILLED if rng.random() < 0.9 else ())
    return faces.one(text, rng, families=families, styles=styles)


def crisp(ink: Ink) -> Ink:
    """Return a letter without grey edges, as GD's and AWT's plain text has them."""
    return replace(ink, mask=np.where(ink.mask > 100, np.uint8(255), np.uint8(0)))


def row(
    text: str,
    path: str | list[str],
    size: float,
    room: float,
    *,
    tall: float = 1e9,
    gap: float = 0.0,
    pitch: float = 0.0,
    stroke: int = 0,
    sharp: bool = False,
) -> Row:
    """Set `text` in a row at most `room` columns wide and `tall` rows high, smaller than `size` pixels where it must.

    `gap` widens (or narrows) every advance and `pitch` is the least distance between two pens, both as shares of the
    size. `path` is one typeface, or one for each letter.
    """
    paths = path if isinstance(path, list) else [path] * len(text)
    now = max(SMALLEST, round(size))
    while True:
        inks = [letter(file, now, sign, stroke) for file, sign in zip(paths, text, strict=True)]
        pens, pen = [], 0.0
        for ink, sign in zip(inks, text, strict=True):
            pens.append(pen)
            pen += ink.advance if sign == " " else max(ink.advance + gap * now, 0.55 * ink.advance, pitch * now)
        shown = [(pen + ink.left, pen + ink.left + ink.mask.shape[1]) for pen, ink in zip(pens, inks, strict=True)]
        start = min((left for left, _ in shown), default=0)
        width = max((right for _, right in shown), default=0) - start
        above = max((-ink.top for ink in inks if ink.mask.size), default=now)
        below = max((ink.top + ink.mask.shape[0] for ink in inks if ink.mask.size), default=0)
        share = min(room / max(1.0, width), tall / max(1, above + below))
        if share >= 1 or now <= SMALLEST:
            break
        now = max(SMALLEST, min(now - 1, int(now * share)))
    if sharp:
        inks = [crisp(ink) for ink in inks]
    return Row(tuple(inks), tuple(pen - start for pen in pens), width, above, below, now)


def put(
    picture: Picture,
    ink: Ink,
    paint: Colour | Picture,
    pen: tuple[float, float],
    *,
    degrees: float = 0,
    shear: float = 0,
    wider: float = 1,
    higher: float = 1,
    opacity: float = 1,
    edge: int = 0,
) -> tuple[int, int, Mask]:
    """Draw a letter in place, moved (and shrunk where it must be) so that all of it is `edge` pixels inside.

    Returns the first column and row of its mask, and the mask.
    """
    mask = ink.mask
    x, y = pen[0] + ink.left, pen[1] + ink.top
    rows, columns = mask.shape
    if mask.size and (degrees or shear or wider != 1 or higher != 1):
        mask = turned(mask, degrees, shear=shear, wider=wider, higher=higher)
        x, y = x + (columns - mask.shape[1]) / 2, y + (rows - mask.shape[0]) / 2
    mask, left, top = inside(mask, x, y, picture.shape[1], picture.shape[0], edge)
    blend(picture, mask, paint, left, top, opacity)
    return left, top, mask


def inside(mask: Mask, x: float, y: float, width: int, height: int, edge: int = 0) -> tuple[Mask, int, int]:
    """Return a mask, shrunk if it is too large, and the (left, top) nearest to (x, y) at which all of it is inside."""
    rows, columns = mask.shape
    share = min((width - 2 * edge) / max(1, columns), (height - 2 * edge) / max(1, rows))
    if share < 1:
        new = max(1, int(columns * share)), max(1, int(rows * share))
        mask = cv2.resize(mask, new, interpolation=cv2.INTER_AREA)
        rows, columns = mask.shape
    left = min(max(round(x), edge), width - edge - columns)
    return mask, left, min(max(round(y), edge), height - edge - rows)


def stamp(
    page: Mask,
    ink: Ink,
    pen: tuple[float, float],
    *,
    degrees: float = 0,
    shear: float = 0,
    wider: float = 1,
    higher: float = 1,
    edge: int = 0,
) -> None:
    """Add a letter to a page's mask (H, W), in place, wholly inside."""
    mask = ink.mask
    if not mask.size:
        return
    x, y = pen[0] + ink.left, pen[1] + ink.top
    rows, columns = mask.shape
    if degrees or shear or wider != 1 or higher != 1:
        mask = turned(mask, degrees, shear=shear, wider=wider, higher=higher)
        x, y = x + (columns - mask.shape[1]) / 2, y + (rows - mask.shape[0]) / 2
    mask, left, top = inside(mask, x, y, page.shape[1], page.shape[0], edge)
    here = page[top : top + mask.shape[0], left : left + mask.shape[1]]
    np.maximum(here, mask, out=here)


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """Return the colour that lies `share` of the way from the first to the second."""
    red, green, blue = (round(a + share * (b - a)) for a, b in zip(first, second, strict=True))
    return red, green, blue


def mean_colour(picture: Picture) -> Colour:
    """Return the mean colour of a picture."""
    red, green, blue = picture.reshape(-1, 3).mean(0).astype(int).tolist()
    return red, green, blue


def luma(colour: Colour) -> float:
    """Return how bright a colour looks, from 0 to 255."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def legible(rng: np.random.Generator, paper: Colour, low: int = 0, high: int = 255, apart: float = 70) -> Colour:
    """Return a random colour, channels from `low` to `high`, that differs from the paper's brightness by `apart`."""
    ground = luma(paper)
    for _ in range(12):
        colour = random_colour(rng, low, high)
        if abs(luma(colour) - ground) >= apart:
            return colour
    return (20, 20, 20) if ground > 127 else (240, 240, 240)


def speckle(
    picture: Picture, number: int, colour: Colour | None, rng: np.random.Generator, low: int = 0, high: int = 255
) -> None:
    """Set single pixels in place, all of one colour or each of its own with channels from `low` to `high`."""
    height, width = picture.shape[:2]
    y, x = rng.integers(0, height, number), rng.integers(0, width, number)
    picture[y, x] = rng.integers(low, high + 1, (number, 3), np.uint8) if colour is None else colour


def strokes(picture: Picture, ends: np.ndarray, colour: Colour, width: int = 1, *, smooth: bool = False) -> None:
    """Draw straight lines (N, 2, 2) of one colour in place, all at once."""
    fixed = np.rint(ends * 16).astype(np.int32)
    cv2.polylines(picture, list(fixed), False, colour, width, cv2.LINE_AA if smooth else cv2.LINE_8, 4)


def turn(sign: str, rng: np.random.Generator, most: float) -> float:
    """Return degrees by which to turn a letter, at most `most` to either side; signs that look alike less."""
    return float(rng.uniform(-1, 1)) * (min(most, 18.0) if sign in "+-×xX*÷/=一" else most)


def quad(mask: Mask, rng: np.random.Generator, strength: float) -> Mask:
    """Pull the four corners of a letter's mask outwards by up to `strength` of its size each."""
    rows, columns = mask.shape
    if not rows or not columns:
        return mask
    out_x, out_y = int(strength * columns) + 1, int(strength * rows) + 1
    source = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    pull = rng.uniform(-1, 1, (4, 2)) * (strength * columns, strength * rows)
    target = (source + pull + (out_x, out_y)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    return np.asarray(cv2.warpPerspective(mask, matrix, (columns + 2 * out_x, rows + 2 * out_y)), np.uint8)
