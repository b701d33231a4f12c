"""Find blocks of text: regions of a page that are dense with ink of one colour, on a fraction of its pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.arrays import Floats, Pixels
from preprocessing.page.colour import Colours, candidates, project
from preprocessing.page.grouping import Points, parts
from preprocessing.page.paper import Colour, away_from, paper_colour
from preprocessing.page.params import Box, Search

Mask = NDArray[np.uint8]

CELL = 4
"""Side of the squares in which pixels of a reduced page are counted."""
RUN = 7
"""So many pixels of a reduced page in one row, and not in the next, are a piece of an arc, not of a character."""


@dataclass(frozen=True)
class Reduced:
    """A page seen through every `step`-th row and column, and what on it is not paper.

    `away` is where that is: (H / step, W / step), 255 or 0. `places` are the same pixels' numbers in it, row by row,
    `offset` (3, N) their differences from the paper's colour, `short` whether they are anything but a long flat part of
    an arc, `cells` the numbers of the squares of `CELL` by `CELL` that they lie in, of a grid of so many rows and
    columns.
    """

    away: Mask
    places: NDArray[np.intp]
    offset: Floats
    short: NDArray[np.bool_]
    cells: NDArray[np.intp]
    grid: tuple[int, int]
    paper: Colour
    exact: bool  # whether paper is one colour all over

    def faint(self, most: float) -> Reduced:
        """The same page with nothing on it that is further than `most` grey levels from the paper in a channel."""
        chosen = np.abs(self.offset).max(0, initial=0) <= most
        places = self.places[chosen]
        away = np.zeros_like(self.away)
        away.ravel()[places] = 255
        short = _short(away, places)
        return replace(
            self, away=away, places=places, offset=self.offset[:, chosen], short=short, cells=self.cells[chosen]
        )

    def ink(self, colours: Colours) -> NDArray[np.bool_]:
        """Tell which of the pixels have the ink's colour: (N,)."""
        amount, foreign = project(self.offset, colours)
        return ~foreign & (amount > 0.3)

    def seen(self, colours: Colours, search: Search) -> Points:
        """Return where on the page pixels have the ink's colour; the long flat parts of arcs are not counted."""
        rows, columns = np.divmod(self.places[self.ink(colours) & self.short], self.away.shape[1])
        return columns * search.step + search.step // 2, rows * search.step + search.step // 2

    def crowded(self, chosen: NDArray[np.bool_] | NDArray[np.intp], search: Search) -> NDArray[np.bool_]:
        """Tell for each cell of the grid whether many of the `chosen` pixels are around it."""
        counts = np.bincount(self.cells[chosen], minlength=self.grid[0] * self.grid[1])
        width, height = (max(1, round(side / (search.step * CELL))) for side in search.window)
        near = cv2.boxFilter(
            counts.reshape(self.grid).astype(np.float32),
            -1,
            (width, height),
            normalize=False,
            borderType=cv2.BORDER_CONSTANT,
        )
        return near > search.dense * width * height * CELL * CELL


def reduce_page(page: Pixels, search: Search = Search()) -> Reduced:
    """Find what is not paper on an RGB page (H, W, 3), on a fraction of its pixels.

    Paper that is one colour all over, as a drawn page's is, shows even ink one level away from it; on rough paper ink
    must stand out from the noise.
    """
    step = search.step
    row, column = (min(step // 2, side - 1) for side in page.shape[:2])
    # Rows first, then channel by channel: many times as fast as slicing pixels whole.
    rows_seen = np.ascontiguousarray(page[row::step])
    planes = [np.ascontiguousarray(rows_seen[:, column::step, channel]) for channel in range(3)]
    paper, exact = paper_colour(planes)
    away = np.zeros_like(planes[0])
    for plane, level in zip(planes, paper, strict=True):
        away |= away_from(plane, level, 0.5 if exact else search.tolerance)
    rows, columns = away.shape
    places = np.flatnonzero(away.ravel().view(bool))
    offset = np.stack([plane.ravel().take(places) for plane in planes]) - paper[:, None]
    grid = -(-rows // CELL), -(-columns // CELL)
    cells = places // columns // CELL * grid[1] + places % columns // CELL
    return Reduced(away, places, offset, _short(away, places), cells, grid, paper, exact)


def _short(away: Mask, places: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell of the pixels that are not paper, by their numbers (N,), which are no long flat parts of arcs."""
    runs = cv2.morphologyEx(away, cv2.MORPH_OPEN, np.ones((1, RUN), np.uint8))
    thick = cv2.dilate(
        cv2.erode(runs, np.ones((2, 1), np.uint8), anchor=(0, 0)), np.ones((2, 1), np.uint8), anchor=(0, 1)
    )
    return np.asarray(runs.ravel()[places] == thick.ravel()[places])


def text_colours(reduced: Reduced, search: Search = Search()) -> list[Colours]:
    """Return what may be the colours of the text on a page, likeliest first.

    Of the commonest colours in what is dense on the page the ink's is the one that is dense by itself: an arc is not,
    nor are arcs of several colours where they meet. The long flat parts of arcs are not counted.
    """
    short = reduced.short
    crowded = np.flatnonzero(short & reduced.crowded(short, search).ravel()[reduced.cells])
    offset = reduced.offset[:, crowded]
    found: list[tuple[int, Colours]] = []
    plain: Colours | None = None
    for guess, full in candidates(offset, reduced.paper) if len(crowded) else ():
        if plain and plain.direction @ guess.direction < 0.999:
            break  # the same hue's other contrasts count yet: an arc's pale edges may be more than the ink
        own = crowded[full]
        own = own[reduced.crowded(own, search).ravel()[reduced.cells[own]]]
        if len(own):
            found.append((len(own), Colours(reduced.paper, reduced.paper + reduced.offset[:, own].mean(1))))
        if len(own) > search.plain * len(crowded):
            plain = guess
    distinct: list[Colours] = []
    for _, colours in sorted(found, key=lambda pair: -pair[0]):
        if all(np.linalg.norm(colours.ink - other.ink) > 0.2 * colours.contrast for other in distinct):
            distinct.append(colours)
    return distinct


def find_blocks(reduced: Reduced, colours: Colours, search: Search = Search()) -> list[Box]:
    """Return the boxes of what is dense with ink, from top to bottom; one line may come in several pieces."""
    side = search.step * CELL
    wide = np.ones((1, search.gap // side | 1), np.uint8)
    dense = reduced.crowded(reduced.ink(colours), search).astype(np.uint8)
    _, stats = parts(cv2.morphologyEx(dense, cv2.MORPH_CLOSE, wide))
    boxes = [
        (x * side, y * side, (x + width) * side, (y + height) * side) for x, y, width, height, _ in stats[1:].tolist()
    ]
    return sorted(boxes, key=lambda box: (box[1], box[0]))
