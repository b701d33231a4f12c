"""Draw the picture of README.md: captchas of other programs, our drawings, and what the reader answers.

python -m benchmarks.captchas.showcase --programs DIR

The first two rows are drawn here by other people's programs (`python -m benchmarks.captchas.others --help` tells how to
install them into DIR), the third by `suanshi.draw` in the styles of programs that pip and npm lack; the last shows
a final page out of examples/. It is the first image of each kind from the seed, and of each style from the next seed,
whatever the answer: an answer is red where it is not what was drawn.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
import cv2
import numpy as np
from PIL import Image, ImageDraw

import suanshi
from benchmarks.captchas.others.programs import DrawingError, draw, kinds_named
from benchmarks.captchas.truth import Truth, truths
from benchmarks.measuring import options
from fonts.captions import typeface_for
from ocr.errors import OcrError
from ocr.evaluation.explain import png, write
from preprocessing.read import Pixels, read_image

OTHERS = (
    *("svg_math", "ppfun_math", "captcha_math", "django_math"),
    *("svg_text", "captchapng_4", "django_char", "wheezy_4"),
)
"""Kinds of other programs, two rows of them."""

STYLES = (("kaptcha", "kaptcha"), ("easycaptcha", "EasyCaptcha"), ("hutool", "Hutool"), ("gregwar", "Gregwar"))
"""Styles of `suanshi.draw`, and the programs that they look like."""

PAGE = Path("examples/page.png")
OUT = Path("docs/pictures/what-it-reads.png")
_CELL, _LINE, _GAP = (250, 84), 22, 14
_COLUMNS = 4
_PAPER, _INK, _GREY, _RED = (255, 255, 255), (20, 20, 20), (120, 120, 120), (200, 25, 25)


@click.command(help=__doc__.split("\n\n")[0] if __doc__ else None)
@click.option("--programs", type=options.FOLDER, required=True, help="Where the programs are installed.")
@options.seed
@click.option("--out", type=options.FILE, default=OUT, show_default=True, help="Picture to write.")
@options.errors_as_messages()
def command(programs: Path, seed: int, out: Path) -> None:
    shown = _others(programs, seed)
    for place, (style, name) in enumerate(STYLES):
        (one,) = suanshi.draw("arithmetic", 1, style=style, seed=seed + place)
        shown.append((one.image, Truth(one.text, one.value), f"our drawing, like {name}"))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(png(_sheet(shown)))
    print(out)


def _others(programs: Path, seed: int) -> list[tuple[Pixels, Truth, str]]:
    shown = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds_named(OTHERS):
            try:
                ((file, label),) = draw(kind, programs, 1, seed, Path(folder) / kind.name)
            except DrawingError as error:
                raise OcrError(str(error)) from error
            shown.append((read_image(file), truths([label])[0], kind.program))
    return shown


def _sheet(shown: list[tuple[Pixels, Truth, str]]) -> Pixels:
    rows = -(-len(shown) // _COLUMNS)
    width, height = _CELL[0] + _GAP, _CELL[1] + 2 * _LINE + _GAP
    page = _fitted(read_image(PAGE), (_COLUMNS * width - _GAP, 240))
    sheet = Image.new("RGB", (_COLUMNS * width + _GAP, rows * height + page.shape[0] + _LINE + 2 * _GAP), _PAPER)
    pen = ImageDraw.Draw(sheet)
    for place, (image, truth, name) in enumerate(shown):
        left, top = _GAP + place % _COLUMNS * width, _GAP + place // _COLUMNS * height
        small = _fitted(image, _CELL)
        sheet.paste(Image.fromarray(small), (left, top + _CELL[1] - small.shape[0]))
        answer = suanshi.recognize(image)
        colour = _INK if truth.is_right(answer.text, answer.value) else _RED
        said = answer.text if answer.value is None else f"{answer.text} -> {answer.value}"
        write(pen, (left, top + _CELL[1] + 4), said, 17, colour, typeface_for(said), _CELL[0])
        write(pen, (left, top + _CELL[1] + 4 + _LINE), name, 12, _GREY, None, _CELL[0])
    top = _GAP + rows * height
    sheet.paste(Image.fromarray(page), (_GAP, top))
    answer = suanshi.recognize(PAGE)
    said = f"{answer.text} -> {answer.value}"
    write(pen, (_GAP, top + page.shape[0] + 4), said, 17, _INK, typeface_for(said), _COLUMNS * width)
    return np.asarray(sheet)


def _fitted(image: Pixels, room: tuple[int, int]) -> Pixels:
    scale = min(room[0] / image.shape[1], room[1] / image.shape[0], 1.5)
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC))


if __name__ == "__main__":
    command()
