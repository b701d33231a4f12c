"""One line of a final page as layers: characters in half- and full-width cells, and a fraction with its bar."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from generators.contest.glyphs import Glyph, Mask, glyph, thinner
from generators.contest.operator_glyphs import drawn_equals
from generators.contest.seeded_captcha import Colour, SeededCaptcha, fading, paste

LINE_HEIGHT = 110
"""Rows of a line's canvas, in pixels: the contest's pitch."""

LONGER = 14, 42
"""By how many pixels a fraction's bar is longer than the cells under it are wide."""

_TOKENS = re.compile(r"(?P<over>[^\W\d_])/(?P<under>\d+)|.", re.DOTALL)


@dataclass(frozen=True)
class Type:
    """The type that a page is set in: typefaces, and cells as the contest's East Asian typeface has them.

    em is the width and height of a full-width character in pixels; digits and signs take `half` of it. A fraction's
    characters are `fraction_width` times as wide and `fraction_height` times as high, and `bar` pixels of line lie
    between them, `over` pixels below the upper one. `equals` is the thickness of each bar of an equals sign,
    as a share of its height; None leaves that sign to the typeface. `thin` is the share of what it covers of a
    neighbouring pixel that a glyph must cover for its ink to show: from 0 to less than 1, strokes lose up to a pixel.
    `sizes` and, for numbers under a bar, `fraction_sizes` are factors of a character's width and height, of which each
    gets one by chance, as the captcha library chooses each character's size among a few; `heights` are factors of the
    height of some characters, `full_height` is that of all full-width ones.
    """

    digits: str
    variables: str
    em: float = 40.0
    half: float = 0.55
    tall: float = 1.05
    fraction_width: float = 0.75
    fraction_height: float = 0.52
    bar: int = 3
    over: int = 2
    equals: float | None = None
    thin: float = 0.0
    sizes: tuple[float, ...] = (1.0,)
    fraction_sizes: tuple[float, ...] = (1.0,)
    heights: Mapping[str, float] = field(default_factory=dict)
    full_height: float = 1.0


class LineDrawer(SeededCaptcha):
    """Draws the lines of a page, each character as the captcha library would in a cell of the page's type."""

    thin_minus = True
    smooth_resize = False
    warp_base = True

    def __init__(self, setting: Type, rng: np.random.Generator) -> None:
        super().__init__(1, LINE_HEIGHT, [setting.digits], [round(setting.em)], rng=rng)
        self.setting = setting
        self._scale = (1.0, 1.0)
        self._sizes = setting.sizes

    def _glyph(self, font: str, size: int, character: str) -> Glyph:
        setting = self.setting
        full = ord(character) > 0x2E80
        own_bars = character == "=" and setting.equals is not None
        drawn = (
            drawn_equals(size, setting.equals or 0.0, self.rng)
            if own_bars
            else glyph(setting.variables if full else font, size, character)
        )
        factor = self._sizes[int(self.rng.integers(len(self._sizes)))]
        width = setting.em * (1.0 if full else setting.half) * self._scale[0] * factor
        own = setting.full_height if full else setting.heights.get(character, 1.0)
        height = setting.em * setting.tall * self._scale[1] * factor * own
        ink = thinner(drawn.ink, setting.thin) if setting.thin and not own_bars else drawn.ink
        return Glyph(ink, max(4, round(width)), max(4, round(height)))

    def _row(self, text: str) -> list[Mask]:
        return [self.cell(character) for character in text]

    def fraction(self, over: str, under: str) -> Mask:
        """Draw a fraction: `over` small above the bar, `under` small below it: its shade (rows, columns)."""
        setting, rng = self.setting, self.rng
        self._scale = (setting.fraction_width, setting.fraction_height)
        try:
            rows = [self._row(over)]
            self._sizes = setting.fraction_sizes
            rows.append(self._row(under))
        finally:
            self._scale = (1.0, 1.0)
            self._sizes = setting.sizes
        cell = setting.em * setting.half * setting.fraction_width
        length = round(sum(mask.shape[1] for mask in rows[1]) + rng.uniform(*LONGER))
        upper, lower = (max(mask.shape[0] for mask in row) for row in rows)
        middle, below = upper + setting.over, int(rng.integers(0, 4))
        shade = np.zeros((middle + setting.bar + below + lower, length), np.uint8)
        shade[middle : middle + setting.bar] = 255
        start = int(rng.integers(0, round(0.5 * setting.em) + 1))
        for row, top, height in zip(rows, (0, middle + setting.bar + below), (upper, lower), strict=True):
            overlap = int(self.word_offset_dx * cell)
            left = min(start, max(0, length - round(cell * len(row))))
            for mask in row:
                y = top + (height - mask.shape[0]) // 2
                part = mask[:, : max(0, length - left)]
                here = shade[y : y + part.shape[0], left : left + part.shape[1]]
                np.maximum(here, part, out=here)
                left += mask.shape[1] - int(rng.integers(0, overlap + 1))
        return shade

    def line(self, text: str, colour: Colour) -> NDArray[np.float32]:
        """Draw one assignment or expression: layers (2, LINE_HEIGHT, width), the shares of paper and of colour."""
        cells: list[Mask] = []
        for token in _TOKENS.finditer(text):
            over, under = token["over"], token["under"]
            cells.append(self.fraction(over, under) if over else self.cell(token[0]))
        plain = [cell.shape[1] for cell in cells if cell.shape[1] <= self.setting.em]
        average = sum(plain) / max(1, len(plain))
        overlap, offset = int(self.word_offset_dx * average), int(0.1 * average)
        layers = np.zeros((2, LINE_HEIGHT, offset + sum(cell.shape[1] for cell in cells)), np.float32)
        layers[0] = 1
        keep, give = fading(colour, self.fade)
        for cell, step in zip(cells, self.rng.integers(0, overlap + 1, len(cells)), strict=True):
            paste(layers, cell, offset, (LINE_HEIGHT - cell.shape[0]) // 2, keep, give)
            offset += cell.shape[1] - int(step)
        return layers
