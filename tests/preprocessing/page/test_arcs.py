"""Arcs of the ink's own colour, told from strokes by shape."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from generators.contest.seeded_captcha import smooth
from preprocessing.page.arcs import arcs, ridges
from preprocessing.page.colour import Colours
from preprocessing.page.join import separate

PAPER, INK = (248, 250, 244), (120, 90, 70)


def line() -> np.ndarray:
    """Strokes of five pixels, upright and lying, on paper."""
    image = np.full((60, 200, 3), PAPER, np.uint8)
    for left in range(20, 190, 30):
        image[8:52, left : left + 5] = INK
    image[28:33, 20:60] = INK
    return image


def crossed(by: tuple[int, int, int]) -> np.ndarray:
    image = line()
    cv2.ellipse(image, (100, 70), (160, 55), 0, 200, 340, by, 1)
    return smooth(image)


def colours() -> Colours:
    return Colours(np.array(PAPER, np.float32), np.array(INK, np.float32))


def mixed(share: float) -> tuple[int, int, int]:
    """A colour on the way from the paper to the ink, or beyond it."""
    red, green, blue = (round(p + share * (i - p)) for p, i in zip(PAPER, INK, strict=True))
    return red, green, blue


@pytest.mark.parametrize("share", [0.6, 1.0, 1.3])
def test_an_arc_of_the_inks_colour_becomes_foreign(share: float) -> None:
    image = crossed(mixed(share))
    clean = smooth(line())
    strokes = cv2.dilate((np.abs(clean.astype(int) - PAPER).max(2) > 2).astype(np.uint8), np.ones((3, 3))) > 0
    arc = (np.abs(image.astype(int) - clean).max(2) > 2) & ~strokes
    assert arc.sum() > 200
    ink, foreign = separate(image, colours())
    assert (ink[arc] > 230).mean() > 0.9
    assert (foreign[arc] == 0).mean() > 0.9


def test_strokes_stay() -> None:
    clean, foreign = separate(smooth(line()), colours())
    assert (foreign == 255).all()
    ink, _ = separate(crossed(INK), colours())
    full = clean < 20
    assert (ink[full] < 60).mean() > 0.99


def test_a_ridge_is_one_pixel_wide() -> None:
    levels = np.zeros((20, 60), np.uint16)
    levels[5, 5:55] = 54
    levels[[4, 6], 5:55] = 23
    levels[12:15, 5:55] = 100
    _, ridge = ridges(levels, 100.0)
    assert (ridge[5, 6:54] == 255).all()
    assert not ridge[12:15].any()
    found = arcs(levels, 100.0)
    assert (found[4:7, 8:52] == 255).all()
    assert not found[10:].any()


def test_without_ink_there_is_no_arc() -> None:
    assert not arcs(np.zeros((10, 40), np.uint16), 100.0).any()
