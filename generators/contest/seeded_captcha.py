"""The `captcha` library's images, drawn from a seed and several times as fast."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

import cv2
import numpy as np
from captcha.image import ImageCaptcha
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generators.contest.glyphs import Glyph, Mask, glyph, rotate, shade, warp
from preprocessing.arrays import Pixels

Colour = tuple[int, ...]
Thing = TypeVar("Thing")


class SeededCaptcha(ImageCaptcha):
    """`captcha.image.ImageCaptcha` whose every random choice comes from a `numpy.random.Generator`.

    The same sequence of calls on the same `rng` gives the same pixels. What the library hard-codes is an attribute
    here, to be overridden in a subclass or on the object; the defaults are the library's own look. The arithmetic is
    that of `captcha` 0.7.1, done on one-channel masks: nothing but the last step knows colour.
    """

    dots: tuple[int, int] = (30, 30)
    """Least and most noise dots."""
    dot_width: int = 3
    curve: bool = True
    """Whether an arc crosses the image."""
    spaces: bool = True
    """Whether blanks of random number stand between the characters (see `word_space_probability`)."""
    thin_minus: bool = False
    """A minus that is turned, but neither resized nor warped: short and thin as typed, rather than a block."""
    smooth_resize: bool = True
    """Interpolated enlarging, as with Pillow since version 7; without it strokes have steps, as in 2017."""
    warp_base: bool = False
    """Corners are pulled by a share of the cell drawn from `character_warp_*`, as in version 0.2 of the library;
    without it by a share between nothing and the width of that range, as version 0.7 does (its brackets differ)."""
    stretch: bool = True
    """Whether a character fills its cell and is warped; without it, it keeps its own size and shape."""
    antialias: bool = False
    """Edges fade as drawn by the typeface; the library's own have a hard edge in a darker shade."""
    foreground: tuple[int, int] = (10, 200)
    background: tuple[int, int] = (238, 255)
    """Least and most of each channel of a random colour."""
    fade: float = 1.97
    """Opacity of a glyph is its luma times this: dark colours give faint text."""

    def __init__(
        self,
        width: int = 160,
        height: int = 60,
        fonts: Sequence[str] | None = None,
        font_sizes: Sequence[int] | None = None,
        *,
        rng: np.random.Generator,
    ) -> None:
        super().__init__(width, height, list(fonts) if fonts else None, tuple(font_sizes) if font_sizes else None)
        self.rng = rng

    def generate_image(self, chars: str, bg_color: Colour | None = None, fg_color: Colour | None = None) -> Image.Image:
        """Draw `chars` as an RGB image of the object's size; colours are random unless given."""
        return Image.fromarray(self.draw(chars, bg_color, fg_color))

    def create_captcha_image(self, chars: str, color: Colour, background: Colour) -> Image.Image:
        """Draw `chars` in `color` on `background`, without dots, curve and smoothing."""
        return Image.fromarray(self._colour(self._typeset(chars, color), color, background))

    def draw(self, chars: str, bg_color: Colour | None = None, fg_color: Colour | None = None) -> Pixels:
        """Draw `chars` as an RGB array (height, width, 3), uint8."""
        background = bg_color or self._random_colour(self.background)
        colour = fg_color or self._random_colour(self.foreground)
        pixels = self._colour(self._typeset(chars, colour), colour, background)
        low, high = self.dots
        draw_dots(pixels, colour, int(self.rng.integers(low, high + 1)), self.rng, width=self.dot_width)
        if self.curve:
            draw_curve(pixels, colour, self.rng)
        return smooth(pixels)

    def _random_colour(self, limits: tuple[int, int]) -> Colour:
        return tuple(int(c) for c in self.rng.integers(limits[0], limits[1] + 1, 3))

    def _glyph(self, font: str, size: int, character: str) -> Glyph:
        """The character before it is moved: the place to override for other shapes."""
        return glyph(font, size, character)

    def cell(self, character: str) -> Mask:
        """Draw one character, rotated, resized to its cell and warped: its shade (rows, columns)."""
        rng = self.rng
        font = _one_of(self._fonts, rng)
        size = _one_of(self._font_sizes, rng)
        drawn = self._glyph(font, size, character)
        if drawn.blank:
            return np.zeros((0, drawn.width), np.uint8)
        angle, along, across, x1, y1, x2, y2 = rng.random(7)
        low, high = self.character_rotate
        turned = rotate(drawn.ink, low + angle * (high - low))
        if not self.stretch or (character == "-" and self.thin_minus):
            return turned[..., 0] if self.antialias else shade(turned)
        (low_x, high_x), (low_y, high_y) = self.character_warp_dx, self.character_warp_dy
        if self.warp_base:
            dx = drawn.width * (low_x + along * (high_x - low_x))
            dy = drawn.height * (low_y + across * (high_y - low_y))
        else:
            dx = drawn.width * along * (high_x - low_x) + low_x
            dy = drawn.height * across * (high_y - low_y) + low_y
        corners = (
            int(x1 * 2 * dx - dx),
            int(y1 * 2 * dy - dy),
            int(x2 * 2 * dx - dx),
            int(y2 * 2 * dy - dy),
        )
        size = drawn.width, drawn.height
        return warp(turned, *size, corners, smooth=self.smooth_resize)

    def _typeset(self, chars: str, colour: Colour) -> NDArray[np.float32]:
        """Paste the characters left to right; return how much background and how much colour each pixel shows:
        (2, height, width), float32."""
        cells: list[Mask] = []
        for character in chars:
            if self.spaces and self.rng.random() > self.word_space_probability:
                cells.append(self.cell(" "))
            cells.append(self.cell(character))
        text_width = sum(cell.shape[1] for cell in cells)
        width = max(text_width, self._width)
        layers = np.zeros((2, self._height, width), np.float32)
        layers[0] = 1
        average = text_width // max(1, len(chars))
        overlap, offset = int(self.word_offset_dx * average), int(average * 0.1)
        keep, give = fading(colour, self.fade)
        steps = self.rng.integers(0, overlap + 1, len(cells))
        for cell, step in zip(cells, steps.tolist(), strict=True):
            if cell.size:
                paste(layers, cell, offset, int((self._height - cell.shape[0]) / 2), keep, give)
            offset += cell.shape[1] - step
        if width > self._width:
            way = cv2.INTER_AREA if self.smooth_resize else cv2.INTER_NEAREST
            layers = np.stack([cv2.resize(x, (self._width, self._height), interpolation=way) for x in layers])
        return layers

    @staticmethod
    def _colour(layers: NDArray[np.float32], colour: Colour, background: Colour) -> Pixels:
        paper, ink = layers
        channels = zip(background[:3], colour[:3], strict=True)
        return cv2.merge([cv2.addWeighted(paper, low, ink, high, 0, dtype=cv2.CV_8U) for low, high in channels])


def _one_of(things: Sequence[Thing], rng: np.random.Generator) -> Thing:
    return things[int(rng.integers(len(things)))] if len(things) > 1 else things[0]


@lru_cache(maxsize=4096)
def _fading(luma: int, fade: float) -> tuple[Any, Any]:
    level = np.arange(256) / 255
    opacity = np.minimum(1, np.floor(luma * level) * fade / 255)
    return (1 - opacity).astype(np.float32), (level * opacity).astype(np.float32)


def fading(colour: Colour, fade: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For each shade 0…255 of a glyph in `colour`: the shares kept of the picture below and given of the colour."""
    red, green, blue = colour[:3]
    return _fading(int(0.299 * red + 0.587 * green + 0.114 * blue), fade)


def paste(
    layers: NDArray[np.float32],
    cell: Mask,
    left: int,
    top: int,
    keep: NDArray[np.float32],
    give: NDArray[np.float32],
) -> None:
    """Paste the shade `cell` (rows, columns) into `layers` (2, height, width) at a corner that may lie outside."""
    height, width = layers.shape[1:]
    cell = cell[max(0, -top) : height - top, max(0, -left) : max(0, width - left)]
    if cell.size == 0:
        return
    left, top = max(0, left), max(0, top)
    here = layers[:, top : top + cell.shape[0], left : left + cell.shape[1]]
    here *= cv2.LUT(cell, keep)
    here[1] += cv2.LUT(cell, give)


@lru_cache(maxsize=64)
def _dot(width: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns, from its point, that the library's dot covers: a line of one step, `width` pixels wide."""
    canvas = Image.new("L", (4 * width + 8, 4 * width + 8))
    middle = 2 * width + 4
    ImageDraw.Draw(canvas).line(((middle, middle), (middle - 1, middle - 1)), fill=1, width=width)
    rows, columns = np.nonzero(np.asarray(canvas))
    return rows - middle, columns - middle


def draw_dots(
    pixels: Pixels, colour: Colour | Pixels, number: int, rng: np.random.Generator, *, width: int = 3
) -> None:
    """Draw `number` dots at random places on `pixels` (H, W, 3), in place; one colour, or one a dot (number, 3)."""
    height, columns = pixels.shape[:2]
    dy, dx = _dot(width)
    points = rng.integers(0, (height + 1, columns + 1), (number, 2))
    y, x = points[:, :1] + dy, points[:, 1:] + dx
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < columns)
    paint = np.asarray(colour, np.uint8)[..., :3]
    pixels[y[inside], x[inside]] = np.repeat(paint, inside.sum(1), axis=0) if paint.ndim == 2 else paint


def draw_curve(pixels: Pixels, colour: Colour, rng: np.random.Generator, *, thickness: int = 1) -> None:
    """Draw one arc across `pixels` (H, W, 3), in place: a piece of an ellipse, as the library's noise curve."""
    height, width = pixels.shape[:2]
    x1 = int(rng.integers(0, width // 5 + 1))
    x2 = int(rng.integers(width // 5, width + 1))
    y1 = int(rng.integers(height // 5, height - height // 5 + 1))
    y2 = int(rng.integers(y1, max(y1, height - height // 5) + 1))
    start, end = int(rng.integers(0, 21)), int(rng.integers(160, 201))
    centre = ((x1 + x2) // 2, (y1 + y2) // 2)
    axes = (abs(x2 - x1) // 2, (y2 - y1) // 2)
    paint = tuple(int(c) for c in colour[:3])
    cv2.ellipse(pixels, centre, axes, 0, start, end, paint, thickness)


_SMOOTH = np.array([[1, 1, 1], [1, 5, 1], [1, 1, 1]], np.float32) / 13


def smooth(pixels: Pixels) -> Pixels:
    """Pillow's SMOOTH filter of `pixels` (H, W, 3): a mean over 3×3 with weight 5 in the middle; borders stay."""
    filtered = cv2.filter2D(pixels, -1, _SMOOTH)
    filtered[[0, -1]] = pixels[[0, -1]]
    filtered[:, [0, -1]] = pixels[:, [0, -1]]
    return filtered
