"""Bend a whole picture: ripple, waves, shear, perspective, swirl, as captcha programs do after drawing.

All take a picture (H, W, 3) or a mask (H, W), uint8, and return one of the same size; what comes in from outside has
the colour `border`, or repeats the edge where that is None.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Any8 = TypeVar("Any8", bound=NDArray[np.uint8])
Field = NDArray[np.float32]


@lru_cache(maxsize=512)
def grid(width: int, height: int) -> tuple[Field, Field]:
    """Return the x and y of every pixel, (height, width) each; not to be written to."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x.setflags(write=False)
    y.setflags(write=False)
    return x, y


def shifted(
    picture: Any8, dx: Field, dy: Field, border: tuple[int, int, int] | None = None, *, smooth: bool = True
) -> Any8:
    """Return the picture that shows at (x, y) what was at (x + dx, y + dy); dx, dy are (H, W) or broadcast to it."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    way = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    edge = cv2.BORDER_REPLICATE if border is None else cv2.BORDER_CONSTANT
    at_x, at_y = np.ascontiguousarray(x + dx, np.float32), np.ascontiguousarray(y + dy, np.float32)
    return cv2.remap(picture, at_x, at_y, way, borderMode=edge, borderValue=border or 0)  # type: ignore[return-value]


def wave(
    picture: Any8,
    *,
    amplitude: float,
    period: float,
    phase: float = 0,
    rows: bool = False,
    border: tuple[int, int, int] | None = None,
    smooth: bool = True,
) -> Any8:
    """Shift columns up and down along a sine (with `rows`, rows left and right); pixels and radians."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    bend = (amplitude * np.sin(2 * np.pi * (y if rows else x) / period + phase)).astype(np.float32)
    nothing = np.float32(0)
    return shifted(picture, bend if rows else nothing, nothing if rows else bend, border, smooth=smooth)  # type: ignore[arg-type]


def ripple(
    picture: Any8,
    rng: np.random.Generator,
    *,
    x_amplitude: float,
    y_amplitude: float,
    x_period: float,
    y_period: float,
    border: tuple[int, int, int] | None = None,
) -> Any8:
    """Move every pixel along both axes by sines of the other axis, with random phases, as water does."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    first, second = rng.uniform(0, 2 * np.pi, 2)
    dx = (x_amplitude * np.sin(2 * np.pi * y / x_period + first)).astype(np.float32)
    dy = (y_amplitude * np.sin(2 * np.pi * x / y_period + second)).astype(np.float32)
    return shifted(picture, dx, dy, border)


def swirl(
    picture: Any8,
    *,
    centre: tuple[float, float],
    radius: float,
    turns: float,
    border: tuple[int, int, int] | None = None,
) -> Any8:
    """Turn the picture about a point, most in its middle (`turns` in radians) and not at all from `radius` on."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    right, down = x - np.float32(centre[0]), y - np.float32(centre[1])
    away = np.sqrt(right**2 + down**2)
    angle = turns * np.clip(1 - away / radius, 0, 1) ** 2
    cos, sin = np.cos(angle), np.sin(angle)
    return shifted(picture, cos * right - sin * down - right, sin * right + cos * down - down, border)


def perspective(
    picture: Any8, rng: np.random.Generator, strength: float, border: tuple[int, int, int] | None = None
) -> Any8:
    """Pull the four corners by up to the share `strength` of height and width each."""
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    pulled = corners + (rng.uniform(-strength, strength, (4, 2)) * (width, height)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, pulled)
    edge = cv2.BORDER_REPLICATE if border is None else cv2.BORDER_CONSTANT
    return cv2.warpPerspective(picture, matrix, (width, height), borderMode=edge, borderValue=border or 0)  # type: ignore[return-value]


def sheared(picture: Any8, *, across: float = 0, along: float = 0, border: tuple[int, int, int] | None = None) -> Any8:
    """Slant by `across` columns a row and `along` rows a column, about the middle."""
    height, width = picture.shape[:2]
    matrix = np.array([[1, across, -across * height / 2], [along, 1, -along * width / 2]])
    edge = cv2.BORDER_REPLICATE if border is None else cv2.BORDER_CONSTANT
    return cv2.warpAffine(picture, matrix, (width, height), borderMode=edge, borderValue=border or 0)  # type: ignore[return-value]
