"""Sheets of EasyCaptcha: size and colours, letters in one of its typefaces, circles and curves.

The facts are in generators.styles.java.easycaptcha.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Ink, Picture, bezier, letter, random_colour
from generators.drawing.decorated import DECORATIONS, Decoration, decorated
from generators.drawing.faces import Faces
from generators.drawing.java_text import ITALIC_SHEAR, bold, draw_curve
from generators.drawing.lettering import cells, face, luma, put

PALETTE: tuple[Colour, ...] = (
    (0, 135, 255),
    (51, 153, 51),
    (255, 102, 102),
    (255, 153, 0),
    (153, 102, 0),
    (153, 102, 153),
    (51, 153, 153),
    (102, 102, 255),
    (0, 102, 204),
    (204, 51, 51),
    (0, 153, 204),
    (0, 51, 102),
)

CARTOON_FAMILIES = (
    "Comic Neue",
    "Comic Relief",
    "Bangers",
    "Baloo 2",
    "Fredoka",
    "Gochi Hand",
    "Shantell Sans",
    "Humor Sans",
)

OUTLINED_STYLES = ("outlined", "outline", "display")

BOLD_FAMILIES = ("Arimo", "Open Sans", "DejaVu Sans", "Noto Sans")

SIZES = ((130, 48), (130, 48), (130, 48), (111, 36), (120, 40), (100, 38), (160, 60), (200, 64), (256, 64))

WIDEST = 420
"""Width in pixels beyond which letters become smaller rather than the picture wider."""


@dataclass(frozen=True)
class Sheet:
    """An empty captcha: its size in pixels, the size of the letters, and its colours."""

    width: int
    height: int
    size: int
    paper: Colour
    palette: tuple[Colour, ...]

    def colour(self, rng: np.random.Generator) -> Colour:
        """Return a colour of the palette."""
        return self.palette[int(rng.integers(len(self.palette)))]


@dataclass(frozen=True)
class Lettering:
    """How letters are drawn: typeface, decoration (or "bold", "plain") and slant."""

    path: str
    way: Decoration | str
    shear: float = 0
    tilt: float = 0
    """Degrees by which each letter may be turned."""

    def ink(self, size: int, character: str) -> Ink:
        """Draw one character."""
        if self.way == "cartoon":
            return decorated(self.path, round(0.92 * size), character, "cartoon")
        if self.way in DECORATIONS:
            return decorated(self.path, size, character, self.way)  # type: ignore[arg-type]
        return bold(self.path, size, character) if self.way == "bold" else letter(self.path, size, character)


def prepare(
    text: str, lettering: Lettering, sizes: tuple[tuple[int, int], ...], usual: bool, rng: np.random.Generator
) -> Sheet:
    """Choose size and colours; a text too long for its picture makes letters smaller or the picture wider."""
    width, height = sizes[int(rng.integers(len(sizes)))]
    size = 32 if rng.random() < 0.8 or height >= 64 else max(20, round(0.75 * height))
    size = round(0.75 * height) if height > 56 else size
    paper, palette = (255, 255, 255), PALETTE
    if not usual:
        scale = rng.uniform(0.75, 1.5)
        width, height = round(width * scale * rng.uniform(0.9, 1.2)), round(height * scale)
        size = 4 * round(size * scale * rng.uniform(0.75, 1.05) / 4)
        chance = rng.random()
        if chance < 0.15:
            paper = random_colour(rng, 0, 60)
            palette = tuple(random_colour(rng, 130, 255) for _ in range(8))
        elif chance < 0.6:
            paper = random_colour(rng, 215, 255)
            palette = tuple(random_colour(rng, 0, 190) for _ in range(8))
        palette = tuple(colour for colour in palette if abs(luma(colour) - luma(paper)) > 60) or palette
    ink = sum(lettering.ink(32, character).mask.shape[1] for character in text) / 32
    room = max(cells(text) * 0.55 + 0.15, 0.88 * ink)
    size = min(size, round(0.95 * height))
    if room * size > width:
        if rng.random() < 0.5:
            size = max(18, min(size, 2 * int(width / room / 2)))
        size = min(size, max(20, int(WIDEST / room)))
        width = max(width, round(room * size))
    return Sheet(width, height, size, paper, palette)


def choose_lettering(text: str, faces: Faces, rng: np.random.Generator) -> Lettering:
    """Choose a typeface and its decoration: mostly cartoon letters, which the program has by itself."""
    if any(ord(character) > 0x2E7F for character in text) and rng.random() < 0.7:
        path = face(text, faces, rng, styles=("hei", "kai", "song"), any_face=0.2)
        return Lettering(path, "bold" if rng.random() < 0.6 else "plain")
    chance = rng.random()
    if chance < 0.12:
        return Lettering(faces.one(text, rng, families=CARTOON_FAMILIES, styles=OUTLINED_STYLES), "plain", 0, 3)
    if chance < 0.22:
        return Lettering(faces.one(text, rng, styles=OUTLINED_STYLES), "plain")
    if chance < 0.55:
        return Lettering(
            face(text, faces, rng, *CARTOON_FAMILIES, styles=("hand",), any_face=0.25),
            "cartoon",
            0,
            5 * int(rng.random() < 0.3),
        )
    if chance < 0.8:
        way = DECORATIONS[int(rng.integers(len(DECORATIONS)))]
        return Lettering(
            face(text, faces, rng, styles=("sans", "display"), any_face=0.5), way, 0, 3 * int(rng.integers(2))
        )
    shear = ITALIC_SHEAR if rng.random() < 0.25 else 0
    return Lettering(face(text, faces, rng, *BOLD_FAMILIES, styles=("sans", "hei")), "bold", shear)


def add_circles(
    picture: Picture,
    sheet: Sheet,
    count: int,
    rng: np.random.Generator,
    low: int = 5,
    high: int = 14,
    opacity: float = 1,
) -> None:
    """Draw small circles anywhere, in place."""
    layer = picture if opacity >= 1 else picture.copy()
    for _ in range(count):
        across = int(rng.integers(low, high + 1))
        down = across if high <= 14 else int(rng.integers(low, high + 1))
        x, y = rng.uniform(0, max(1, sheet.width - 25)), rng.uniform(0, max(1, sheet.height - 15))
        centre = round(16 * (x + across / 2)), round(16 * (y + down / 2))
        cv2.ellipse(layer, centre, (8 * across, 8 * down), 0, 0, 360, sheet.colour(rng), 1, cv2.LINE_AA, 4)
    if layer is not picture:
        picture[:] = cv2.addWeighted(layer, opacity, picture, 1 - opacity, 0)


def add_curve(picture: Picture, sheet: Sheet, width: float, rng: np.random.Generator, opacity: float = 1) -> None:
    """Draw a Bézier curve of the second or third degree from side to side, in place."""
    right, low = sheet.width, sheet.height
    start, end = rng.uniform(5, max(6, low / 2)), rng.uniform(low / 2, max(low / 2 + 1, low - 5))
    if rng.random() < 0.5:
        start, end = end, start
    inner = [
        (rng.uniform(right / 4, 3 * right / 4), rng.uniform(5, max(6, low - 5))) for _ in range(int(rng.integers(1, 3)))
    ]
    draw_curve(picture, bezier([(5, start), *inner, (right - 5, end)], 16), width, sheet.colour(rng), opacity)


def add_text(
    picture: Picture,
    text: str,
    sheet: Sheet,
    lettering: Lettering,
    rng: np.random.Generator,
    *,
    colours: list[Colour] | None = None,
    opacities: list[float] | None = None,
    wide: bool = True,
) -> None:
    """Draw the letters, in place, each in the middle of its cell; all of them wholly inside."""
    cell = sheet.width / len(text)
    middle = (cell - lettering.ink(sheet.size, "0").advance * (1.35 if wide and len(text) < 7 else 1)) / 2 + 3
    line = sheet.size * rng.uniform(1.1, 1.35)
    baseline = (
        sheet.height - (sheet.height - line) / 2 - 3 - (0.14 if lettering.way == "cartoon" else 0.08) * sheet.size
    )
    for index, character in enumerate(text):
        ink = lettering.ink(sheet.size, character)
        colour = sheet.colour(rng) if colours is None else colours[index]
        degrees = (
            float(rng.uniform(-lettering.tilt, lettering.tilt)) if lettering.tilt and character not in "/1l" else 0
        )
        pen = index * cell + (max(0, (cell - ink.advance) / 2) if ord(character) > 0x2E7F else middle), baseline
        opacity = 1 if opacities is None else opacities[index]
        put(picture, ink, colour, pen, degrees=degrees, shear=lettering.shear, opacity=opacity)
