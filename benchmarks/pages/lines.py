"""Measure whether lines are found on drawn pages, whose boxes are known: the part "lines"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np

from benchmarks.measuring.record import table
from benchmarks.pages import course
from benchmarks.pages.chunks import in_chunks
from fonts.catalogue import Split
from generators.pages.layout import Box, draw
from generators.pages.page_samples import PageSampler, page_sampler
from generators.stream import HELD_OUT_SEEDS
from ocr.evaluation.metrics import wilson_interval
from preprocessing.arrays import Pixels
from preprocessing.page.lines import find_lines

WITHIN = 1
"""Pixels of a line's ink that may lie outside of its box, on any side: they are blurred edges."""
CLOSE = 24
"""Pixels that a box may reach beyond its line's ink, on any side, to count as close."""
SPLITS: dict[Split, str] = {"train": "typefaces of the training", "held_out": "held-out typefaces"}

Finder = Callable[[Pixels], Sequence[Box]]
FINDERS: Mapping[str, Finder] = {"ours": lambda page: find_lines(page)[0], "the course's": course.find_lines}


@dataclass(frozen=True)
class Found:
    """How it went with one page: whether it has a box for each line and no other, in order, each box holding its
    line's ink; whether the boxes are close around it, too; and how many boxes there are too many, or too few."""

    whole: bool
    close: bool
    surplus: int


def judge(lines: Sequence[Box], boxes: Sequence[Box]) -> Found:
    """Compare found boxes with those of the ink of the lines, both from top to bottom."""
    surplus = len(boxes) - len(lines)
    if surplus:
        return Found(False, False, surplus)
    beyond = [
        (line[0] - box[0], line[1] - box[1], box[2] - line[2], box[3] - line[3])
        for line, box in zip(lines, boxes, strict=True)
    ]
    whole = all(min(sides) >= -WITHIN for sides in beyond)
    return Found(whole, whole and all(max(sides) <= CLOSE for sides in beyond), 0)


def measure(count: int, others: int, seed: int, jobs: int) -> dict[str, Any]:
    """Judge our line finding on `count` pages of each kind, the course's on the first `others`; print and return it."""
    rows, result = [], {}
    for split, title in SPLITS.items():
        pages = page_sampler(split)
        for name, number in (("ours", count), ("the course's", min(count, others))):
            some = partial(_some, name, pages, HELD_OUT_SEEDS[seed])
            entry = _entry(list(in_chunks(some, number, jobs, f"lines, {name}")))
            result[f"{name}, {title}"] = entry
            low, high = entry["interval"]
            rows.append(
                (
                    *(f"{name}, {title}", number, f"{entry['whole'] / number:.3%}", f"{low:.3%} to {high:.3%}"),
                    *(f"{entry['close'] / number:.3%}", entry["too_many"], entry["too_few"], entry["cut_off"]),
                )
            )
    print("\n## Lines found on drawn pages\n")
    heads = ("pages", "number", "all lines whole", "95 % interval", "and close", "too many", "too few", "cut off")
    print(table(heads, rows))
    for name, entry in result.items():
        if entry["failed"] and name.startswith("ours"):
            print(f"\nNot whole, {name}: pages {', '.join(map(str, entry['failed']))}.")
    return result


def _entry(found: Sequence[Found]) -> dict[str, Any]:
    whole = sum(each.whole for each in found)
    return {
        "count": len(found),
        "whole": whole,
        "close": sum(each.close for each in found),
        "interval": wilson_interval(whole, len(found)),
        "too_many": sum(each.surplus > 0 for each in found),
        "too_few": sum(each.surplus < 0 for each in found),
        "cut_off": sum(not each.whole and each.surplus == 0 for each in found),
        "failed": [number for number, each in enumerate(found) if not each.whole][:100],
    }


def _some(name: str, pages: PageSampler, seed: int, first: int, last: int) -> list[Found]:
    """Judge pages `first` to `last`; page i is planned from `default_rng((seed, i))`, as in evaluation_images."""
    cv2.setNumThreads(1)
    found = []
    for number in range(first, last):
        page = pages(np.random.default_rng((seed, number)))
        found.append(judge([line.box for line in page.lines], FINDERS[name](draw(page))))
    return found
