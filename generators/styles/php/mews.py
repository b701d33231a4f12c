"""Draw captchas with the look of mewebstudio/captcha, the one for Laravel.

Published facts (Captcha.php, config/captcha.php): pages of 120x36, 160x46 (flat), 60x32 (mini) and 345x65; a textured
paper stretched to the page, or #ecf2f4 (flat); letter i at 4 + i·(width - 4)/length columns; typeface, size (height -
10 to height), angle (up to 15 degrees) and colour (any at all, or one of eight) at random for each letter; four lines
a pixel wide over all, seven in flat; inverse has angles up to 12, sharpens, inverts and blurs. Recent versions draw
all lines in magenta. The papers here only resemble the program's: sheen, brush strokes, curls, stripes, bricks,
splashes, veins, worn paper.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.drawing.canvas import Colour, Picture, blank, letter, random_colour
from generators.drawing.distortion import grid
from generators.drawing.faces import Faces
from generators.drawing.gd import hard_line, jpeg, put_about_pen
from generators.drawing.lettering import Draw, face, frame, luma
from generators.drawing.paper import clouds, paper

FLAT_PAPER = (0xEC, 0xF2, 0xF4)
FLAT_INKS: tuple[Colour, ...] = (
    (0x2C, 0x3E, 0x50),
    (0xC0, 0x39, 0x2B),
    (0x16, 0xA0, 0x85),
    (0xC0, 0x39, 0x2B),
    (0x8E, 0x44, 0xAD),
    (0x30, 0x3F, 0x9F),
    (0xF5, 0x7C, 0x00),
    (0x79, 0x55, 0x48),
)
MAGENTA = (255, 0, 255)
Grey = NDArray[np.float32]


def _noise(width: int, height: int, columns: float, rows: float, rng: np.random.Generator) -> Grey:
    """Return smooth noise (H, W) of standard deviation near 1 with waves about `columns` by `rows` pixels long."""
    small = rng.standard_normal((max(2, round(height / rows) + 1), max(2, round(width / columns) + 1)), np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _grey(values: NDArray[np.floating]) -> Picture:
    return cv2.cvtColor(np.clip(values, 0, 255).astype(np.uint8), cv2.COLOR_GRAY2RGB)


def _sheen(width: int, height: int, rng: np.random.Generator) -> Picture:
    """Folds of light and shade, as in satin."""
    x, y = grid(width, height)
    bent = (x * rng.uniform(-0.6, 0.6) + y) / height * rng.uniform(1, 3) + _noise(
        width, height, 0.9 * height, height, rng
    )
    fold = np.abs(np.sin(bent * rng.uniform(0.7, 1.4))) ** rng.uniform(0.4, 1)
    return _grey(rng.uniform(185, 215) + rng.uniform(25, 50) * fold)


def _brush(width: int, height: int, rng: np.random.Generator) -> Picture:
    """Parallel slanting strokes of a dry brush."""
    lines = _noise(width, height + width // 4, 1.2 * height, max(1.2, height / 30), rng)
    slant = np.array([[1, 0, 0], [rng.uniform(-0.6, 0.1), 1, 0]], np.float32)
    slant[1, 2] = -min(0.0, float(slant[1, 0])) * width - 0.3 * height
    lines = cv2.warpAffine(lines, slant, (width, height), borderMode=cv2.BORDER_REFLECT)
    return _grey(rng.uniform(205, 235) + rng.uniform(10, 22) * lines + 12 * _noise(width, height, height, height, rng))


def _curls(width: int, height: int, rng: np.random.Generator) -> Picture:
    """Thin loops and spirals on white."""
    picture = blank(width, height, (252, 252, 252))
    turn = np.linspace(0, 4 * np.pi, 40)
    for _ in range(int(rng.integers(2, 6))):
        size = height * rng.uniform(0.1, 0.5) * np.linspace(0.3, 1.3, 40)
        points = np.stack(
            [
                rng.uniform(0, width) + 1.5 * size * np.cos(turn + rng.uniform(0, 6)),
                rng.uniform(0, height) + size * np.sin(turn),
            ],
            axis=1,
        )
        shade = int(rng.integers(195, 235))
        fixed = np.rint(points * 16).astype(np.int32)
        cv2.polylines(picture, [fixed], False, (shade, shade, shade), int(rng.integers(1, 3)), cv2.LINE_AA, 4)
    return picture


def _stripes(width: int, height: int, rng: np.random.Generator) -> Picture:
    """Level stripes on blueish grey that gets darker downwards."""
    _, y = grid(width, height)
    share = np.clip(np.sin(2 * np.pi * y / max(3.0, height / rng.uniform(7, 12))) * 4, 0, 1)
    values = (rng.uniform(205, 235) - 30 * y / height)[..., None] + np.array([-5, -1, 4], np.float32)
    values = values + (share * rng.uniform(10, 25))[..., None] + 4 * _noise(width, height, 9, 9, rng)[..., None]
    return np.clip(values, 0, 255).astype(np.uint8)


def _bricks(width: int, height: int, rng: np.random.Generator) -> Picture:
    """Rows of grey blocks, some missing, on nearly white."""
    x, y = grid(width, height)
    tilt, size = rng.uniform(-0.06, 0.06), height / rng.uniform(6, 9)
    row = (y + tilt * x) / size
    column = (x - tilt * y) / (size * rng.uniform(1, 2)) + 0.5 * (np.floor(row) % 2)
    number = (np.floor(row).astype(np.int64) % 64) * 64 + np.floor(column).astype(np.int64) % 64
    filled = (rng.random(4096) < 0.75).astype(np.float32)[number]
    edge = np.minimum(np.minimum(row % 1, 1 - row % 1) * 6, np.minimum(column % 1, 1 - column % 1) * 8)
    return _grey(250 - rng.uniform(15, 40) * filled * np.clip(edge - 0.6, 0, 1) + 2 * _noise(width, height, 4, 4, rng))


def _splashes(width: int, height: int, rng: np.random.Generator) -> Picture:
    """Discs and slanting strokes in pale blue, green and orange on white."""
    picture = blank(width, height, (250, 251, 250))
    tones = ((150, 175, 185), (170, 190, 200), (165, 195, 95), (190, 210, 130), (235, 170, 80), (205, 215, 220))
    for _ in range(int(rng.integers(8, 20))):
        x, y = int(rng.integers(-5, width)), int(rng.integers(-5, height))
        tone = tones[int(rng.integers(len(tones)))]
        if rng.random() < 0.6:
            radius = max(1, int(height * rng.uniform(0.05, 0.28)))
            cv2.circle(picture, (x, y), radius, tone, -1, cv2.LINE_AA)
        else:
            far = int(height * rng.uniform(0.4, 1.4))
            cv2.line(picture, (x, y), (x + far, y - int(0.8 * far)), tone, max(1, height // 24), cv2.LINE_AA)
    return picture


def _veins(width: int, height: int, rng: np.random.Generator) -> Picture:
    """Marble: warm grey with thin dark veins."""
    field = _noise(width, height, 1.6 * height, 0.8 * height, rng) + 0.3 * _noise(width, height, 12, 8, rng)
    vein = np.exp(-np.square((field - rng.uniform(-1, 1)) * rng.uniform(6, 14)))
    values = rng.uniform(215, 238) + 5 * field - rng.uniform(25, 60) * vein
    return np.clip(values[..., None] + np.array([2, 0, -3], np.float32), 0, 255).astype(np.uint8)


def _worn(width: int, height: int, rng: np.random.Generator) -> Picture:
    """Old paper: light, with dark ragged spots that get denser downwards."""
    _, y = grid(width, height)
    spots = 0.8 * _noise(width, height, height / 2, height / 3, rng) + 0.6 * _noise(width, height, 5, 3, rng)
    dark = np.clip(spots + (y / height - rng.uniform(0.6, 1.1)) * rng.uniform(1, 2.5), 0, 1)
    return _grey(rng.uniform(225, 245) - rng.uniform(40, 110) * dark + 5 * spots)


PAPERS = (_sheen, _sheen, _brush, _curls, _stripes, _bricks, _splashes, _veins, _worn)


def _paper(width: int, height: int, rng: np.random.Generator) -> Picture:
    """Return one of PAPERS or, at times, a paper of another kind."""
    kind = rng.random()
    if kind < 0.85:
        return PAPERS[int(rng.integers(len(PAPERS)))](width, height, rng)
    if kind < 0.93:
        return clouds(width, height, random_colour(rng, 150, 240), rng)
    return paper(width, height, random_colour(rng, 170, 250), rng)


def _ink(
    picture: Picture, left: int, right: int, inks: tuple[Colour, ...], least: float, rng: np.random.Generator
) -> Colour:
    """Choose a colour whose brightness differs by `least`, or up to 55 more, from the paper between two columns."""
    here = picture[:, max(0, left) : max(1, right)].reshape(-1, 3).mean(axis=0)
    ground, apart = luma((int(here[0]), int(here[1]), int(here[2]))), least + float(rng.uniform(0, 55))
    colour: Colour = (20, 20, 20) if ground > 127 else (235, 235, 235)
    for _ in range(12):
        drawn = inks[int(rng.integers(len(inks)))] if inks else random_colour(rng)
        if abs(luma(drawn) - ground) >= apart or (inks and ground > 127):
            return drawn
    return colour


def _lettered(
    picture: Picture,
    text: str,
    faces: Faces,
    rng: np.random.Generator,
    *,
    most: float,
    lines: int,
    inks: tuple[Colour, ...] = (),
    thickness: int = 1,
) -> None:
    """Write a text and draw lines over it, in place; `most` is the largest angle in degrees."""
    height, width = picture.shape[:2]
    start = 4 * width / 120 if rng.random() < 0.7 else 0
    pitch = (width - start) / len(text)
    largest = min(float(height), pitch * (2.6 if text.isascii() else 1.25))
    paths = [face(text, faces, rng, styles=("sans",)) for _ in range(int(rng.choice([1, 2, 3])))]
    top = height / float(np.clip(len(text), 4, 9))
    for place, sign in enumerate(text):
        size = max(9, round(largest * rng.uniform(0.72 if height < 50 else 0.85, 1.0)))
        ink = letter(paths[int(rng.integers(len(paths)))], size, sign)
        left = start + place * pitch
        least = 70 if sign in "+-*/×÷=x" else 25
        colour = _ink(picture, round(left), round(left + pitch), inks, least, rng)
        base = min(top + 0.68 * size, 0.85 * height)
        put_about_pen(picture, ink, colour, (left, base), float(rng.uniform(-most, most)))
    fixed = MAGENTA if not inks and rng.random() < 0.6 else None
    for number in range(lines):
        first = (rng.uniform(0, width) + number * rng.uniform(0, height), rng.uniform(0, height))
        colour = fixed or (inks[int(rng.integers(len(inks)))] if inks else random_colour(rng))
        hard_line(picture, first, (rng.uniform(0, width), rng.uniform(0, height)), colour, thickness)


def _lines(number: int, rng: np.random.Generator) -> int:
    return number if rng.random() < 0.75 else int(rng.integers(0, 2 * number + 1))


def _saved(picture: Picture, rng: np.random.Generator) -> Picture:
    return jpeg(picture, 90) if rng.random() < 0.5 else picture


def draw_mews_default(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha on textured paper, letters of many colours; for arithmetic the letters overlap."""
    sizes = ((120, 36), (120, 36), (345, 65), (345, 65), (160, 46), (150, 40))
    width, height = frame(text, (*sizes, (60, 32), (60, 32)) if len(text) < 5 else sizes, rng)
    picture = _paper(width, height, rng)
    _lettered(picture, text, faces, rng, most=15, lines=_lines(4, rng))
    return _saved(picture, rng)


def draw_mews_flat(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha on plain light paper in eight quiet colours, with seven lines."""
    width, height = frame(text, ((160, 46), (160, 46), (120, 36), (345, 65), (130, 40)), rng)
    picture = blank(width, height, FLAT_PAPER if rng.random() < 0.7 else random_colour(rng, 200, 255))
    _lettered(picture, text, faces, rng, most=15, lines=_lines(7, rng), inks=FLAT_INKS if rng.random() < 0.8 else ())
    return _saved(picture, rng)


def draw_mews_inverse(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha that is sharpened, in half of the cases inverted, and blurred."""
    width, height = frame(text, ((120, 36), (120, 36), (120, 36), (160, 46), (150, 50)), rng)
    picture = _paper(width, height, rng)
    _lettered(picture, text, faces, rng, most=12, lines=_lines(4, rng), thickness=int(rng.choice([1, 2])))
    soft = cv2.blur(picture, (3, 3))
    strength = float(rng.uniform(0.1, 0.6))
    picture = cv2.addWeighted(picture, 1 + strength, soft, -strength, 0)
    if rng.random() < 0.5:
        picture = cv2.bitwise_not(picture)
    picture = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.6, 1.2)))
    return _saved(np.asarray(picture, np.uint8), rng)


LOOKS: dict[str, Draw] = {
    "mews_default": draw_mews_default,
    "mews_flat": draw_mews_flat,
    "mews_inverse": draw_mews_inverse,
}
"""Looks by name."""
