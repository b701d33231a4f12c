"""The kinds of input that a TaskSpec may name, each with the function that makes it of an image."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ocr.tasks import TaskSpec
from preprocessing import captcha
from preprocessing.clean import CHANNELS, reader_input
from preprocessing.page.colour import find_colours
from preprocessing.page.denominator_crop import enlarged
from preprocessing.page.join import JOINED, join, separated, shrink
from preprocessing.page.prepare import PageOptions, read_page
from preprocessing.read import Pixels


class Part(NamedTuple):
    """A stretch of a network's input, from column `start` to before `end`, and its columns in the image."""

    start: int
    end: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class ModelInput:
    """An image as a network sees it."""

    pixels: NDArray[np.uint8] = field(repr=False)
    """(height, W, C)."""
    width: int
    """Width of the image as it came, in pixels."""
    parts: tuple[Part, ...] = ()
    """The stretches of `pixels` from left to right, a line of a page each; none where `pixels` are the whole image."""
    boxes: tuple[tuple[int, int, int, int], ...] = ()
    """The lines of a page from top to bottom: left, top, right, lower."""
    problem: str | None = None
    """None, or why there is nothing to read."""
    task: str = ""
    """The task of the network that it is for."""
    lines: tuple[NDArray[np.uint8], ...] = field(default=(), repr=False)
    """The lines of a page before they were shrunk and joined, (H, W, C) each, to cut denominators from."""

    def columns(self, start: float, end: float) -> tuple[int, int]:
        """Return the columns of the image, start and end, for those of `pixels`; they stay in one part."""
        middle = (start + end) / 2
        whole = Part(0, self.pixels.shape[1], 0, self.width)
        part = next((each for each in self.parts if middle < each.end), self.parts[-1] if self.parts else whole)
        scale = (part.right - part.left) / (part.end - part.start)
        first = part.left + int((start - part.start) * scale)
        last = part.left + math.ceil((end - part.start) * scale)
        return max(part.left, min(first, part.right - 1)), max(part.left + 1, min(last, part.right))


@dataclass(frozen=True)
class InputKind:
    """One way from an image to a network's input."""

    channels: tuple[str, ...]
    """The channels that a spec may ask for."""
    prepare: Callable[[Pixels, TaskSpec], ModelInput]
    """Turns an RGB image (H, W, 3), uint8, into the input of a spec."""
    colour: bool = True
    """Whether colours matter; where they don't, training keeps its images in grey."""
    page: bool = False
    """Whether images are final pages: large, with several lines, and read again when the answer is unsure."""
    denominators: tuple[str, ...] = ()
    """The channels with which denominators can be cut out and enlarged; none where they can't."""


def _grey(image: Pixels, spec: TaskSpec) -> ModelInput:
    """Take the whole image, without regard to colour (preprocessing.clean)."""
    pixels = reader_input(
        image,
        height=spec.height,
        max_width=spec.max_width,
        channels=spec.channels,
        unscaled_from=spec.unscaled_from,
    )
    return ModelInput(pixels, image.shape[1], task=spec.task)


def _colour(image: Pixels, spec: TaskSpec) -> ModelInput:
    """Cut off margins and keep the colours (preprocessing.captcha)."""
    box = captcha.content_box(image)
    pixels = captcha.captcha_input(image, height=spec.height, max_width=spec.max_width, box=box)
    part = Part(0, pixels.shape[1], box.left, box.right)
    return ModelInput(pixels, image.shape[1], (part,), task=spec.task)


def page_options(spec: TaskSpec) -> PageOptions:
    """Return how the lines of a page are found and joined for a spec whose input is "page"."""
    return PageOptions(height=spec.height, channels=spec.channels)


def _page(image: Pixels, spec: TaskSpec) -> ModelInput:
    """Find the lines of a page and join them (preprocessing.page)."""
    page = read_page(image, page_options(spec))
    pixels, shrunk = shrink(page.joined, spec.max_width)
    parts = tuple(
        Part(round(left * shrunk), max(round(left * shrunk) + 1, round((left + width) * shrunk)), box[0], box[2])
        for (left, _, width, _), box in zip(page.places, page.boxes, strict=True)
    )
    lines = page.lines if spec.closer else ()
    return ModelInput(pixels, image.shape[1], parts, page.boxes, page.problem, spec.task, lines)


def joined_lines(lines: Sequence[Pixels], spec: TaskSpec) -> Pixels:
    """Return the input of a page whose lines, RGB (H, W, 3) each, are cut out already: (height, W <= max_width, C)."""
    joined = join(lines, find_colours(lines), height=spec.height, channels=spec.channels)
    return shrink(joined, spec.max_width)[0]


def denominator(piece: Pixels, spec: TaskSpec) -> Pixels:
    """Return the number below the bar of a fraction, RGB (H, W, 3), enlarged: an input (height, W <= max_width, C)."""
    (line,) = separated([piece], find_colours([piece]), spec.channels)
    return shrink(enlarged(line, 0, line.shape[1], height=spec.height), spec.max_width)[0]


INPUTS = MappingProxyType(
    {
        "grey": InputKind(tuple(CHANNELS), _grey, colour=False),
        "colour": InputKind(captcha.CHANNELS, _colour),
        "page": InputKind((*CHANNELS, *JOINED), _page, page=True, denominators=JOINED),
    }
)
"""The kinds by name. To add one: a function like `_grey`, and its entry here."""
