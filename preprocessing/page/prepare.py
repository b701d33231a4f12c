"""A final page from its pixels to the reader's input: find the lines, cut them out, join them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from preprocessing.arrays import Pixels
from preprocessing.clean import PAPER
from preprocessing.page.blocks import reduce_page, text_colours
from preprocessing.page.colour import Colours, find_colours
from preprocessing.page.join import JOINED, Place, join, laid_out, places, separated
from preprocessing.page.lines import LARGEST_AREA, blocks_in, find_lines, stroke_mask
from preprocessing.page.paper import unlike_paper
from preprocessing.page.params import Box, LineParams

SMALLEST_SIDE = 5
"""Pixels; a narrower or lower piece shows no character, and OpenCV takes a column of four pixels for a colour."""
NO_LINE = "no line found"
MARK = (220, 30, 30)
"""Colour of boxes in a picture that explains, RGB."""


@dataclass(frozen=True)
class PageOptions:
    """Options of preparing a page: the search for its lines, and their joining (see `join`).

    An image of less than `lowest` pixels in height is no page but one line that has been cut out of one.
    """

    finding: LineParams = field(default_factory=LineParams)
    height: int = 64
    gap: int = 2
    channels: tuple[str, ...] = JOINED
    lowest: int = 200


@dataclass(frozen=True)
class PreparedPage:
    """A prepared page: the joined image, and the boxes of its lines.

    `joined` is (height, W, C), uint8, paper 255; `boxes` are the lines on the page from top to bottom, `places` the
    same in `joined`; `lines` are what is joined, (H, W, C) each, before it is shrunk to that height; `problem` is None,
    or "no line found", and then `joined` is blank.
    """

    joined: Pixels
    boxes: tuple[Box, ...]
    places: tuple[Place, ...]
    colours: Colours
    problem: str | None = None
    lines: tuple[Pixels, ...] = ()


def read_page(image: Pixels, options: PageOptions = PageOptions()) -> PreparedPage:
    """Prepare an RGB page (H, W, 3), uint8, for reading: find lines, cut them out, join them left to right."""
    boxes, colours = _lines(image, options)
    crops = [np.ascontiguousarray(image[top:lower, left:right]) for left, top, right, lower in boxes]
    if not crops:
        nothing = join([], colours, height=options.height, channels=options.channels)
        return PreparedPage(nothing, (), (), colours, NO_LINE)
    layout = places([crop.shape[:2] for crop in crops], height=options.height, gap=options.gap)
    lines = separated(crops, colours, options.channels)
    joined = laid_out(lines, height=options.height, gap=options.gap)
    return PreparedPage(joined, tuple(boxes), tuple(layout), colours, lines=tuple(lines))


def _lines(image: Pixels, options: PageOptions) -> tuple[list[Box], Colours]:
    """Return the boxes of the lines of a page, or that of a line which is cut out already, and the page's colours."""
    if image.shape[0] >= options.lowest:
        return find_lines(image, options.finding)
    if image.shape[0] * image.shape[1] > LARGEST_AREA:
        paper = np.full(3, PAPER, np.float32)
        return [], Colours(paper, paper)
    colours = find_colours([image])
    shows = colours.contrast > 0 and min(image.shape[:2]) >= SMALLEST_SIDE
    return ([(0, 0, image.shape[1], image.shape[0])] if shows else []), colours


def explain(image: Pixels, options: PageOptions = PageOptions()) -> Iterator[tuple[str, Pixels]]:
    """Yield every stage of `read_page` with its name, as pictures: RGB (H, W, 3) or grey (H, W), uint8."""
    yield "page", image
    if image.shape[0] >= options.lowest:
        yield from _search(image, options)
    page = read_page(image, options)
    yield "lines", _marked(image, page.boxes)
    for number, name in enumerate(options.channels):
        yield f"joined, {name}", page.joined[..., number]


def _search(image: Pixels, options: PageOptions) -> Iterator[tuple[str, Pixels]]:
    """Yield the stages by which the lines of a page are found."""
    finding = options.finding
    reduced = reduce_page(image, finding.search)
    yield "not paper, reduced", cv2.bitwise_not(reduced.away)
    boxes, found = find_lines(image, finding)
    guesses = text_colours(reduced, finding.search)
    colours = found if boxes or not guesses else guesses[0]
    if colours.contrast > 0:
        ink = np.full_like(reduced.away, PAPER)
        ink.ravel()[reduced.places[reduced.ink(colours)]] = 0
        yield "of the ink's colour, reduced", ink
        blocks = blocks_in(image, reduced, colours, finding)
        yield "dense blocks, grown", _marked(image, blocks)
        strokes = np.full(image.shape[:2], PAPER, np.uint8)
        for left, top, right, lower in blocks:
            seen = unlike_paper(image[top:lower, left:right], colours.paper)
            strokes[top:lower, left:right][stroke_mask(seen, colours)[1] > 0] = 0
        yield "strokes", strokes


def _marked(image: Pixels, boxes: tuple[Box, ...] | list[Box]) -> Pixels:
    """Return a copy of an RGB image with frames around the boxes."""
    copy = image.copy()
    for left, top, right, lower in boxes:
        cv2.rectangle(copy, (left, top), (right - 1, lower - 1), MARK, 2)
    return copy
