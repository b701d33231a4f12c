"""Captchas of Google's kaptcha, its settings in RuoYi and in other Java projects.

Facts from penggle/kaptcha: 200x50, size 40, Arial and Courier bold, a typeface drawn for each letter; letters stand by
the width of their ink plus 2; baseline at a fifth of the free height; a grey to white gradient along the diagonal; a
black frame; two cubic noise curves, drawn as a few straight strokes of 3.6, 2.7 and then 1.8 pixels. Engines: water
ripple (jhlabs' water with amplitude 1.5, wavelength 2, phase 10, radius 50, then ripple 2.6 and 1.7 pixels with
wavelengths 15 and 5 radians), shadow (ripple of 7.6 and 1 to 2 pixels, then a black Gaussian shadow of radius 10, 5
pixels lower), fish eye (red and blue lines 6 pixels apart and a lens in the middle).
Facts from yangzongzhuan/RuoYi-Vue: 160x60 with the shadow engine, arithmetic in blue, size 35, spacing 3, green frame,
no noise; text in black, size 38.
Typefaces are looked up on the server: where Arial is missing, DejaVu Sans or what the server has.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np

from generators.drawing.canvas import Colour, Ink, Mask, Picture, blend, random_colour
from generators.drawing.faces import Faces
from generators.drawing.java_text import bold, through_jpeg
from generators.drawing.lettering import Draw, luma
from generators.styles.java.kaptcha_effects import (
    BLACK,
    BLUE,
    GREY,
    RED,
    WHITE,
    add_noise,
    bend,
    fish_eye,
    gradient,
    ripple_shift,
    water_shift,
)

Engine = Literal["water", "shadow", "fish_eye", "none"]

ARIAL = ("Arimo", "Liberation Sans")
COURIER = ("Cousine", "Liberation Mono")
SERVER = ("DejaVu Sans",)
SERVER_MONO = ("DejaVu Sans Mono",)
RUOYI_GREEN = (105, 179, 90)


@dataclass(frozen=True)
class Settings:
    """Properties of one kaptcha producer; lengths are in pixels."""

    width: int = 200
    height: int = 50
    size: int = 40
    spacing: int = 2
    colour: Colour = BLACK
    noise: Colour | None = BLACK
    """Colour of the two noise curves; None for NoNoise."""
    paper: tuple[Colour, Colour] = (GREY, WHITE)
    """Colours of the gradient, upper left and lower right."""
    frame: Colour | None = BLACK
    engine: Engine = "water"


RUOYI_MATH = Settings(160, 60, 35, 3, BLUE, None, frame=RUOYI_GREEN, engine="shadow")
RUOYI_TEXT = Settings(160, 60, 38, engine="shadow")
USERS = (
    Settings(160, 60, 40, 5, (237, 81, 81), (237, 81, 81)),
    Settings(110, 40, 30, colour=RED, frame=RUOYI_GREEN),
    Settings(125, 45, 45, colour=BLUE, frame=RUOYI_GREEN),
    Settings(125, 45, 40, 5, frame=None, engine="shadow"),
    Settings(130, 46, 38, 5, BLACK, None, frame=None, engine="shadow"),
    Settings(200, 50, 40, 5, frame=None, noise=None),
    Settings(200, 50, 40, 8, noise=None),
    Settings(120, 40, 30),
    Settings(100, 40, 32, 3, BLUE, frame=None),
    Settings(110, 46, 45, 2, BLACK, BLACK, (WHITE, WHITE), WHITE),
    Settings(250, 125, 60, 16, (170, 0, 255), (255, 82, 82), frame=None, engine="none"),
    Settings(200, 70, 48, 2, RED),
    Settings(147, 34, 25, colour=(38, 29, 12), frame=(220, 220, 220)),
    Settings(160, 60, 38, 4, BLUE, engine="shadow"),
    Settings(487, 68, 40, 2, (14, 78, 149), frame=None),
    Settings(180, 64, 44, 3, (30, 90, 220), BLACK, (WHITE, (230, 236, 245)), None),
    Settings(160, 60, 40, 3, (0, 128, 128), BLACK, (WHITE, (230, 236, 245)), None, "shadow"),
    Settings(160, 60, 40, 3, (210, 105, 30), None, (WHITE, (230, 236, 245)), None, "shadow"),
)


def vary(settings: Settings, rng: np.random.Generator) -> Settings:
    """Return settings around the given ones: another size, other colours, with or without noise and frame."""
    scale = rng.uniform(0.75, 1.4)
    dark = rng.random() < 0.15
    first, second = (
        (random_colour(rng, 0, 70), random_colour(rng, 0, 90))
        if dark
        else (
            random_colour(rng, 150, 255),
            random_colour(rng, 200, 255),
        )
    )
    if rng.random() < 0.4 and not dark:
        first, second = settings.paper
    colour = settings.colour
    if dark or rng.random() < 0.7 or abs(luma(colour) - luma(first)) < 70:
        colour = random_colour(rng, 150, 255) if dark else random_colour(rng, 0, 150)
    noise = settings.noise if rng.random() < 0.5 else None if rng.random() < 0.4 else random_colour(rng)
    frame = settings.frame if rng.random() < 0.5 else None if rng.random() < 0.5 else random_colour(rng)
    return replace(
        settings,
        width=round(settings.width * scale * rng.uniform(0.85, 1.2)),
        height=round(settings.height * scale),
        size=round(settings.size * scale * rng.uniform(0.8, 1.1)),
        spacing=int(rng.integers(1, 7)),
        colour=colour,
        noise=noise,
        paper=(first, second),
        frame=frame,
    )


def choose_faces(text: str, faces: Faces, rng: np.random.Generator) -> list[str]:
    """Return the paths that a server has for `Arial,Courier`, in the kaptcha way one of which each letter takes."""
    chance = rng.random()
    if chance < 0.35:
        return [faces.one(text, rng, families=ARIAL), faces.one(text, rng, families=COURIER)]
    if chance < 0.42:
        return [faces.one(text, rng, families=ARIAL)]
    if chance < 0.6:
        return [faces.one(text, rng, families=SERVER)]
    if chance < 0.65:
        return [faces.one(text, rng, families=SERVER), faces.one(text, rng, families=SERVER_MONO)]
    if chance < 0.75:  # 宋体, 楷体 and 微软雅黑, as many Chinese projects have it
        return [faces.one(text, rng, styles=(style,)) for style in ("song", "kai", "hei")]
    return [faces.one(text, rng) for _ in range(int(rng.integers(1, 4)))]


def lay_out(text: str, paths: list[str], settings: Settings, rng: np.random.Generator) -> tuple[Mask, Settings]:
    """Draw the word into a mask of the picture's size; too long a word is drawn smaller or in a wider picture."""
    reach = 9 if settings.engine == "shadow" else 4
    chosen = [paths[int(index)] for index in rng.integers(0, len(paths), len(text))]
    size = settings.size
    widest = round(settings.width * (rng.uniform(1.2, 2) if rng.random() < 0.5 else 1))
    for _ in range(3):
        inks = [bold(path, size, character) for path, character in zip(chosen, text, strict=True)]
        widths = [ink.mask.shape[1] or round(ink.advance) for ink in inks]
        needed = sum(widths) + settings.spacing * (len(text) - 1)
        highest = max((ink.mask.shape[0] for ink in inks), default=1)
        ratio = min((widest - 2 * reach - 2) / needed, (settings.height - 5) / highest)
        if ratio >= 1 or size <= 18:
            break
        size = max(18, math.floor(size * ratio))
    width = max(settings.width, needed + 2 * reach + 2)
    settings = replace(settings, width=width, size=size)
    baseline = (settings.height - size) // 5 + size
    spare = (
        settings.height - 2 - max((baseline + ink.top + ink.mask.shape[0] for ink in inks if ink.mask.size), default=0)
    )
    if spare < 0:
        baseline += spare + (round(0.08 * size) if rng.random() < 0.4 else 0)
    page = np.zeros((settings.height, width), np.uint8)
    x = (width - sum(widths) - 2 * (len(text) - 1)) // 2
    excess = (settings.spacing - 2) * (len(text) - 1)  # the program centres with a spacing of 2, whatever it is set to
    x = max(reach, min(x, width - reach - needed) if excess > 0 else x)
    for ink, advance in zip(inks, widths, strict=True):
        lay(page, ink, x, baseline)
        x += advance + settings.spacing
    return page, settings


def lay(page: Mask, ink: Ink, x: int, baseline: int) -> None:
    """Add a letter to a mask, in place; what would stand outside is moved in."""
    rows, columns = ink.mask.shape
    if not rows or not columns:
        return
    height, width = page.shape
    mask = ink.mask[:height, :width]
    left = min(max(0, x + min(ink.left, 3)), width - mask.shape[1])
    top = max(0, baseline + ink.top)
    mask = mask[: height - top]
    part = page[top : top + mask.shape[0], left : left + mask.shape[1]]
    np.maximum(part, mask, out=part)


def draw(text: str, settings: Settings, paths: list[str], rng: np.random.Generator, *, strange: bool) -> Picture:
    """Draw a captcha with these settings; `strange` moves the waves of the ripples to other phases and lengths."""
    page, settings = lay_out(text, paths, settings, rng)
    height, width = page.shape
    support = np.where(page > 0, np.uint8(255), np.uint8(0))
    phases = (float(rng.uniform(0, 6.3)), float(rng.uniform(0, 6.3))) if strange else (0.0, 0.0)
    stretch = float(rng.uniform(0.8, 1.4)) if strange else 1.0
    picture = gradient(width, height, *settings.paper)
    if settings.engine == "water":
        page, support = bend(page, support, *water_shift(width, height))
        page, support = bend(
            page, support, *ripple_shift(width, height, (2.6, 1.7), (15 * stretch, 5 * stretch), phases)
        )
    elif settings.engine == "shadow":
        lengths = float(rng.integers(8, 15)) * stretch, float(rng.integers(2, 5)) * stretch
        amplitudes = 7.6 * min(1, settings.size / 30), float(rng.uniform(1, 2))
        page, support = bend(page, support, *ripple_shift(width, height, amplitudes, lengths, phases))
        blend(picture, cv2.GaussianBlur(page, (21, 21), 10 / 3), BLACK, 0, 5)
    shades = np.array(settings.colour, np.uint16) * support[..., None] // 255
    blend(picture, page, shades.astype(np.uint8))
    if settings.engine == "fish_eye":
        picture = fish_eye(picture, rng)
    elif settings.noise is not None:
        add_noise(picture, (0.1, 0.1, 0.25, 0.25), settings.noise, rng)
        add_noise(picture, (0.1, 0.25, 0.5, 0.9), settings.noise, rng)
    if settings.frame is not None:
        cv2.rectangle(picture, (0, 0), (width - 1, height - 1), settings.frame)
    if rng.random() < 0.6:
        picture = through_jpeg(picture, 75 if rng.random() < 0.7 else int(rng.integers(40, 95)))
    return picture


def draw_with(base: Settings, text: str, faces: Faces, rng: np.random.Generator, usual: float = 0.6) -> Picture:
    """Draw a captcha at these settings with the probability `usual`, else around them."""
    strange = rng.random() >= usual
    settings = vary(base, rng) if strange else base
    return draw(text, settings, choose_faces(text, faces, rng), rng, strange=strange)


def draw_default(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha as kaptcha does without any setting: black letters in water, two curves."""
    return draw_with(Settings(), text, faces, rng)


def draw_ruoyi_math(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha as RuoYi does for arithmetic: blue letters with a shadow, no noise."""
    return draw_with(RUOYI_MATH, text, faces, rng)


def draw_ruoyi_text(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha as RuoYi does for text: black letters with a shadow, two curves."""
    return draw_with(RUOYI_TEXT, text, faces, rng)


def draw_users(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha at one of the settings that other projects have, at times with another engine."""
    settings = USERS[int(rng.integers(len(USERS)))]
    if rng.random() < 0.35:
        engines: tuple[Engine, ...] = ("water", "shadow", "none")
        settings = replace(settings, engine=engines[int(rng.integers(3))])
    return draw_with(settings, text, faces, rng, 0.7)


def draw_fish_eye(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw a captcha with kaptcha's fish eye: under red and blue lines, enlarged in the middle."""
    base = Settings(engine="fish_eye") if rng.random() < 0.5 else USERS[int(rng.integers(len(USERS)))]
    return draw_with(replace(base, engine="fish_eye"), text, faces, rng)


LOOKS: dict[str, Draw] = {
    "kaptcha_default": draw_default,
    "kaptcha_users": draw_users,
    "kaptcha_fish_eye": draw_fish_eye,
    "ruoyi_math": draw_ruoyi_math,
    "ruoyi_text": draw_ruoyi_text,
}
