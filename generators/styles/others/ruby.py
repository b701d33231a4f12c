"""Captchas of Ruby gems, after their sources.

rucaptcha in Rust (220x70, Fuzzy Bubbles or Handlee, letters as high as the image and 32, 45 or 55 wide, drawn up to
four times a pixel apart, fourteen colours in a row, a filled disc of radius 10-20 and a cubic Bézier curve a letter,
Gaussian noise at choice), rucaptcha with ImageMagick (letters 0.8 of the height, dark colours, three lines, a wave of
2 to 3 pixels, sketch, implode) and simple_captcha 2 (100x28, 22 points, eight styles, wave of 0-1, 2-3 or 4-5 pixels
over 80-100, 50-70 or 30-50, implode 0.1 to 0.3).
"""

from __future__ import annotations

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Picture, bezier, blank, blend, circle, line, random_colour
from generators.drawing.distortion import grid, shifted
from generators.drawing.faces import Faces
from generators.drawing.lettering import Draw, face, frame, legible, luma, put, row, stamp, strokes, turn

RUST_COLOURS: tuple[Colour, ...] = (
    (197, 166, 3), (187, 87, 5), (176, 7, 7), (186, 9, 56), (204, 11, 143), (124, 10, 190), (87, 0, 200), (61, 86, 168),
    (63, 166, 126), (69, 187, 48), (105, 208, 3), (160, 208, 3), (216, 219, 2), (50, 50, 50),
)  # fmt: skip
HAND = ("Handlee", "Coming Soon", "Shantell Sans", "Playpen Sans", "Schoolbell", "Comic Neue")
"""Families like Fuzzy Bubbles and Handlee."""


def imploded(picture: Picture, amount: float, border: Colour) -> Picture:
    """Pull the picture towards its middle as ImageMagick's implode does, in a circle (an ellipse) that fits inside."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    right, down = (x - width / 2) / (width / 2), (y - height / 2) / (height / 2)
    far = np.clip(right**2 + down**2, 1e-6, None)
    factor = np.where(far < 1, np.sin(np.pi / 2 * np.sqrt(np.minimum(far, 1))) ** (-amount), 1).astype(np.float32) - 1
    return shifted(picture, right * factor * width / 2, down * factor * height / 2, border)


def draw_rust(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw rucaptcha's newer captcha: tall handwritten letters of many colours over discs and hard-edged curves."""
    width, height = frame(text, ((220, 70), (220, 70), (160, 50), (120, 40)), rng)
    ground = (255, 255, 255) if rng.random() < 0.8 else random_colour(rng, 215, 255)
    picture = blank(width, height, ground)
    start, other = (int(v) for v in rng.integers(0, 14, 2))
    lines, discs = rng.random() < 0.8, rng.random() < 0.85
    varied = rng.random() < 0.2
    for number in range(min(len(text), 8)):
        colour = random_colour(rng, 0, 220) if varied else RUST_COLOURS[(other + number) % 14]
        if lines:
            y = rng.uniform((5, 5, 5, 5), (height / 2, height - 5, height - 5, height - 5))
            points = [
                (5.0, y[0]),
                (rng.uniform(width / 6, 0.75 * width), y[1]),
                (rng.uniform(width / 12, width / 4), y[2]),
                (width - 5.0, y[3]),
            ]
            line(picture, bezier(points, 40), colour, 1, smooth=False)
        if discs:
            middle = rng.integers(0, (max(1, width - 25), max(1, height - 15)))
            size = float(rng.uniform(10, 20)) * min(1.0, height / 70)
            circle(picture, (float(middle[0]), float(middle[1])), size, colour, -1, smooth=False)
    path = face(text, faces, rng, *HAND, any_face=0.3)
    tall = 0.92 * height - rng.uniform(0, 0.2) * height
    letters = row(text, path, 0.7 * height, 0.86 * width, tall=0.8 * height)
    stretch = min(1.35, tall / max(1, letters.above + letters.below))
    step = (width - 14 - letters.width) / len(text) * rng.uniform(0.4, 1)
    for number, (ink, pen) in enumerate(zip(letters.inks, letters.pens, strict=True)):
        colour = legible(rng, ground, 0, 200, 60) if varied else RUST_COLOURS[(start + number) % 14]
        at = 6 + pen + step * number, letters.baseline(height)
        for copy in range(int(rng.integers(1, 5))):
            shift = min(copy * int(rng.integers(0, 3)), height // 18)
            put(picture, ink, colour, (at[0] + shift, at[1]), higher=stretch, edge=1)
    if rng.random() < 0.2:
        noise = rng.normal(float(rng.uniform(0, 5)), float(rng.uniform(4, 40)), (height, width, 3))
        picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    return picture


def draw_magick(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw rucaptcha's older captcha: large dark letters, each of its colour, pencil hatching, lines, drawn inwards."""
    width, height = frame(text, ((150, 48), (120, 40), (100, 32), (180, 60)), rng)
    ground = (255, 255, 255) if rng.random() < 0.85 else random_colour(rng, 220, 255)
    picture = blank(width, height, ground)
    path = face(text, faces, rng, "Arimo", "DejaVu Sans", "TeX Gyre Termes", styles=("sans", "serif"))
    letters = row(text, path, 0.8 * height, 0.86 * width, tall=0.74 * height)
    step, own = max(0.0, width - 12 - letters.width) / len(text), rng.random() < 0.8
    one = random_colour(rng, 0, 110)
    for number, (ink, pen) in enumerate(zip(letters.inks, letters.pens, strict=True)):
        paint = legible(rng, ground, 0, 140, 90) if own else one
        put(picture, ink, paint, (6 + pen + step * number, letters.baseline(height)), edge=2)
    ends = np.array(
        [[rng.uniform(0, (10, height / 2)), rng.uniform((width / 2, 0), (width, height))] for _ in range(3)]
    )
    strokes(
        picture,
        ends[: int(rng.choice([0, 2, 3, 3]))],
        random_colour(rng, 0, 130),
        int(rng.choice([1, 1, 2])),
        smooth=True,
    )
    if rng.random() < 0.75:  # sketch: hatching along one direction lightens the ink
        noise = rng.random((height, width), np.float32)
        length = int(rng.integers(5, 11))
        kernel = np.eye(length, dtype=np.float32)
        hatch = cv2.filter2D(noise, -1, (kernel if rng.random() < 0.5 else kernel[::-1]) / length)
        light = np.clip((hatch - 0.5) * rng.uniform(1.5, 3.5) + rng.uniform(0, 0.3), 0, 0.6)[..., None]
        picture = (picture * (1 - light) + 255 * light).astype(np.uint8)
    x = grid(width, height)[0]
    swing, period = rng.uniform(0.5, 3), rng.uniform(0.4, 1.4) * height
    if rng.random() < 0.4:
        period, swing = rng.uniform(3, 7), rng.uniform(0.3, 0.8) * min(1.0, height / 48)
    dy = swing * np.sin(2 * np.pi * x / period + rng.uniform(0, 6))
    picture = shifted(picture, np.zeros_like(x), dy.astype(np.float32), ground)
    return imploded(picture, float(rng.choice([0.05, 0.1, 0.2, 0.3])) if text.isascii() else 0.05, ground)


def draw_simple_captcha(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw simple_captcha's captcha: one of its eight styles of a small word, waved and drawn inwards."""
    width, height = frame(text, ((100, 28), (100, 28), (110, 30), (120, 40), (160, 50)), rng)
    path = face(text, faces, rng, "TeX Gyre Termes", "Arimo", "DejaVu Sans", styles=("sans", "serif"))
    swings, periods = [((0, 1), (80, 100)), ((2, 3), (50, 70)), ((4, 5), (30, 50))][int(rng.choice([0, 0, 1, 1, 2]))]
    scale = height / 28
    swing, period = rng.uniform(*swings) * scale, rng.uniform(*periods) * scale
    page = np.zeros((height, width), np.uint8)
    letters = row(text, path, 0.8 * height, 0.84 * width, tall=max(0.45 * height, 0.86 * height - 2 * swing))
    left, base = (width - letters.width) / 2, letters.baseline(height)
    for ink, pen, sign in zip(letters.inks, letters.pens, text, strict=True):
        stamp(page, ink, (left + pen, base), degrees=turn(sign, rng, 4))
    fill: Colour = ((0, 0, 139), (139, 0, 0), (0, 100, 0), (0, 0, 0))[int(rng.integers(4))]
    ground: Colour = (255, 255, 255)
    style = int(rng.integers(8))
    if style == 0:  # embossed silver
        relief = cv2.filter2D(
            cv2.GaussianBlur(page, (0, 0), 0.8), cv2.CV_16S, np.array([[-1, -1, 0], [-1, 0, 1], [0, 1, 1]])
        )
        grey = int(rng.integers(120, 210))
        tone = np.clip(grey + relief.astype(np.float32) * rng.uniform(0.25, 0.6), 0, 255).astype(np.uint8)
        picture, ground = cv2.merge([tone] * 3), (grey, grey, grey)
    elif style in (1, 2):  # edges, light on black
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
        edge = (
            cv2.morphologyEx(page, cv2.MORPH_GRADIENT, kernel)
            if style == 1 or height < 34
            else cv2.dilate(page, kernel)
        )
        ground = (0, 0, 0)
        picture = blank(width, height, ground)
        blend(picture, edge, (255, 255, 255) if rng.random() < 0.4 else legible(rng, ground, 60, 255, 110))
    elif style == 3:  # charcoal
        soft = cv2.GaussianBlur(cv2.morphologyEx(page, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)), (0, 0), 0.7)
        tone = 255 - np.clip(soft * 0.9 + page * 0.25, 0, 255)
        picture = cv2.merge([tone.astype(np.uint8)] * 3)
    elif style == 4:  # almost invisible: solarised red
        ground = (0, 0, 0) if rng.random() < 0.5 else random_colour(rng, 150, 255)
        picture = blank(width, height, ground)
        blend(picture, page, legible(rng, ground, 0, 255, 55))
    else:
        if rng.random() < 0.3:
            ground = random_colour(rng, 0, 70) if rng.random() < 0.5 else random_colour(rng, 200, 255)
            fill = legible(rng, ground, apart=100)
        picture = blank(width, height, ground)
        blend(picture, page, fill)
    x = grid(width, height)[0]
    dy = (swing * np.sin(2 * np.pi * x / period + rng.uniform(0, 6))).astype(np.float32)
    picture = shifted(picture, np.zeros_like(x), dy, ground)
    picture = imploded(picture, float(rng.choice([0, 0.1, 0.2, 0.2, 0.3])), ground)
    if rng.random() < 0.2 and luma(ground) > 100:
        strokes(picture, rng.uniform(0, (width, height), (2, 2, 2)), fill, smooth=True)
    return picture


LOOKS: dict[str, Draw] = {
    "rucaptcha_rust": draw_rust,
    "rucaptcha_magick": draw_magick,
    "simple_captcha": draw_simple_captcha,
}
"""Looks by name."""
