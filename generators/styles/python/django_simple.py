"""The look of django-simple-captcha (PyPI): letters hung side by side, an arc, two lines, a dot in ten pixels.

Published facts, from its settings and views: Bitstream Vera at 22 pixels (users set up to 50, or ask for twice the
size); letters turned by up to 35 degrees, cut to their ink, 2 pixels apart, their upper ends 4 pixels below the edge;
a sign out of `_"',.;:-` is drawn with the letter before it; the picture is 1.4 times as high as the text or has a set
size, in whose middle the text stands; colour #001100 on white or a colour each letter; noise functions arcs, dots,
none; Pillow's SMOOTH filter.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from generators.contest.seeded_captcha import smooth
from generators.drawing.canvas import Colour, Mask, Picture, blank, blend, random_colour, turned
from generators.drawing.faces import Faces
from generators.drawing.lettering import face, row
from generators.drawing.typeset import row_mask

Draw = Callable[[str, Faces, np.random.Generator], Picture]

FAMILIES = ("DejaVu Sans",)
"""The family of which Bitstream Vera is the older sister."""

HUNG_ON = "_\"',.;:-"
"""Signs that are drawn together with the letter before them."""

SIZES = (22, 22, 22, 22, 22, 22, 24, 26, 28, 30, 32, 36, 40, 44, 50)
ASCENT = 0.93
"""Rows from a line's upper end to its baseline, as a share of the size, in Bitstream Vera."""

TOP, GAP = 4, 2
LONGEST = 330
"""Most columns of a text before its size shrinks."""
LEAST = 15

FOREGROUND = (0, 17, 0)
INKS: tuple[Colour, ...] = ((0, 17, 0), (0, 0, 0), (51, 51, 51), (0, 0, 139), (139, 0, 0), (75, 139, 59), (91, 99, 128))
PAPERS: tuple[Colour, ...] = ((255, 255, 255), (245, 245, 245), (238, 238, 238), (230, 240, 255), (255, 250, 220))


def letter_colour(rng: np.random.Generator) -> Colour:
    """Draw a lively colour: two channels from 64 to 150, one of the others from 150 to 255."""
    channels = [*rng.integers(64, 151, 2).tolist(), int(rng.integers(150, 256))]
    order = rng.permutation(3)
    return channels[order[0]], channels[order[1]], channels[order[2]]


def draw_django_simple(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` as django-simple-captcha does with its common settings, or with some near them."""
    published = rng.random() < 0.6
    path = face(text, faces, rng, *FAMILIES)
    size = int(rng.choice(SIZES)) if published or rng.random() < 0.5 else int(rng.integers(18, 60))
    line = row(text, path, max(size, LEAST), LONGEST)
    size = max(line.size, LEAST)
    paper, ink = ((255, 255, 255), FOREGROUND) if published and rng.random() < 0.8 else _colours(rng)
    colourful = rng.random() < (0.1 if published else 0.3)
    turn = 35.0 if published and rng.random() < 0.9 else float(rng.choice([0.0, 0.0, 15.0, 25.0, 45.0]))
    letters = [_turned(path, size, part, turn, rng) for part in _parts(text)]
    deepest = round(ASCENT * size) + line.below
    width = 2 + sum(mask.shape[1] + GAP for mask in letters) + 1
    height = max(int(1.4 * deepest), TOP + max(mask.shape[0] for mask in letters))
    left, top = 2, TOP
    if rng.random() < 0.25:  # a size of the user's own, in whose middle the text stands
        width, height = width + int(rng.integers(0, 2 * size)), height + int(rng.integers(0, size))
        left = 2 + (width - sum(mask.shape[1] + GAP for mask in letters)) // 2
        top = (height - letters[-1].shape[0]) // 2
        top = min(max(0, top), height - max(mask.shape[0] for mask in letters))
    picture = blank(width, height, paper)
    for mask in letters:
        blend(picture, mask, letter_colour(rng) if colourful else ink, left, top)
        left += mask.shape[1] + GAP
    arcs, dots = (True, True) if published and rng.random() < 0.8 else (rng.random() < 0.6, rng.random() < 0.6)
    if arcs:
        _noise_arcs(picture, ink)
    if dots:
        _noise_dots(picture, ink, 0.1 if published else rng.uniform(0.02, 0.14), rng)
    return smooth(picture) if rng.random() < 0.9 else picture


def _colours(rng: np.random.Generator) -> tuple[Colour, Colour]:
    paper, ink = PAPERS[int(rng.integers(len(PAPERS)))], INKS[int(rng.integers(len(INKS)))]
    if rng.random() < 0.3:
        ink = random_colour(rng, 0, 130)
    return (ink, paper) if rng.random() < 0.12 else (paper, ink)


def _parts(text: str) -> list[str]:
    """Part a text into what is turned as one: letters, each with the signs behind it."""
    parts: list[str] = []
    for character in text:
        if parts and character in HUNG_ON:
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def _turned(path: str, size: int, part: str, turn: float, rng: np.random.Generator) -> Mask:
    """Return letters turned by up to `turn` degrees and cut to their ink; a blank's are empty and half a blank wide."""
    mask = row_mask(row(part, path, size, 1e9))
    if not mask.any():
        return np.zeros((1, max(1, size // 4)), np.uint8)
    if turn:
        mask = turned(mask, float(rng.integers(-int(turn), int(turn))))
        x, y, columns, rows = cv2.boundingRect(mask)
        mask = mask[y : y + rows, x : x + columns]
    return mask


def _noise_arcs(picture: Picture, colour: Colour) -> None:
    height, width = picture.shape[:2]
    centre, axes = ((width - 20) // 2, 0), ((width + 20) // 2, 20)
    cv2.ellipse(picture, centre, axes, 0, 0, 295, colour, 1, cv2.LINE_8)
    cv2.line(picture, (-20, 20), (width + 20, height - 20), colour, 1, cv2.LINE_8)
    cv2.line(picture, (-20, 0), (width + 20, height), colour, 1, cv2.LINE_8)


def _noise_dots(picture: Picture, colour: Colour, share: float, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    places = rng.integers(0, height * width, int(height * width * share))
    picture.reshape(-1, 3)[places] = colour


LOOKS: dict[str, Draw] = {"django_simple": draw_django_simple}
