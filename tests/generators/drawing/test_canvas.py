"""Letters as masks, and what is laid on a picture."""

from __future__ import annotations

import numpy as np

from generators.drawing.canvas import Ink, bezier, blank, blend, circle, hollow, letter, line, place, turned
from generators.styles.sampler import faces

FACE = faces("train").one("A", np.random.default_rng(0), styles=("sans",))


def test_a_letter_is_cut_to_its_ink() -> None:
    ink = letter(FACE, 40, "A")
    assert ink.mask[0].any()
    assert ink.mask[-1].any()
    assert ink.mask[:, 0].any()
    assert ink.mask[:, -1].any()
    assert ink.top < 0 < ink.advance
    assert ink.mask.shape[0] + ink.top in (-1, 0, 1)  # it stands on the baseline


def test_a_blank_has_no_ink_but_an_advance() -> None:
    ink = letter(FACE, 40, " ")
    assert ink.mask.size == 0
    assert ink.advance > 5


def test_blending_is_clipped_and_exact() -> None:
    picture = blank(10, 8)
    mask = np.full((4, 4), 255, np.uint8)
    blend(picture, mask, (10, 20, 30), -2, 6)
    assert (picture[6:, :2] == (10, 20, 30)).all()
    assert (picture[:6] == 255).all()
    blend(picture, mask, (0, 0, 0), 50, 50)
    blend(picture, mask, (0, 0, 0), 4, 0, opacity=0.5)
    assert abs(int(picture[1, 5, 0]) - 128) <= 1


def test_turning_keeps_all_ink() -> None:
    mask = np.zeros((20, 30), np.uint8)
    mask[5:15, 5:25] = 255
    assert abs(int(turned(mask, 33).astype(int).sum()) - int(mask.astype(int).sum())) < 0.03 * mask.sum()


def test_an_outline_is_hollow() -> None:
    mask = np.zeros((30, 30), np.uint8)
    mask[5:25, 5:25] = 255
    outline = hollow(mask, 2)
    assert outline[15, 15] == 0
    assert outline[5, 15] == 255


def test_lines_circles_and_letters_are_drawn_in_place() -> None:
    picture = blank(60, 30)
    line(picture, [(0, 5), (59, 5)], (0, 0, 0), 2)
    circle(picture, (30, 20), 6, (200, 0, 0))
    place(picture, letter(FACE, 16, "x"), (0, 0, 200), (2, 25), degrees=10)
    assert (picture[5, 10:50] < 100).all()
    assert picture[20, 36, 1] < 200
    assert (picture[..., 2].astype(int) - picture[..., 0] > 100).any()
    place(picture, Ink(np.zeros((0, 0), np.uint8), 0, 0, 5.0), (0, 0, 0), (1, 1))


def test_a_bezier_begins_and_ends_at_its_points() -> None:
    curve = bezier([(0, 0), (5, 9), (10, 0)], 11)
    assert curve[0].tolist() == [0, 0]
    assert curve[-1].tolist() == [10, 0]
    assert 0 < curve[5, 1] < 9
