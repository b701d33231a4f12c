"""The lines of drawn pages are found: all of them, whole, in order, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL.Image
import PIL.ImageDraw
import pytest

from fonts import typefaces
from generators.pages.layout import Box, Page, draw, plan
from ocr.text.formula_grammar import VARIABLES, FormulaGrammar
from preprocessing.page import lines as lines_module
from preprocessing.page.blocks import reduce_page, text_colours
from preprocessing.page.lines import find_lines

Image = np.ndarray[Any, np.dtype[np.uint8]]
SEEDS = range(12)
PAGES = Path(__file__).parent / "pages"


@lru_cache(maxsize=4)
def drawn(seed: int) -> tuple[Page, Image]:
    digits = tuple(str(face.path) for face in typefaces("train", "0123456789+-*/=()") if face.style == "serif")
    variables = tuple(str(face.path) for face in typefaces("train", VARIABLES))
    rng = np.random.default_rng(seed)
    page = plan(FormulaGrammar().sample(rng), (digits, variables), rng)
    return page, draw(page)


def whole(lines: list[Box], boxes: list[Box], shape: tuple[int, ...], beyond: int = 150) -> bool:
    """Tell whether there is a box for each line, in order, that holds it and little more: arcs may end beside it."""
    if len(lines) != len(boxes):
        return False
    for found, true in zip(boxes, lines, strict=True):
        more = true[0] - found[0], true[1] - found[1], found[2] - true[2], found[3] - true[3]
        edges = found[0] == 0, found[1] == 0, found[2] == shape[1], found[3] == shape[0]
        if any(m > beyond or (m < -1 and not edge) for m, edge in zip(more, edges, strict=True)):
            return False
    return True


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lines_of_drawn_pages_are_found_whole_and_in_order(seed: int) -> None:
    page, image = drawn(seed)
    before = image.copy()
    boxes, colours = find_lines(image)
    assert whole([line.box for line in page.lines], boxes, image.shape)
    np.testing.assert_array_equal(colours.paper, page.background)
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize(
    ("name", "why", "lines"),
    [
        (
            "connected-half",
            "an arc connects the first half of a line",
            [(1883, 367, 2009, 407), (1879, 477, 2004, 517), (1879, 587, 2265, 630)],
        ),
        (
            "connected-sides",
            "an arc connects what is on both sides of a fraction's bar",
            [(1332, 67, 1466, 103), (1334, 177, 1472, 213), (1329, 281, 1701, 329)],
        ),
        (
            "hidden-feet",
            "an arc hides the feet of digits",
            [(679, 391, 828, 425), (683, 501, 830, 535), (679, 607, 1122, 650)],
        ),
        (
            "dense-arcs",
            "arcs about as dense as text, and of about its hue, lie over the first line",
            [(1201, 777, 1343, 812), (1200, 886, 1643, 925)],
        ),
        (
            "middle-line",
            "of an arc's hue, the line in the middle seems to be none",
            [(326, 91, 456, 124), (323, 201, 462, 234), (321, 310, 678, 348)],
        ),
        (
            "meeting-arcs",
            "there are more pixels of about the ink's colour where arcs meet than in any line",
            [(1547, 46, 1694, 88), (1543, 156, 1698, 198), (1544, 259, 1938, 317)],
        ),
        (
            "remains-below",
            "arcs of about the ink's colour, close together below the lines, are no third line",
            [(2, 110, 147, 145), (2, 212, 486, 264)],
        ),
        (
            "inky-arcs",
            "most pixels of about the ink's colour lie where arcs run along each other, away from the lines",
            [(1624, 118, 1761, 164), (1623, 223, 2071, 280)],
        ),
        (
            "light-text",
            "the text is light, and arcs to the left of the last line seem to be its beginning",
            [(1749, 106, 1875, 138), (1750, 215, 1857, 250), (1748, 312, 2112, 372)],
        ),
        (
            "arcs-apart",
            "how dark the ink is was told from arcs that lie together elsewhere",
            [(754, 46, 888, 79), (750, 156, 870, 189), (749, 261, 1140, 304)],
        ),
        (
            "arcs-between",
            "how dark the ink is was told from arcs in the same block, so that the first line had none",
            [(1809, 416, 1945, 452), (1807, 524, 1948, 562), (1805, 628, 2184, 681)],
        ),
        (
            "pale-line",
            "less dense than arcs, one of two lines was not looked for",
            [(463, 444, 588, 479), (457, 549, 931, 598)],
        ),
        (
            "hairline-above",
            "the variable's first stroke is a hairline, twelve rows above any other stroke",
            [(2351, 378, 2475, 411), (2354, 473, 2783, 537)],
        ),
        (
            "hairline-behind",
            "the last bracket is a hairline, apart from the rest",
            [(308, 52, 445, 88), (310, 162, 450, 197), (306, 258, 707, 323)],
        ),
        (
            "arc-above",
            "an arc lies on the upper edge of a variable of hairlines",
            [(774, 83, 902, 121), (776, 193, 928, 231), (772, 287, 1168, 357)],
        ),
    ],
)
def test_lines_that_were_once_missed(name: str, why: str, lines: list[Box]) -> None:
    """Drawn pages, kept as pictures, because drawings may change."""
    image = np.array(PIL.Image.open(PAGES / f"{name}.png"))
    assert whole(lines, find_lines(image)[0], image.shape), why


def jpeg(image: Image) -> Image:
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def rough(image: Image) -> Image:
    noise = np.random.default_rng(3).normal(0, 3, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


CHANGES: dict[str, Callable[[Image], Image]] = {
    "light on dark": lambda image: 255 - image,
    "jpeg": jpeg,
    "rough paper": rough,
}


@pytest.mark.parametrize("change", CHANGES)
def test_other_kinds_of_pages(change: str) -> None:
    page, image = drawn(1)  # ink that is 10 levels from the paper, as on page 0, drowns on rough paper
    boxes, _ = find_lines(CHANGES[change](image))
    assert whole([line.box for line in page.lines], boxes, image.shape)


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (5, 200), (64, 64), (400, 800)])
def test_pages_without_text(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(2)
    for image in (np.full((*shape, 3), 200, np.uint8), rng.integers(0, 256, (*shape, 3), dtype=np.uint8)):
        boxes, colours = find_lines(image)
        assert boxes == []
        assert colours.contrast == 0
    assert text_colours(reduce_page(np.zeros((*shape, 3), np.uint8))) == []


@pytest.mark.parametrize("share", [1.0, 0.3])
def test_a_page_of_noise_is_looked_at_within_bounds(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    blobs = np.kron(rng.random((40, 160, 1)) < share, np.ones((10, 10, 1), bool))
    colours = np.kron(rng.integers(0, 256, (40, 160, 3), dtype=np.uint8), np.ones((10, 10, 1), np.uint8))
    page = np.where(blobs, colours, np.uint8(255)).astype(np.uint8)
    seen: list[int] = []
    usual = lines_module.stroke_mask

    def counted(piece: Any, *given: Any) -> Any:
        seen.append(piece.shape[0] * piece.shape[1])
        return usual(piece, *given)

    monkeypatch.setattr(lines_module, "stroke_mask", counted)
    find_lines(page)
    assert sum(seen) <= (lines_module.MOST_AREA + 2) * page[..., 0].size  # the last guess, and one more by its colours
