"""Compare lines of drawn final pages with the contest's own: figures of both, and a picture of pairs.

python -m benchmarks.look_pages --data FOLDER
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import click
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.look_pages.measure import Measures, cut_out, measure
from benchmarks.measuring import options
from benchmarks.measuring.record import provenance, table, write_json
from generators.pages.layout import plan
from generators.pages.page_samples import page_sampler
from generators.stream import HELD_OUT_SEEDS
from ocr.data.labels import read_labels
from preprocessing.arrays import Pixels
from preprocessing.page.colour import find_colours
from preprocessing.read import read_image

KINDS = ("assignment", "expression")
REPORTED = {
    ("assignment", "width"): (67, 214),
    ("assignment", "height"): (41, 68),
    ("expression", "width"): (315, 597),
    ("expression", "height"): (59, 81),
}
"""Sizes of the contest's crops that its winner reported: least and most."""


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Real lines with labels.txt.")
@options.number("--count", 1_000, "Pages drawn.", least=2)
@options.number("--tries", 40, "Drawings to pick each pair from.")
@options.seed
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="Write real and drawn lines in pairs.")
@options.out("look_pages")
@options.errors_as_messages()
def command(data: Path, count: int, tries: int, seed: int, picture: Path | None, out: Path) -> None:
    """Compare lines of drawn final pages with real ones, cut out, of the contest."""
    real = [(read_image(path), text) for path, text in read_labels(data)]
    groups = {"real": _measured(real), "drawn": _measured(_drawn(count, seed))}
    rows = []
    for kind in KINDS:
        for field in fields(Measures):
            unit = {"uneven": " %", "ink": " %", "dots": " on 10,000 px"}.get(field.name, "")
            name = field.name.replace("_", " ") + unit
            reported = REPORTED.get((kind, field.name))
            spreads = [_spread(_values(group, kind, field.name)) for group in groups.values()]
            rows.append((f"{name}, {kind}", *spreads, f"{reported[0]} to {reported[1]}" if reported else ""))
    sizes = [f"{name} ({len(group)})" for name, group in groups.items()]
    heads = ("mean ± standard deviation (least to most)", *sizes, "reported of the contest")
    print(f"# Lines of final pages\n\n{table(heads, rows)}")
    record = provenance("look_pages", seed=seed)
    record["lines"] = {
        name: {kind: {"count": len(_of(group, kind)), **_summary(group, kind)} for kind in KINDS}
        for name, group in groups.items()
    }
    write_json(record, out)
    if picture is not None:
        picture.parent.mkdir(parents=True, exist_ok=True)
        pairs = [(image, most_similar(image, text, seed, tries)) for image, text in real]
        Image.fromarray(in_pairs(pairs)).save(picture)


def _drawn(count: int, seed: int) -> list[tuple[Pixels, str]]:
    """The lines of drawn pages of a held-out seed, cut out, with their texts."""
    pages, crops = page_sampler(), []
    for number in range(count):
        page = pages(np.random.default_rng((HELD_OUT_SEEDS[seed], number)))
        crops += [(cut_out(page, line), line.text) for line in page.lines]
    return crops


def _measured(pairs: Sequence[tuple[Pixels, str]]) -> list[tuple[Measures, str]]:
    measured = [(measure(image), text) for image, text in pairs]
    return [(each, text) for each, text in measured if each is not None]


def _of(group: Sequence[tuple[Measures, str]], kind: str) -> list[Measures]:
    return [each for each, text in group if ("=" in text) == (kind == "assignment")]


def _values(group: Sequence[tuple[Measures, str]], kind: str, name: str) -> list[float]:
    return [float(getattr(each, name)) for each in _of(group, kind)]


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "none"
    return f"{np.mean(values):.1f} ± {np.std(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def _summary(group: Sequence[tuple[Measures, str]], kind: str) -> dict[str, Any]:
    """Mean, standard deviation and a few percentiles of each figure."""
    values = [asdict(each) for each in _of(group, kind)]
    if not values:
        return {}
    result = {}
    for name in values[0]:
        column = [each[name] for each in values]
        marks = {f"{share} %": float(np.percentile(column, share)) for share in (0, 5, 50, 95, 100)}
        result[name] = {"mean": float(np.mean(column)), "deviation": float(np.std(column)), **marks}
    return result


def most_similar(image: Pixels, text: str, seed: int, tries: int) -> Pixels:
    """Draw a line again and again, and return the drawing whose size and colours are nearest to an image's."""
    pages = page_sampler()
    colours = find_colours([image])
    best, least = image, np.inf
    for number in range(tries):
        rng = np.random.default_rng((HELD_OUT_SEEDS[seed], number))
        page = plan(text, (pages.digits.groups[0], pages.variables.groups[0]), rng)
        crop = cut_out(page, page.lines[0])
        size = abs(crop.shape[1] - image.shape[1]) + abs(crop.shape[0] - image.shape[0])
        away = float(np.linalg.norm(np.array(page.colour) - colours.ink))
        if size + 0.3 * away < least:
            best, least = crop, size + 0.3 * away
    return best


def in_pairs(pairs: Sequence[tuple[Pixels, Pixels]]) -> Pixels:
    """Lay pairs of RGB images out in rows, the real one on the left, the drawn one on the right: RGB (H, W, 3)."""
    column = max(image.shape[1] for pair in pairs for image in pair) + 16
    heights = [max(image.shape[0] for image in pair) + 12 for pair in pairs]
    sheet = Image.new("RGB", (2 * column + 16, sum(heights) + 40), (255, 255, 255))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(16)
    for number, name in enumerate(("real", "drawn")):
        pen.text((16 + number * column, 10), name, fill=(20, 20, 20), font=font)
    top = 36
    for pair, height in zip(pairs, heights, strict=True):
        for number, image in enumerate(pair):
            sheet.paste(Image.fromarray(image), (16 + number * column, top))
        top += height
    return np.asarray(sheet)


if __name__ == "__main__":
    command()
