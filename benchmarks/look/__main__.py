"""Compare drawings with the contest's own images: figures of both, and a picture of both one above the other.

python -m benchmarks.look --data FOLDER
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import mean, stdev

import click
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.measuring import options, sets
from benchmarks.measuring.record import provenance, table, write_json
from generators.contest.sampler import draw_text, faces
from generators.stream import HELD_OUT_SEEDS
from ocr.data.labels import read_labels
from preprocessing.arrays import Pixels
from preprocessing.clean import dark_on_light, grey
from preprocessing.read import read_image

PICTURE = Path("docs/round-one-look.png")
DOT_SIZE = 7
"""Largest side, in pixels, of the smoothed noise dots: the library's are four pixels wide and high."""

LEAST_INK = 0.35
"""Ink is what is farther from the paper than this share of the way to the text's own darkness."""

COLUMNS = 4
ENLARGED = 2


@dataclass(frozen=True)
class Measures:
    """Figures of one image: lengths in pixels, contrast in grey levels."""

    ink_end: float
    """Right end of the text."""
    glyph_height: float
    """Height of the text, from its highest to its lowest ink."""
    stroke_width: float
    """Four times the mean distance of ink from its edge: the width of a long stroke."""
    dots: float
    """Noise dots that touch neither the text nor each other."""
    contrast: float
    """Paper less text."""


def measure(image: Pixels) -> Measures | None:
    """Measure an RGB image (H, W, 3) of dark text on light paper; None when no text stands out."""
    shade = dark_on_light(grey(image)).astype(np.float32)
    paper = float(np.median(shade))
    depth = np.maximum(paper - cv2.GaussianBlur(shade, (3, 3), 0), 0)
    # Dots may be far darker than the text: what fills the image's middle grey values decides, not its extremes.
    depths = depth[depth > max(4.0, 0.1 * float(depth.max()))]
    if depths.size < 50:
        return None
    text = float(np.median(depths))
    ink = (depth > LEAST_INK * text).astype(np.uint8)
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sides = boxes[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    dots = [index for index in range(1, len(boxes)) if sides[index] <= DOT_SIZE]
    parts = [index for index in range(1, len(boxes)) if sides[index] > DOT_SIZE]
    if not parts:
        return None
    glyphs = np.isin(labels, parts).astype(np.uint8)
    distances = cv2.distanceTransform(glyphs, cv2.DIST_L2, 5)[glyphs > 0]
    left, _, width, height = cv2.boundingRect(glyphs)
    contrast = float(np.median((paper - shade)[glyphs > 0]))
    return Measures(left + width, height, 4 * float(distances.mean()) - 1, len(dots), contrast)


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Real images with labels.txt.")
@options.number("--count", 2_000, "Images drawn.", least=8)
@options.number("--tries", 400, "Drawings to pick each pair from.")
@options.seed
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), default=PICTURE, show_default=True)
@options.out("look")
@options.errors_as_messages()
def command(data: Path, count: int, tries: int, seed: int, picture: Path, out: Path) -> None:
    """Compare drawings in the contest's look with real images of the contest."""
    real = [(read_image(path), text) for path, text in read_labels(data)]
    groups = {"real": _measured(real), "drawn": _measured(list(sets.contest().pairs(count, seed)))}
    names = [field.name for field in fields(Measures)]
    rows = [
        (name.replace("_", " "), f"{size} characters", *(_spread(group, name, size) for group in groups.values()))
        for name in names
        for size in sorted({len(text) for _, text in real})
    ]
    sizes = [f"{name} ({len(group)})" for name, group in groups.items()]
    print(f"# The contest's look\n\n{table(('mean ± standard deviation', 'text', *sizes), rows)}")
    pairs = [(image, _most_similar(image, text, seed, tries)) for image, text in real]
    picture.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(side_by_side(pairs)).save(picture)
    record = provenance("look", seed=seed)
    record["images"] = {
        name: {
            f"{size} characters": _means([each for each, text in group if len(text) == size])
            for size in sorted({len(text) for _, text in real})
        }
        for name, group in groups.items()
    }
    write_json(record, out)


def _measured(pairs: Sequence[tuple[Pixels, str]]) -> list[tuple[Measures, str]]:
    measured = [(measure(image), text) for image, text in pairs]
    return [(each, text) for each, text in measured if each is not None]


def _spread(group: Sequence[tuple[Measures, str]], name: str, size: int) -> str:
    values = [getattr(each, name) for each, text in group if len(text) == size]
    if len(values) < 2:
        return f"{values[0]:.1f}" if values else "none"
    return f"{mean(values):.1f} ± {stdev(values):.1f}"


def _means(group: Sequence[Measures]) -> dict[str, float]:
    values = [asdict(each) for each in group]
    return {"count": len(values)} | {name: mean(each[name] for each in values) for name in values[0]} if values else {}


def _most_similar(image: Pixels, text: str, seed: int, tries: int) -> Pixels:
    """Draw `text` again and again, and return the drawing whose layout and colours are nearest to the image's."""
    fonts = faces("contest", "train")
    size = (image.shape[1], image.shape[0])
    wanted = _rough(image)
    best, least = image, np.inf
    for number in range(tries):
        drawing = draw_text(text, "contest", fonts, np.random.default_rng((HELD_OUT_SEEDS[seed], number)), size)
        distance = float(np.abs(_rough(drawing) - wanted).mean())
        if distance < least:
            best, least = drawing, distance
    return best


def _rough(image: Pixels) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 4)[::3, ::3], np.float32)


def side_by_side(pairs: Sequence[tuple[Pixels, Pixels]]) -> Pixels:
    """Lay pairs of RGB images of one size, the real above the drawn, out in rows of COLUMNS: RGB (H, W, 3)."""
    height, width = pairs[0][0].shape[:2]
    cell_width, cell_height = width * ENLARGED + 12, 2 * height * ENLARGED + 28
    columns = min(COLUMNS, len(pairs))
    rows = -(-len(pairs) // columns)
    margin = 64
    sheet = Image.new("RGB", (columns * cell_width + margin + 12, rows * cell_height + 12), (255, 255, 255))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(16)
    for place, pair in enumerate(pairs):
        left, top = margin + place % columns * cell_width, 12 + place // columns * cell_height
        for name, image in zip(("real", "drawn"), pair, strict=True):
            large = Image.fromarray(image).resize((width * ENLARGED, height * ENLARGED), Image.Resampling.NEAREST)
            sheet.paste(large, (left, top))
            draw.rectangle((left - 1, top - 1, left + large.width, top + large.height), outline=(190, 190, 190))
            if place % columns == 0:
                draw.text((8, top + large.height // 2 - 8), name, fill=(20, 20, 20), font=font)
            top += large.height + 4
    return np.asarray(sheet)


if __name__ == "__main__":
    command()
