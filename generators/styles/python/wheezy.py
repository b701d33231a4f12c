"""The look of wheezy.captcha (PyPI): large warped letters, one thick Bézier curve, flat dots, one colour of each.

Published facts, from its drawing functions and samples: 200x75; paper and dots #EEEECC, letters and curve #5C87B2 or
random colours; typefaces Courier New Bold, Liberation Mono Bold or the user's, at 65, 70 or 75 pixels; a letter is
warped by up to 0.27 of its width and 0.21 of its height, turned by up to 25 degrees, shifted by up to 0.1 and 0.2; it
follows at 0.8 of its width; a curve of 5 control points, 4 wide; 50 dots of 2x2; Pillow's SMOOTH filter; often JPEG
of quality 75.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from generators.contest.seeded_captcha import smooth
from generators.drawing.canvas import Colour, Mask, Picture, bezier, blank, letter, line, random_colour, turned
from generators.drawing.faces import Faces
from generators.drawing.lettering import cells, face

Draw = Callable[[str, Faces, np.random.Generator], Picture]

FAMILIES = ("Cousine", "Liberation Mono", "DejaVu Sans Mono", "Courier Prime", "DejaVu Sans", "FreeSans", "Arimo")
PAPER, INK = (238, 238, 204), (92, 135, 178)
SQUEEZE = 0.8
FADE = 1.97
"""Opacity of a letter is its luma times this: dark letters stay faint."""


@dataclass(frozen=True)
class Settings:
    """What one picture is drawn with."""

    width: int = 200
    height: int = 75
    sizes: tuple[int, ...] = (65, 70, 75)
    warp: tuple[float, float] = (0.27, 0.21)
    rotate: float = 25
    offset: tuple[float, float] = (0.1, 0.2)
    curve_width: int = 4
    curves: int = 1
    dots: int = 50
    dot: int = 2
    smooth: bool = True
    jpeg: int = 0


def draw_wheezy(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` as wheezy.captcha does with its own settings, with those that users choose, or near them."""
    published = rng.random() < 0.6
    settings = _published(rng) if published else _varied(rng)
    paper, ink = (PAPER, INK) if published and rng.random() < 0.6 else _colours(rng)
    own_colours = rng.random() < 0.15
    paths = [face(text, faces, rng, *FAMILIES) for _ in range(1 if rng.random() < 0.7 else 2)]
    width = max(settings.width, round(cells(text) * max(10, settings.height * 0.24)))
    picture = blank(width, settings.height, paper)
    _draw_text(picture, text, paths, settings, ink, own_colours, rng)
    for _ in range(settings.curves):
        _draw_curve(picture, settings.curve_width, random_colour(rng, 20, 170) if own_colours else ink, rng)
    _draw_dots(picture, settings, paper if rng.random() < 0.8 else ink, rng)
    if settings.smooth:
        picture = smooth(picture)
    if settings.jpeg:
        _, packed = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, settings.jpeg])
        picture = cv2.cvtColor(cv2.imdecode(packed, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    return picture


def _published(rng: np.random.Generator) -> Settings:
    curves, dots = int(rng.random() < 0.7), 50 if rng.random() < 0.9 else 0
    jpeg = 75 if rng.random() < 0.4 else 0
    if rng.random() < 0.3:  # as in the copies that people have: letters only turned and shifted
        return Settings(sizes=(75,), warp=(0, 0), offset=(0.3, 0.2), curves=curves, dots=dots, jpeg=jpeg)
    return Settings(curves=curves, dots=dots, smooth=rng.random() < 0.8, jpeg=jpeg)


def _varied(rng: np.random.Generator) -> Settings:
    height = int(rng.integers(36, 110))
    width = int(height * rng.uniform(2, 4))
    sizes = tuple(max(12, int(height * share) // 2 * 2) for share in (rng.uniform(0.6, 0.85), rng.uniform(0.85, 1)))
    return Settings(
        width,
        height,
        sizes,
        warp=(rng.uniform(0, 0.3), rng.uniform(0, 0.24)) if rng.random() < 0.8 else (0, 0),
        rotate=rng.uniform(0, 32),
        offset=(rng.uniform(0, 0.15), rng.uniform(0, 0.3)),
        curve_width=int(rng.integers(1, max(2, height // 16) + 1)),
        curves=int(rng.choice([0, 1, 1, 2])),
        dots=int(rng.integers(0, 120)),
        dot=int(rng.integers(1, 4)),
        smooth=rng.random() < 0.7,
        jpeg=int(rng.integers(40, 96)) if rng.random() < 0.3 else 0,
    )


def _colours(rng: np.random.Generator) -> tuple[Colour, Colour]:
    """Draw a light paper and a middle or dark ink, or the other way round."""
    if rng.random() < 0.12:
        return random_colour(rng, 0, 70), random_colour(rng, 150, 255)
    return random_colour(rng, 200, 255), random_colour(rng, 10, 150)


def _letters(text: str, paths: list[str], settings: Settings, scale: float, rng: np.random.Generator) -> list[Mask]:
    masks = []
    for character in text:
        size = max(8, round(scale * settings.sizes[int(rng.integers(len(settings.sizes)))]))
        mask = letter(paths[int(rng.integers(len(paths)))], size, character).mask
        if not mask.size:
            masks.append(np.zeros((1, size // 2), np.uint8))
            continue
        if any(settings.warp):
            mask = _warped(mask, settings.warp, rng)
        if settings.rotate:
            mask = turned(mask, rng.uniform(-settings.rotate, settings.rotate))
        right, down = (
            int(share * rng.random() * length) for share, length in zip(settings.offset, mask.shape[::-1], strict=True)
        )
        masks.append(cv2.copyMakeBorder(mask, down, 0, right, 0, cv2.BORDER_CONSTANT, value=0))
    return masks


def _warped(mask: Mask, shares: tuple[float, float], rng: np.random.Generator) -> Mask:
    """Pull the corners of a letter, on a page of its own size, by up to these shares of its width and height."""
    rows, columns = mask.shape
    dx, dy = columns * shares[0], rows * shares[1]
    x1, x2 = (int(value) for value in rng.uniform(-dx, dx, 2))
    y1, y2 = (int(value) for value in rng.uniform(-dy, dy, 2))
    wide, high = columns + abs(x1) + abs(x2), rows + abs(y1) + abs(y2)
    seen = np.array([[x1, y1], [-x1, high - y2], [wide + x2, high + y2], [wide - x2, -y1]], np.float32)
    seen -= (abs(x1), abs(y1))
    page = np.array([[0, 0], [0, rows], [columns, rows], [columns, 0]], np.float32)
    matrix = cv2.getPerspectiveTransform(page, seen)
    return cv2.warpPerspective(mask, matrix, (columns, rows), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def _draw_text(
    picture: Picture,
    text: str,
    paths: list[str],
    settings: Settings,
    ink: Colour,
    own_colours: bool,
    rng: np.random.Generator,
) -> None:
    height, width = picture.shape[:2]
    scale = 1.0
    for _ in range(4):  # what is too large is drawn again, smaller
        masks = _letters(text, paths, settings, scale, rng)
        steps = [int(mask.shape[1] * SQUEEZE) for mask in masks]
        wide, high = sum(steps[:-1]) + masks[-1].shape[1], max(mask.shape[0] for mask in masks)
        if wide <= width and high <= height + 4:
            break
        scale *= min(width / wide, height / high, 1) * 0.97
    x = (width - wide) // 2
    for mask, step in zip(masks, steps, strict=True):
        _stamp(picture, mask, random_colour(rng, 20, 170) if own_colours else ink, x, (height - mask.shape[0]) // 2)
        x += step


def _stamp(picture: Picture, mask: Mask, colour: Colour, left: int, top: int) -> None:
    """Paste a letter that darkens towards its edges, through its own luma."""
    height, width = picture.shape[:2]
    y0, x0 = max(0, top), max(0, left)
    part = mask[y0 - top : height - top, x0 - left : width - left].astype(np.float32)[..., None] / 255
    if not part.size:
        return
    luma = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
    opacity = np.minimum(1, part * max(luma, 60) * FADE / 255)
    here = picture[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]]
    here[:] = here * (1 - opacity) + np.array(colour, np.float32) * part * opacity


def _draw_curve(picture: Picture, width: int, colour: Colour, rng: np.random.Generator) -> None:
    height, columns = picture.shape[:2]
    points = [(columns * step / 6, float(rng.integers(0, height + 1))) for step in range(1, 6)]
    line(picture, bezier(points), colour, width, smooth=False)


def _draw_dots(picture: Picture, settings: Settings, colour: Colour, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    places = rng.uniform((0.1 * width, 0.1 * height), (0.9 * width, 0.9 * height), (settings.dots, 2)).astype(int)
    for x, y in places.tolist():
        picture[y : y + settings.dot, x : x + settings.dot + 1] = colour


LOOKS: dict[str, Draw] = {"wheezy": draw_wheezy}
