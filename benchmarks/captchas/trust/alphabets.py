"""Captchas in alphabets that no model here knows, in the typefaces that the system has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.captchas.trust.nothing import Source, clutter, paper
from preprocessing.arrays import Pixels

ALPHABETS = {
    "Cyrillic": "БГДЖИЙЛПФЦЧШЩЫЭЮЯ",
    "Greek": "ΓΔΘΛΞΠΣΦΨΩβδθλξφψω",
    "Armenian": "ԱԲԳԴԵԶԷԸԹԺԻԽԾԿՀՁ",
    "Georgian": "აბგდევზთიკლმნოპჟრ",
    "Hebrew": "אבגדהזחטכלמנעפצקשת",
    "Arabic": "بتثجحخدذرزسشصضطظعغفقك",
    "Devanagari": "अआइईउऊएकखगघचछजझटठ",
    "Thai": "กขคงจฉชซญฎฐฑฒณดตถ",
    "Hiragana": "あいうえおかきくけさしすせそたち",
    "Hangul": "가나다라마바사아자차카타파하",
    "Chinese": "春夏秋冬风花雪月江湖海岸争城却那",
}
"""Letters of each alphabet that are unlike Latin letters and digits; Chinese ones that are no numbers."""

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
SIZES = ((120, 40), (160, 60), (200, 70))
"""Width and height of the images, in pixels."""

LEAST, MOST = 3, 6
"""Letters in an image."""

_NO_CHARACTER = "\ufffe"


def alphabets(count: int, seed: int, folders: Sequence[Path] = FONT_FOLDERS) -> tuple[list[Source], list[str]]:
    """Return `count` images in each alphabet for which a typeface is there, and a line for each other alphabet."""
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.suffix.lower() in (".ttf", ".otf"))
    sources, missing = [], []
    for number, (name, letters) in enumerate(ALPHABETS.items()):
        fonts = [file for file in files if covers(file, letters)]
        if fonts:
            sources.append(_source(name, letters, fonts, count, (seed, 6, number)))
        else:
            missing.append(f"Left out: {name} letters: no typeface in {', '.join(map(str, folders))} has them.")
    return sources, missing


def covers(font: Path, letters: str) -> bool:
    """Tell whether a typeface has a shape of its own for each letter."""
    try:
        face = ImageFont.truetype(font, 24)
        lacking = bytes(face.getmask(_NO_CHARACTER))
        return all((shape := bytes(face.getmask(letter))) != lacking and any(shape) for letter in letters)
    except (OSError, ValueError):
        return False


def _source(name: str, letters: str, fonts: Sequence[Path], count: int, seed: tuple[int, ...]) -> Source:
    def images() -> Iterator[Pixels]:
        for index in range(count):
            rng = np.random.default_rng((*seed, index))
            yield _written(rng, letters, fonts[int(rng.integers(len(fonts)))])

    return Source(f"{name} letters", "drawn here", images)


def _written(rng: np.random.Generator, letters: str, font: Path) -> Pixels:
    width, height = SIZES[int(rng.integers(len(SIZES)))]
    chosen = [letters[index] for index in rng.integers(0, len(letters), int(rng.integers(LEAST, MOST + 1)))]
    background = paper(rng, (width, height))
    if rng.random() < 0.5:
        background = clutter(background, rng)
    image = Image.fromarray(background)
    light = background.mean() < 128
    colour = tuple(int(each) for each in (rng.integers(170, 256, 3) if light else rng.integers(0, 110, 3)))
    step = width / (len(chosen) + 0.5)
    face = ImageFont.truetype(font, int(min(height * 0.65, step * 1.2)))
    for place, letter in enumerate(chosen):
        tile = Image.new("L", (2 * height, 2 * height))
        ImageDraw.Draw(tile).text((height, height), letter, font=face, fill=255, anchor="mm")
        tile = tile.rotate(float(rng.uniform(-20, 20)), Image.Resampling.BILINEAR)
        corner = (int((place + 0.75) * step) - height, height // 2 - height + int(rng.integers(-3, 4)))
        image.paste(colour, corner, tile)
    return np.asarray(image)
