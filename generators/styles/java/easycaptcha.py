"""Captchas of EasyCaptcha, of its forks and of Happy-Captcha.

Facts from ele-admin/EasyCaptcha and pig4cloud's fork: 130x48 (eladmin: 111x36), size 32, one of ten cartoon typefaces
of its own (outlined, hollow, striped, stamped ones among them) or the project's, mostly Arial or Verdana bold; a cell
of equal width for each character, with the letter in its middle, 3 pixels to the right; the colour of each letter,
circle and curve is one of twelve; two circles 5 to 14 wide and, under text, one Bézier curve 2 wide, from 5 pixels off
the left to 5 off the right. GIFs: a frame for each letter, letters with opacities from 0 to 1 in turn, a curve 1.2 wide
with opacity 0.7. The first versions: three lines and eight ellipses in pale colours, letters plain or slanted, dark,
with opacity 0.8. Facts from ramostear/Happy-Captcha: 160x50, slanted size 32, three or four lines, three to seven small
ellipses and two to four Bézier curves in twelve colours.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from generators.drawing.canvas import Picture, blank, random_colour
from generators.drawing.faces import Faces
from generators.drawing.java_text import ITALIC_SHEAR, draw_curve
from generators.drawing.lettering import Draw, face, luma, put
from generators.styles.java.easycaptcha_sheet import (
    BOLD_FAMILIES,
    SIZES,
    Lettering,
    Sheet,
    add_circles,
    add_curve,
    add_text,
    choose_lettering,
    prepare,
)


def draw_arithmetic(
    text: str, faces: Faces, rng: np.random.Generator, sizes: tuple[tuple[int, int], ...] = SIZES
) -> Picture:
    """Draw a captcha as EasyCaptcha does for arithmetic: cartoon letters and two circles."""
    usual = rng.random() < 0.6
    lettering = choose_lettering(text, faces, rng)
    sheet = prepare(text, lettering, sizes, usual, rng)
    picture = blank(sheet.width, sheet.height, sheet.paper)
    add_circles(picture, sheet, 2 if usual else int(rng.integers(0, 8)), rng)
    add_text(picture, text, sheet, lettering, rng, wide=False)
    return picture


def draw_text(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha as EasyCaptcha does for text: cartoon letters over two circles and a curve."""
    usual = rng.random() < 0.6
    lettering = choose_lettering(text, faces, rng)
    sheet = prepare(text, lettering, SIZES, usual, rng)
    picture = blank(sheet.width, sheet.height, sheet.paper)
    add_circles(picture, sheet, 2 if usual else int(rng.integers(0, 8)), rng)
    for _ in range(1 if usual else int(rng.integers(0, 4))):
        add_curve(picture, sheet, 2 if usual else float(rng.choice([1, 1.2, 2, 3])), rng)
    add_text(picture, text, sheet, lettering, rng)
    return picture


def draw_chinese(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha as EasyCaptcha does for Chinese: plain or bold letters, three circles, a thin curve."""
    usual = rng.random() < 0.6
    path = face(text, faces, rng, styles=("hei", "kai", "song"), any_face=0.2)
    lettering = Lettering(path, "bold" if rng.random() < 0.5 else "plain")
    sheet = prepare(text, lettering, SIZES, usual, rng)
    picture = blank(sheet.width, sheet.height, sheet.paper)
    add_circles(picture, sheet, 3 if usual else int(rng.integers(0, 6)), rng)
    add_curve(picture, sheet, 1.2, rng)
    add_text(picture, text, sheet, lettering, rng)
    return picture


def draw_gif(text: str, faces: Faces, rng: np.random.Generator, *, happy: bool = False) -> Picture:
    """Draw one frame of a GIF whose letters fade in and out, or all frames put together by the darkest pixel."""
    lettering = choose_lettering(text, faces, rng)
    if happy:
        lettering = Lettering(face(text, faces, rng, *BOLD_FAMILIES, styles=("sans", "hei")), "plain", ITALIC_SHEAR)
    sheet = prepare(text, lettering, ((160, 50),) if happy else SIZES, rng.random() < 0.6, rng)
    picture = blank(sheet.width, sheet.height, sheet.paper)
    colours = [sheet.colour(rng) for _ in text]
    together = rng.random() < 0.5
    for _ in range(min(6, len(text)) if together else 1):
        add_circles(picture, sheet, 2, rng, opacity=0.1 * int(rng.integers(1, 10)))
    add_curve(picture, Sheet(sheet.width, sheet.height, sheet.size, sheet.paper, (colours[0],)), 1.2, rng, 0.7)
    frame = int(rng.integers(len(text)))
    steps = np.arange(len(text)) + frame
    fading = np.where(steps >= len(text), steps - len(text), steps) / max(1, len(text) - 1)
    opacities = [1.0] * len(text) if together else np.maximum(fading, 0.3).tolist()
    add_text(picture, text, sheet, lettering, rng, colours=colours, opacities=opacities)
    return picture


def draw_early(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha as EasyCaptcha's first versions did: dark letters, some slanted, over pale lines and ellipses."""
    usual = rng.random() < 0.6
    path = face(text, faces, rng, *BOLD_FAMILIES, styles=("sans", "serif"))
    way = "bold" if rng.random() < 0.5 else "plain"
    sheet = prepare(text, Lettering(path, way), SIZES, usual, rng)
    light = luma(sheet.paper) > 127
    pale = tuple(random_colour(rng, 100, 250) if light else random_colour(rng, 30, 120) for _ in range(12))
    clutter = Sheet(sheet.width, sheet.height, sheet.size, sheet.paper, pale)
    picture = blank(sheet.width, sheet.height, sheet.paper)
    for _ in range(3 if usual else int(rng.integers(0, 7))):
        ends = (
            rng.uniform((-10, 5), (sheet.width - 10, sheet.height - 5)),
            rng.uniform((10, 2), (sheet.width + 10, sheet.height - 2)),
        )
        draw_curve(picture, np.array(ends), 1.3, clutter.colour(rng))
    add_circles(picture, clutter, 8 if usual else int(rng.integers(2, 16)), rng, 10, 29)
    cell = sheet.width / len(text)
    for index, character in enumerate(text):
        lettering = Lettering(path, way, ITALIC_SHEAR if rng.random() < 0.5 else 0)
        colour = random_colour(rng, 20, 130) if light else sheet.colour(rng)
        pen = (
            index * cell + (cell - sheet.size) / 2 + rng.uniform(0, 3),
            (sheet.height + sheet.size) / 2 - rng.uniform(3, 6),
        )
        put(picture, lettering.ink(sheet.size, character), colour, pen, shear=lettering.shear, opacity=0.8)
    return picture


def draw_happy(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha as Happy-Captcha does: slanted letters over lines, small ellipses and Bézier curves."""
    if rng.random() < 0.2:
        return draw_gif(text, faces, rng, happy=True)
    usual = rng.random() < 0.6
    path = face(text, faces, rng, *BOLD_FAMILIES, "WenQuanYi Micro Hei", styles=("sans", "hei"))
    way = "bold" if rng.random() < 0.3 else "plain"
    lettering = Lettering(path, way, ITALIC_SHEAR if rng.random() < 0.8 else 0)
    sheet = prepare(text, lettering, ((160, 50), (160, 50), (120, 40), (200, 60)), usual, rng)
    picture = blank(sheet.width, sheet.height, sheet.paper)
    for _ in range(int(rng.integers(3, 5) if usual else rng.integers(0, 6))):
        y = rng.uniform(0, sheet.height, 2)
        draw_curve(
            picture,
            np.array([(rng.uniform(0, 5), y[0]), (sheet.width - rng.uniform(1, 5), y[1])]),
            1,
            sheet.colour(rng),
        )
    add_circles(picture, sheet, int(rng.integers(3, 8)), rng, 5, 15)
    for _ in range(int(rng.integers(2, 5) if usual else rng.integers(0, 6))):
        add_curve(picture, sheet, 1, rng)
    add_text(picture, text, sheet, lettering, rng, wide=False)
    return picture


LOOKS: dict[str, Draw] = {
    "easycaptcha_arithmetic": draw_arithmetic,
    "easycaptcha_text": draw_text,
    "easycaptcha_gif": draw_gif,
    "easycaptcha_chinese": draw_chinese,
    "easycaptcha_early": draw_early,
    "eladmin": partial(draw_arithmetic, sizes=((111, 36),)),
    "happy_captcha": draw_happy,
}
