"""Measure how clean the ink of drawn lines is, against the same lines without arcs: the part "arcs"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring.record import table
from benchmarks.pages.chunks import in_chunks
from benchmarks.pages.lines import SPLITS
from generators.pages.layout import Box, Page, arc_through, draw
from generators.pages.page_samples import PageSampler, page_sampler
from generators.stream import HELD_OUT_SEEDS
from preprocessing.page.colour import find_colours
from preprocessing.page.join import separate

APART = 100
"""Grey levels by which ink must differ from what it is without arcs, to count as missing or as too much."""
LOST = 10
"""So many pixels of a line without any arc may be taken for foreign before it counts as hurt."""
AROUND = 6


@dataclass(frozen=True)
class Cleaned:
    """Pixels of one expression: its ink; what of it is taken for foreign although there is no arc; and, with arcs, what
    ink is missing, what would be if nothing showed through, and what is too much."""

    ink: int
    foreign: int
    missing: int
    hidden: int
    surplus: int


def measure(count: int, seed: int, jobs: int) -> dict[str, Any]:
    """Separate the expressions of `count` pages of each kind, with and without arcs; print the figures and return them.

    Each has the arcs of its page and one more along it, and no dots.
    """
    rows, result = [], {}
    for split, title in SPLITS.items():
        some = partial(_some, page_sampler(split), HELD_OUT_SEEDS[seed])
        entry = _entry(list(in_chunks(some, count, jobs, "arcs")))
        result[title] = entry
        shares = (entry[name] / entry["ink"] for name in ("hidden", "missing", "surplus"))
        rows.append((title, count, f"{entry['hurt'] / count:.1%}", *(f"{share:.2%}" for share in shares)))
    print("\n## Ink and arcs separated\n")
    heads = ("pages", "number", "hurt without arcs", "ink under arcs", "of it missing in the end", "too much")
    print(table(heads, rows))
    print("\nThe last three are shares of the pixels of ink.")
    return result


def _entry(found: list[Cleaned]) -> dict[str, Any]:
    return {
        "count": len(found),
        "hurt": sum(each.foreign > LOST for each in found),
        **{name: sum(getattr(each, name) for each in found) for name in ("ink", "missing", "hidden", "surplus")},
    }


def _some(pages: PageSampler, seed: int, first: int, last: int) -> list[Cleaned]:
    cv2.setNumThreads(1)
    found = []
    for number in range(first, last):
        rng = np.random.default_rng((seed, number))
        page = replace(pages(rng), dots=0)
        found.append(_clean(replace(page, arcs=(*page.arcs, arc_through(page.lines[-1].box, page, rng)))))
    return found


def _clean(page: Page) -> Cleaned:
    box = _around(page.lines[-1].box, page)
    without = draw(replace(page, arcs=()), box)
    colours = find_colours([without])
    before, foreign = separate(without, colours)
    after, strange = separate(draw(page, box), colours)
    return Cleaned(
        ink=_apart(before, np.full_like(before, 255)),
        foreign=int(np.count_nonzero(foreign == 0)),
        missing=_apart(before, after),
        hidden=_apart(before, np.where(strange == 0, np.uint8(255), after)),
        surplus=_apart(after, before),
    )


def _apart(darker: NDArray[np.uint8], lighter: NDArray[np.uint8]) -> int:
    return int(np.count_nonzero(cv2.subtract(lighter, darker) > APART))


def _around(box: Box, page: Page) -> Box:
    left, top, right, lower = box
    upper, below = max(0, top - AROUND), min(page.height, lower + AROUND)
    return max(0, left - AROUND), upper, min(page.width, right + AROUND), below
