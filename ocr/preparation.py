"""From an image of any kind to what the network of a bundle sees, and from its columns back to those of the image."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ocr.bundle import BundleConfig
from ocr.errors import BundleError
from preprocessing.clean import CHANNELS, reader_input
from preprocessing.page.join import JOINED, shrink
from preprocessing.page.prepare import PageOptions, read_page
from preprocessing.read import Pixels


class Part(NamedTuple):
    """A stretch of a network's input, from column `start` to before `end`, and where in the image it comes from."""

    start: int
    end: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """An image as a network sees it.

    pixels: (height, W, C) uint8. width: of the image as it came, in pixels. parts: the stretches of `pixels` from left
    to right and their places in the image, one a line of a page; none when `pixels` are the whole image. boxes: the
    lines of a page, left, top, right, lower, from top to bottom. problem: None, or why there is nothing to read. task:
    that of the bundle whose network it is for. lines: those of a page before they were shrunk and joined, (H, W, C)
    each, for a closer look.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    width: int
    parts: tuple[Part, ...] = ()
    boxes: tuple[tuple[int, int, int, int], ...] = ()
    problem: str | None = None
    task: str = ""
    lines: tuple[NDArray[np.uint8], ...] = field(default=(), repr=False)

    def columns(self, start: float, end: float) -> tuple[int, int]:
        """Return the columns of the image, start and end, for those of `pixels`; they stay in one part."""
        middle = (start + end) / 2
        whole = Part(0, self.pixels.shape[1], 0, self.width)
        part = next((each for each in self.parts if middle < each.end), self.parts[-1] if self.parts else whole)
        scale = (part.right - part.left) / (part.end - part.start)
        first = part.left + int((start - part.start) * scale)
        last = part.left + math.ceil((end - part.start) * scale)
        return max(part.left, min(first, part.right - 1)), max(part.left + 1, min(last, part.right))


def check_channels(config: BundleConfig, folder: object) -> None:
    """Raise BundleError, about the bundle in `folder`, where no image can be turned into what its network sees, or none
    into what it is to see of it enlarged."""
    known = [*CHANNELS, *(JOINED if config.task == "formula" else ())]
    if unknown := set(config.channels) - set(known):
        raise BundleError(f"{folder}: unknown channel {', '.join(sorted(unknown))}; known are {', '.join(known)}")
    if config.closer and (config.task, tuple(config.channels)) != ("formula", JOINED):
        raise BundleError(f"{folder}: closer is for formulas and the channels {', '.join(JOINED)}")


def page_options(config: BundleConfig) -> PageOptions:
    """Return how pages are prepared for the network of a bundle of the task "formula"."""
    return PageOptions(height=config.height, channels=config.channels)


def prepare(image: Pixels, config: BundleConfig) -> Prepared:
    """Turn an RGB image (H, W, 3), uint8, into what the network of a bundle sees.

    For the task "formula" the lines of the page are found and joined (preprocessing.page), for others the whole image
    is taken. What is wider than the bundle's max_width is shrunk to it.
    """
    if config.task != "formula":
        ready = reader_input(
            image,
            height=config.height,
            max_width=config.max_width,
            channels=config.channels,
            unscaled_from=config.unscaled_from,
        )
        return Prepared(ready, image.shape[1], task=config.task)
    page = read_page(image, page_options(config))
    pixels, shrunk = shrink(page.joined, config.max_width)
    parts = tuple(
        Part(round(left * shrunk), max(round(left * shrunk) + 1, round((left + width) * shrunk)), box[0], box[2])
        for (left, _, width, _), box in zip(page.places, page.boxes, strict=True)
    )
    lines = page.lines if config.closer else ()
    return Prepared(pixels, image.shape[1], parts, page.boxes, page.problem, config.task, lines)
