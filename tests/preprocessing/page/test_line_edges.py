"""Edges of the lines that are found: what belongs to a line at its ends, above and below, and what does not."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import PIL.Image
import PIL.ImageDraw
from PIL import ImageFont

from fonts import typefaces
from preprocessing.page.blocks import reduce_page, text_colours
from preprocessing.page.lines import find_lines

Image = np.ndarray[Any, np.dtype[np.uint8]]
PAPER = (250, 248, 244)
INK = (90, 40, 120)
FACE = next(face.path for face in typefaces("train", "0123456789+-*/=()A") if face.style == "serif")


def write(image: Image, text: str, left: int, top: int, size: int, ink: tuple[int, ...] = INK) -> int:
    """Write `text` with its upper left corner at (left, top) of `image`, in place; return where it ends."""
    canvas = PIL.Image.new("L", (image.shape[1], image.shape[0]))
    font = ImageFont.truetype(FACE, size)
    PIL.ImageDraw.Draw(canvas).text((left, top), text, font=font, fill=255, anchor="lt", stroke_width=1)
    image[np.asarray(canvas) > 127] = ink
    box = canvas.getbbox()
    assert box
    return box[2]


def lettered(ink: tuple[int, ...] = INK) -> tuple[Image, int]:
    image = np.empty((400, 900, 3), np.uint8)
    image[:] = PAPER
    return image, write(image, "1+(2-3)*4", 300, 120, 48, ink)


def test_ink_of_one_level_of_contrast_between_dark_arcs() -> None:
    image, end = lettered((249, 247, 243))
    (expected,), _ = find_lines(lettered()[0])
    for row, ink in ((20, (0, 0, 0)), (100, (200, 30, 30)), (118, (20, 20, 120)), (124, (0, 90, 0))):
        cv2.line(image, (0, row), (899, row + 15), ink, 1)
    boxes, _ = find_lines(image)
    assert len(boxes) == 1
    assert boxes[0][2] >= end
    assert max(abs(a - b) for a, b in zip(boxes[0], expected, strict=True)) <= 20


def test_a_bracket_far_behind_and_a_variable_far_above_belong_to_the_line() -> None:
    image, end = lettered()
    cv2.line(image, (end + 6, 142), (end + 106, 142), INK, 3)
    write(image, "567", end + 10, 150, 24)
    write(image, "A", end + 20, 108, 24)
    last = write(image, ")", end + 114, 120, 48)
    boxes, _ = find_lines(image)
    assert len(boxes) == 1
    assert boxes[0][1] <= 108
    assert boxes[0][2] >= last


def test_a_minus_at_an_end_is_kept() -> None:
    image, end = lettered()
    cv2.line(image, (end + 6, 140), (end + 22, 140), INK, 3)
    boxes, _ = find_lines(image)
    assert len(boxes) == 1
    assert boxes[0][2] >= end + 22


def test_arcs_of_the_inks_own_colour_make_no_line_and_no_longer_box() -> None:
    image, _ = lettered()
    (expected,), _ = find_lines(image)
    for row in (40, 60, 130, 300, 305):
        cv2.line(image, (0, row), (899, row + 25), INK, 1)
    image = cv2.filter2D(image, -1, np.array([[1, 1, 1], [1, 5, 1], [1, 1, 1]], np.float32) / 13)
    boxes, _ = find_lines(image)
    assert len(boxes) == 1
    assert max(abs(a - b) for a, b in zip(boxes[0], expected, strict=True)) <= 12


def fraction_at_the_end() -> tuple[Image, int]:
    """A line that ends in a fraction whose bar stands out of its digits, and where the bar ends."""
    image, end = lettered()
    left = end + 14
    cv2.line(image, (left, 142), (left + 96, 142), INK, 3)
    write(image, "567", left + 6, 150, 24)
    write(image, "A", left + 12, 112, 24)
    return image, left + 96


def test_an_arc_along_a_bar_does_not_shorten_the_line() -> None:
    image, end = fraction_at_the_end()
    cv2.line(image, (end - 70, 142), (end + 200, 141), (200, 40, 90), 3)
    (box,), _ = find_lines(image)
    assert end <= box[2] <= end + 64


def test_an_arc_over_the_end_of_a_stroke_does_not_shorten_the_line() -> None:
    image, end = lettered()
    cv2.line(image, (280, 165), (304, 165), INK, 3)
    for left in (300, end - 4):
        image[100:180, left : left + 3] = (20, 200, 60)
    (box,), _ = find_lines(image)
    assert box[0] <= 298
    assert box[2] >= end


def test_much_that_is_paler_than_the_ink_but_of_its_hue_does_not_hide_it() -> None:
    image, _ = lettered()
    pale = tuple(round(paper + 0.28 * (ink - paper)) for paper, ink in zip(PAPER, INK, strict=True))
    for row in range(200, 330, 6):
        cv2.line(image, (40, row), (860, row + 3), pale, 3)
    found = text_colours(reduce_page(image))
    assert any(colours.contrast < 100 for colours in found)
    assert any(colours.contrast > 200 for colours in found)


def test_ink_that_rounding_broke_up_is_found() -> None:
    image, end = lettered((248, 246, 242))
    rng = np.random.default_rng(8)
    inked = (image != PAPER).any(2)
    image[inked & (rng.random(inked.shape) < 0.35)] = PAPER
    image[inked & (rng.random(inked.shape) < 0.5)] += 1
    cv2.line(image, (0, 20), (899, 60), (200, 30, 30), 1)
    boxes, colours = find_lines(image)
    assert len(boxes) == 1
    assert colours.contrast < 5
    assert boxes[0][0] <= 303
    assert boxes[0][2] >= end
