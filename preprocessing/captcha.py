"""From a captcha in colour to what its reader sees: margins cut off, one height, dark ink on light paper."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocessing.clean import equalize

Image = NDArray[np.uint8]

CHANNELS = ("red", "green", "blue", "equalized")
"""Channels of a reader's input: the image's own, and its grey with equalized histogram, where faint ink shows."""

UNIFORM = 24
"""Grey levels by which the pixels of a row may differ where it is margin or frame: JPEG leaves no row plain."""
MARGIN = 0.12
"""Rows and columns kept around what is not margin, as a share of its height."""
FLATTEST = 10.0
"""Columns a row of the part that is kept, at most: a lone minus is not to become a bar as high as a letter."""
LEAST_ROWS = 12
PERCENTILES = (0.5, 99.5)
"""Contrast is stretched between these."""
MOST_GAIN = 8.0


class Box(NamedTuple):
    """A part of an image: columns `left` to before `right`, rows `top` to before `bottom`."""

    left: int
    top: int
    right: int
    bottom: int


def content_box(image: Image) -> Box:
    """Return the part of an RGB image (H, W, 3) that is neither margin nor frame, with a little of the margin.

    Frames of any colours go first, then rows that are of one colour from side to side, and columns of the paper's
    colour from top to bottom: an `I` that fills the height is no margin. The whole image where nothing else is left.
    """
    height, width = image.shape[:2]
    frame = _frame(image)
    inner = image[frame : height - frame, frame : width - frame]
    above, below = _uniform_ends(inner, 1, same=False)
    before, behind = _uniform_ends(inner, 0, same=True)
    left, top, right, bottom = before + frame, above + frame, width - frame - behind, height - frame - below
    if right <= left or bottom <= top:
        return Box(0, 0, width, height)
    rows, columns = bottom - top, right - left
    margin = 1 + round(MARGIN * rows)
    wanted = max(LEAST_ROWS, round(columns / FLATTEST), rows + 2 * margin)
    more = -(-(wanted - rows) // 2)
    return Box(max(0, left - margin), max(0, top - more), min(width, right + margin), min(height, bottom + more))


def _frame(image: Image) -> int:
    """Return the width of the frame in pixels: rings that have one colour each."""
    most = min(image.shape[:2]) // 5
    for ring in range(most):
        rows, columns = image.shape[0] - ring, image.shape[1] - ring
        sides = (
            image[ring, ring:columns],
            image[rows - 1, ring:columns],
            image[ring:rows, ring],
            image[ring:rows, -1 - ring],
        )
        if any(int((side.max(axis=0) - side.min(axis=0)).max()) > UNIFORM for side in sides):
            return ring
    return most


def _uniform_ends(part: Image, axis: int, *, same: bool) -> tuple[int, int]:
    """Return how many rows (axis 1) or columns (axis 0) at both ends are uniform, with `same` in the end's colour."""
    if not part.size:
        return 0, 0
    way = 1 if axis else 0  # OpenCV's reductions are several times as fast as NumPy's here
    low, high = (cv2.reduce(part, way, kind).reshape(-1, 3) for kind in (cv2.REDUCE_MIN, cv2.REDUCE_MAX))
    counts = []
    for end in (0, -1):
        varied = (high - low).max(axis=1) > UNIFORM
        if same:
            varied |= (np.maximum(high, high[end]) - np.minimum(low, low[end])).max(axis=1) > UNIFORM
        found = np.flatnonzero(varied)
        counts.append(len(varied) if not len(found) else int(found[0] if end == 0 else len(varied) - 1 - found[-1]))
    return counts[0], counts[1]


def is_dark(grey: Image) -> bool:
    """Tell whether the paper of a grey image (H, W) is darker than its ink.

    Most pixels are paper, so the median is its level, and ink is on the side where the levels go on further.
    """
    low, paper, high = _levels(grey, (1.0, 50.0, 99.0))
    return high - paper > paper - low


def _levels(image: Image, percentiles: tuple[float, ...]) -> list[int]:
    share = np.cumsum(cv2.calcHist([image], [0], None, [256], [0, 256]).ravel()) * (100 / image.size)
    return [int(level) for level in np.searchsorted(share, percentiles)]


def captcha_input(image: Image, *, height: int, max_width: int, box: Box | None = None) -> Image:
    """Turn an RGB image (H, W, 3), uint8, into its reader's input (height, W', 4), W' <= max_width: see CHANNELS.

    Margins are cut off (`box` is what content_box returned of it, if known), the rest is scaled to the height (what
    would become too wide is shrunk further and stands in the middle), light ink on dark paper is inverted, and the
    contrast is stretched.
    """
    box = content_box(image) if box is None else box
    image = image[box.top : box.bottom, box.left : box.right]
    rows, columns = image.shape[:2]
    scale = min(height / rows, max_width / columns)
    size = max(1, round(columns * scale)), min(height, max(1, round(rows * scale)))
    if size != (columns, rows):
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    low, high = _levels(np.ascontiguousarray(image).reshape(1, -1), PERCENTILES)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    gain = min(255 / max(1, high - low), MOST_GAIN)
    table = np.clip((np.arange(256) - high) * gain + 255, 0, 255)
    if is_dark(grey):
        table, grey = np.clip(255 - (np.arange(256) - low) * gain, 0, 255), cv2.bitwise_not(grey)
    colours = cv2.LUT(image, np.rint(table).astype(np.uint8))
    seen = cv2.merge([*cv2.split(colours), equalize(grey)])
    missing = height - seen.shape[0]
    if missing:
        paper = [int(level) for level in np.median(seen.reshape(-1, 4), axis=0)]
        top = missing // 2
        seen = cv2.copyMakeBorder(seen, top, missing - top, 0, 0, cv2.BORDER_CONSTANT, value=paper)
    return seen
