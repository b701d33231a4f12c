"""Captchas of Python tutorials and small packages that draw with Pillow.

Liao Xuefeng's tutorial (240x60, every pixel of its own colour 64-255, Arial 36, letters 32-127 every 60, blurred),
`create_validate_code` (120x30, 18 points, one or two lines, 2 % points, a slight perspective, EDGE_ENHANCE_MORE), the
Django tutorial (100x25, ground (20-100, 20-100, 255), 100 points, FreeMono 23 in (255, any, 0-255)), Flask tutorials
(lines, arcs and points in light colours, dark letters, blurred), PyCAPTCHA (256x96, tiles or dots, an outlined word,
sine warp or wiggly blocks) and claptcha (letters turned and sheared over a bent thick line, grey noise).
"""

from __future__ import annotations

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Picture, blank, blend, circle, line, random_colour
from generators.drawing.distortion import grid, shifted
from generators.drawing.faces import Faces
from generators.drawing.lettering import Draw, face, frame, legible, put, row, speckle, stamp, strokes, turn

ARIAL = ("Arimo", "DejaVu Sans")
PIL_BLUR = np.ones((5, 5), np.float32)
PIL_BLUR[1:4, 1:4] = 0
PIL_BLUR /= 16
"""Pillow's BLUR: the ring of 16 pixels about each."""


def _even_cells(
    picture: Picture,
    text: str,
    faces: Faces,
    rng: np.random.Generator,
    paint: Colour | None,
    low: int,
    high: int,
    *,
    size: float,
    families: tuple[str, ...] = ARIAL,
    most: float = 0,
    rise: float = 0,
    ground: Colour = (255, 255, 255),
    apart: float = 55,
) -> None:
    """Draw letters in cells of equal width, in place, of one colour or each of its own."""
    height, width = picture.shape[:2]
    path = face(text, faces, rng, *families, styles=("sans",))
    letters = row(text, path, size * height, 0.92 * width, tall=0.84 * height)
    slack = max(0.0, width - 6 - letters.width) / len(text)
    inset = rng.uniform(0.1, 0.5)
    for number, (ink, pen, sign) in enumerate(zip(letters.inks, letters.pens, text, strict=True)):
        at = 3 + pen + slack * (number + inset), letters.baseline(height) + rng.uniform(-rise, rise) * height
        put(picture, ink, paint or legible(rng, ground, low, high, apart), at, degrees=turn(sign, rng, most), edge=1)


def draw_pixel_ground(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw Liao Xuefeng's tutorial: letters on pixels of random light colours, all of it blurred."""
    width, height = frame(text, ((240, 60), (240, 60), (120, 30), (160, 50), (150, 40)), rng)
    low = 64 if rng.random() < 0.7 else int(rng.integers(80, 200))
    picture = rng.integers(low, 256, (height, width, 3), np.uint8)
    middle: Colour = ((low + 255) // 2,) * 3
    one = None if rng.random() < 0.8 else legible(rng, middle, 0, 127, 60)
    _even_cells(
        picture,
        text,
        faces,
        rng,
        one,
        32 if rng.random() < 0.7 else 0,
        127,
        size=0.6 if rng.random() < 0.6 else 0.78,
        ground=middle,
    )
    kind = rng.random()
    if kind < 0.75 and text.isascii() and height >= 34:
        picture = np.asarray(cv2.filter2D(picture, -1, PIL_BLUR), np.uint8)
    elif kind < 0.9:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.5, 0.02 * height + 0.4))), np.uint8)
    return picture


def draw_validate_code(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `create_validate_code`: a small word, a line or two, black points, slight perspective, sharpened edges."""
    width, height = frame(text, ((120, 30), (120, 30), (129, 53), (100, 30), (150, 50)), rng)
    ground, ink = (255, 255, 255), ((0, 0, 255), (255, 0, 0), (0, 128, 0), (0, 0, 0))[int(rng.integers(4))]
    if rng.random() < 0.35:
        ground = random_colour(rng, 200, 255)
        ink = legible(rng, ground, 0, 200, 90)
    picture = blank(width, height, ground)
    for _ in range(int(rng.choice([0, 1, 2, 2, 4]))):
        strokes(picture, rng.uniform(0, (width, height), (1, 2, 2)), (0, 0, 0))
    speckle(picture, int(width * height * rng.choice([0, 0.02, 0.04, 0.06])), (0, 0, 0), rng)
    path = face(text, faces, rng, "DejaVu Sans Mono", *ARIAL, "Roboto Mono", styles=("mono", "sans"))
    tilt = 0.06 * float(rng.integers(1, 3)) / width, 0.1 * float(rng.integers(1, 3)) / height
    share = 0.98 / (1 + tilt[0] * width + tilt[1] * height)  # of the page, what is still inside afterwards
    letters = row(
        text, path, 0.66 * height, 0.9 * share * width, tall=0.78 * share * height, gap=float(rng.choice([0, 0, 0.25]))
    )
    left = 2 + (0.97 * share * width - letters.width - 2) * rng.uniform(0.1, 0.8)
    for glyph, pen in zip(letters.inks, letters.pens, strict=True):
        put(picture, glyph, ink, (left + pen, letters.baseline(share * height)), edge=1)
    stretch = 1 - rng.integers(1, 3) / 100, 1 - rng.integers(1, 6) / 100
    matrix = np.array([[stretch[0], 0, 0], [0, stretch[1], rng.integers(1, 3) / 500], [tilt[0], tilt[1], 1]])
    picture = np.asarray(
        cv2.warpPerspective(
            picture,
            matrix,
            (width, height),
            flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
            borderValue=(0, 0, 0) if rng.random() < 0.5 else ground,
        ),
        np.uint8,
    )
    if rng.random() < 0.8:
        kernel = np.full((3, 3), -1, np.float32)
        kernel[1, 1] = 9
        picture = np.asarray(cv2.filter2D(picture, -1, kernel), np.uint8)
    return picture


def draw_django_tutorial(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw the Django tutorial's captcha: yellow to pink letters on blue or violet, points of green and white."""
    width, height = frame(text, ((100, 25), (100, 25), (120, 40), (100, 30), (150, 40)), rng)
    ground = (int(rng.integers(20, 101)), int(rng.integers(20, 101)), 255)
    if rng.random() < 0.3:
        ground = random_colour(rng, 20, 120)
    picture = blank(width, height, ground)
    count = int(100 * rng.choice([0, 1, 1, 1, 2]) * width * height / 2500)
    points = np.stack([rng.integers(0, 256, count), np.full(count, 255), rng.integers(0, 256, count)], 1)
    picture[rng.integers(0, height, count), rng.integers(0, width, count)] = points
    path = face(text, faces, rng, "TeX Gyre Cursor", "DejaVu Sans Mono", "Courier Prime", "Cousine", styles=("mono",))
    letters = row(text, path, 0.9 * height, width - 8, tall=0.85 * height, gap=0.35)
    own = rng.random() < 0.3
    one = (255, int(rng.integers(90, 256)), int(rng.integers(0, 256)))
    for ink, pen in zip(letters.inks, letters.pens, strict=True):
        paint = (255, int(rng.integers(90, 256)), int(rng.integers(0, 256))) if own else one
        put(picture, ink, paint, (min(5, width - letters.width - 2) + pen, letters.baseline(height)))
    return picture


def draw_flask_tutorial(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a Flask tutorial's captcha: letters of random dark colours, lines, arcs, circles, points, some blurred."""
    width, height = frame(text, ((120, 50), (120, 40), (150, 30), (130, 45), (200, 50), (160, 60)), rng)
    ground = (255, 255, 255) if rng.random() < 0.5 else random_colour(rng, 200, 255)
    picture = blank(width, height, ground)
    before = rng.random() < 0.5
    if before:
        _flask_noise(picture, rng)
    one = None if rng.random() < 0.7 else legible(rng, ground, 0, 150, 90)
    families = (*ARIAL, "Comic Neue", "Lobster", "Roboto") if rng.random() < 0.5 else ARIAL
    _even_cells(
        picture,
        text,
        faces,
        rng,
        one,
        0,
        150,
        size=float(rng.uniform(0.6, 0.85)),
        families=families,
        most=float(rng.choice([0, 0, 15, 30])),
        rise=0.06,
        ground=ground,
        apart=90,
    )
    if not before:
        _flask_noise(picture, rng)
    if rng.random() < 0.4:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.5, 0.018 * height + 0.4))), np.uint8)
    elif rng.random() < 0.2:
        kernel = np.full((3, 3), -1 / 2, np.float32)
        kernel[1, 1] = 10 / 2
        picture = np.asarray(cv2.filter2D(picture, -1, kernel), np.uint8)
    return picture


def _flask_noise(picture: Picture, rng: np.random.Generator) -> None:
    """Add lines, points, arcs and circles of light and dark colours, in place."""
    height, width = picture.shape[:2]
    for _ in range(int(rng.choice([0, 2, 3, 5, 8]))):
        strokes(
            picture, rng.uniform(0, (width, height), (1, 2, 2)), random_colour(rng, 60, 235), int(rng.choice([1, 1, 2]))
        )
    for _ in range(int(rng.choice([0, 0, 5, 10, 20, 40]))):
        at = rng.integers(0, (width, height))
        picture[at[1], at[0]] = random_colour(rng, 0, 255)
        cv2.ellipse(picture, at.tolist(), (2, 2), 0, 0, 90, random_colour(rng, 60, 220), 1)
    for _ in range(int(rng.choice([0, 0, 0, 3, 6]))):
        at_x, at_y = rng.uniform(0, (width, height))
        circle(picture, (at_x, at_y), rng.uniform(0.05, 0.3) * height, random_colour(rng, 120, 235), 1, smooth=False)
    if rng.random() < 0.4:
        speckle(picture, int(rng.integers(50, 400)), None, rng, 30, 230)


def draw_pycaptcha(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw PyCAPTCHA's captcha: a large word with an outline over tiles, dots or a grid, warped by sines."""
    width, height = frame(text, ((256, 96), (256, 96), (180, 64)), rng)
    ground: Colour = random_colour(rng, 120, 255)
    kind = int(rng.integers(4))
    if kind == 0:
        size = int(rng.integers(6, 17))
        tile = cv2.GaussianBlur(rng.integers(90, 256, (size, size, 3), np.uint8), (0, 0), 1)
        picture = np.tile(tile, (height // size + 1, width // size + 1, 1))[:height, :width].copy()
    elif kind == 1:
        picture = blank(width, height, (255, 255, 255))
        for x, y in rng.uniform(0, (width, height), (int(rng.integers(50, 150)), 2)):
            circle(picture, (x, y), float(rng.uniform(1, 3)), random_colour(rng, 80, 230), -1, smooth=False)
    elif kind == 2:
        picture, step = blank(width, height), int(rng.integers(8, 20))
        picture[int(rng.integers(step)) :: step] = 0
        picture[:, int(rng.integers(step)) :: step] = 0
    else:
        picture = blank(width, height, ground)
    path = face(text, faces, rng, "DejaVu Serif", "DejaVu Sans", "TeX Gyre Termes", "Arimo", styles=("serif", "sans"))
    letters = row(text, path, 0.6 * height, 0.84 * width, tall=0.64 * height)
    page = np.zeros((height, width), np.uint8)
    left, base = (width - letters.width) * rng.uniform(0.3, 0.7), letters.baseline(height)
    for glyph, pen in zip(letters.inks, letters.pens, strict=True):
        stamp(page, glyph, (left + pen, base), edge=4)
    border = rng.random() < 0.6
    ink = (255, 255, 255) if border and rng.random() < 0.5 else legible(rng, (190, 190, 190), 0, 140, 70)
    if border:
        edge_ink = (0, 0, 0) if sum(ink) > 380 else (255, 255, 255)
        blend(picture, cv2.dilate(page, np.ones((3, 3), np.uint8)), edge_ink)
    blend(picture, page, ink)
    x, y = grid(width, height)
    swing = rng.uniform(0.02, 0.07, 2) * height
    period, phase = rng.uniform(0.5, 1.2) * height, rng.uniform(0, 6, 4)
    dx = swing[0] * np.sin(2 * np.pi * y / period + phase[0]) * np.sin(2 * np.pi * x / period / 2 + phase[1])
    dy = swing[1] * np.sin(2 * np.pi * x / period + phase[2]) * np.sin(2 * np.pi * y / period / 2 + phase[3])
    picture = shifted(picture, dx.astype(np.float32), dy.astype(np.float32), None)
    if rng.random() < 0.3:  # wiggly blocks: squares moved by some pixels
        for _ in range(int(rng.integers(40, 110))):
            size = int(rng.integers(4, 12))
            at = rng.integers(3, (width - size - 3, height - size - 3))
            to = at + rng.integers(-2, 3, 2)
            picture[to[1] : to[1] + size, to[0] : to[0] + size] = picture[
                at[1] : at[1] + size, at[0] : at[0] + size
            ].copy()
    return picture


def draw_claptcha(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw claptcha's captcha: black turned and sheared letters, a thick bent line, grey noise of whole pixels."""
    width, height = frame(text, ((200, 80), (200, 80), (150, 60), (120, 48)), rng)
    ground, ink = (255, 255, 255), (0, 0, 0)
    if rng.random() < 0.3:
        ground = random_colour(rng, 190, 255)
        ink = legible(rng, ground, 0, 140, 100)
    picture = blank(width, height, ground)
    path = face(text, faces, rng, "DejaVu Sans", "TeX Gyre Cursor", "Arimo", styles=("sans", "mono"))
    letters = row(text, path, 0.62 * height, 0.86 * width, tall=0.66 * height, gap=float(rng.uniform(0, 0.1)))
    slack = max(0.0, width - 16 - letters.width) / len(text) * 0.6
    left = (width - letters.width - slack * (len(text) - 1)) / 2
    for number, (glyph, pen, sign) in enumerate(zip(letters.inks, letters.pens, text, strict=True)):
        at = left + pen + slack * number, letters.baseline(height) + rng.uniform(-0.07, 0.07) * height
        put(picture, glyph, ink, at, degrees=turn(sign, rng, 22), shear=float(rng.uniform(-0.25, 0.25)), edge=2)
    for _ in range(int(rng.choice([0, 1, 1, 1]))):
        along = np.linspace(0.04 * width, 0.96 * width, 12)
        level = rng.uniform(0.3, 0.7) * height + rng.uniform(-0.25, 0.25) * height * np.sin(
            along / width * rng.uniform(2, 7)
        )
        line(picture, np.column_stack([along, level]), ink, max(1, round(height / 80 * rng.choice([2, 3, 4]))))
    noise = float(rng.choice([0, 0, 0.3, 0.5]))
    if noise:
        speck = rng.random((height, width), np.float32)[..., None]
        mixed = picture * (1 - noise * speck) + 255 * rng.random((height, width, 1), np.float32) * noise * speck
        picture = np.clip(mixed, 0, 255).astype(np.uint8)
    return picture


LOOKS: dict[str, Draw] = {
    "pixel_ground": draw_pixel_ground,
    "validate_code": draw_validate_code,
    "django_tutorial": draw_django_tutorial,
    "flask_tutorial": draw_flask_tutorial,
    "pycaptcha": draw_pycaptcha,
    "claptcha": draw_claptcha,
}
"""Looks by name."""
