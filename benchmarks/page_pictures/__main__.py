"""Draw the pictures of docs/final-pages.md: a page through all stages of its preprocessing, and how lines differ.

python -m benchmarks.page_pictures
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import click
import cv2
import numpy as np
from PIL import Image

from benchmarks.look_pages.measure import cut_out
from benchmarks.measuring import options
from benchmarks.pages.speed import pages_of
from generators.evaluation_images import SEEDS
from generators.pages.layout import draw
from ocr.evaluation.explain_page import denominator_crop
from ocr.inference.recognizer import load_recognizer
from preprocessing.arrays import Pixels
from preprocessing.page.prepare import explain

SIZE = (1600, 500)
WIDEST = 1000
"""Pictures of stages are shrunk to this width, in pixels."""
COLOURS = 256
GAP = 10


@click.command()
@click.option("--seed", type=click.IntRange(0, SEEDS - 1), default=12, show_default=True)
@options.number("--lines", 12, "Pages whose lines are shown.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/pictures"))
def command(seed: int, lines: int, out: Path) -> None:
    """Draw the pictures of docs/final-pages.md."""
    out.mkdir(parents=True, exist_ok=True)
    page = draw(next(pages_of(seed, SIZE)))
    for name, picture in explain(page):
        _save(picture, out / f"final-{'-'.join(re.findall('[a-z]+', name))}.png")
    reader = load_recognizer("formula")
    prepared = reader.prepare(page)
    piece = denominator_crop(prepared, reader.recognize_prepared([prepared])[0])
    if piece is not None:
        _save(piece, out / "final-closer.png")
    pages = list(islice(pages_of(seed), lines))
    _save(below([cut_out(each, each.lines[-1]) for each in pages]), out / "final-look.png")


def below(pictures: Sequence[Pixels]) -> Pixels:
    """Lay RGB pictures (H, W, 3) one below the other, in two columns, on white: RGB (H, W, 3)."""
    middle = -(-len(pictures) // 2)
    columns = []
    for some in (pictures[:middle], pictures[middle:]):
        width = max((each.shape[1] for each in some), default=1)
        height = max(each.shape[0] for each in pictures) + GAP
        cells = [
            cv2.copyMakeBorder(
                each,
                *(0, height - each.shape[0], 0, width + GAP - each.shape[1]),
                cv2.BORDER_CONSTANT,
                value=(255, 255, 255),
            )
            for each in some
        ]
        blank = np.full((height, width + GAP, 3), 255, np.uint8)
        columns.append(np.concatenate([*cells, *[blank] * (middle - len(some))]))
    return np.concatenate(columns, axis=1)


def _save(picture: Pixels, path: Path) -> None:
    """Write a picture, RGB or grey, in few colours, which makes small files."""
    image = Image.fromarray(picture).convert("RGB")
    if image.width > WIDEST:
        image = image.resize((WIDEST, round(image.height * WIDEST / image.width)), Image.Resampling.LANCZOS)
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    command()
