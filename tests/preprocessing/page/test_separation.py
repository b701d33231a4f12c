"""Ink and foreign told apart on drawn lines: hairlines stay, and ink under arcs shows through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL.Image
import pytest

from generators.contest.seeded_captcha import smooth
from generators.pages.layout import Arc, Page, draw
from generators.pages.page_samples import page_sampler
from preprocessing.page.colour import Colours, find_colours, showing_through, with_full_ink
from preprocessing.page.join import separate
from preprocessing.page.lines import find_lines
from preprocessing.page.paper import unlike_paper

Image = np.ndarray[Any, np.dtype[np.uint8]]
PAGES = Path(__file__).parent / "pages"
PAPER, INK = (248, 250, 244), (120, 90, 70)


def plain_page(seed: int) -> Page:
    """A page with neither arcs nor dots."""
    return replace(page_sampler()(np.random.default_rng(seed)), arcs=(), dots=0)


def around(page: Page) -> tuple[int, int, int, int]:
    """A box around the expression."""
    left, top, right, lower = page.lines[-1].box
    return max(0, left - 6), max(0, top - 6), min(page.width, right + 6), min(page.height, lower + 6)


def across(page: Page, colour: tuple[int, int, int], down: float) -> Page:
    """The page with an arc along all of its expression, so far down as a share of its height."""
    _, top, _, lower = page.lines[-1].box
    row = round(top + down * (lower - top))
    arc = Arc((-page.width, row - 60, 2 * page.width, row), 0.0, 180.0, colour)
    return replace(page, arcs=(arc,))


def test_hairlines_of_small_digits_are_no_arcs() -> None:
    lost = []
    for seed in range(24):
        page = plain_page(seed)
        image = draw(page, around(page))
        _, foreign = separate(image, find_colours([image]))
        lost.append(np.count_nonzero(foreign == 0))
    assert np.mean(np.array(lost) > 10) <= 0.125


@pytest.mark.parametrize("down", [0.4, 0.6])
def test_ink_under_an_arc_shows_through(down: float) -> None:
    """An arc so far down lies across digits, or along a fraction's bar."""
    hidden, shown, spurious = 0, 0, []
    for seed in range(8):
        page = plain_page(seed)
        clean = draw(page, around(page))
        colours = find_colours([clean])
        ink = colours.direction
        other = np.array([1, -1, 0.3]) - ink * (ink @ np.array([1, -1, 0.3]))
        red, green, blue = np.clip(128 + 110 * other / np.abs(other).max(), 0, 255).astype(int).tolist()
        crossed = draw(across(page, (red, green, blue), down), around(page))
        before, _ = separate(clean, colours)
        after, foreign = separate(crossed, colours)
        covered = (before < 100) & (foreign == 0)
        hidden += np.count_nonzero(covered)
        shown += np.count_nonzero(after[covered] < 150)
        spurious.append(np.mean(after[(before == 255) & (foreign == 0)] < 200))
    assert hidden > 300
    assert shown > 0.8 * hidden
    assert max(spurious) < 0.02


def test_a_dot_lets_nothing_through() -> None:
    image = np.full((30, 60, 3), PAPER, np.uint8)
    image[10:20] = INK
    image = smooth(image)
    image[13:16, 30:33] = 20, 180, 40
    ink, foreign = separate(image, Colours(np.array(PAPER, np.float32), np.array(INK, np.float32)))
    assert (ink[13:16, 30:33] == 255).all()
    assert (foreign[13:16, 30:33] == 0).all()


def test_without_foreign_pixels_nothing_shows_through() -> None:
    colours = Colours(np.array(PAPER, np.float32), np.array(INK, np.float32))
    nothing = np.zeros((3, 0), np.float32)
    assert showing_through(np.zeros(0, np.intp), nothing, (10, 10), colours).shape == (0,)


def test_thin_strokes_have_the_ink_of_their_middles() -> None:
    image = np.full((60, 200, 3), PAPER, np.uint8)
    for left in range(10, 190, 12):
        image[8:52, left] = INK
        image[8:52, left + 1] = np.mean([PAPER, INK], axis=0)
    image = cv2.GaussianBlur(image, (3, 3), 0)
    middle = float(np.linalg.norm(image[30, 10].astype(float) - PAPER))
    paper = np.array(PAPER, np.float32)
    edge = paper + 0.3 * (np.array(INK, np.float32) - paper)
    assert with_full_ink(unlike_paper(image, paper), Colours(paper, edge)).contrast > 0.75 * middle
    blank = np.full((20, 20, 3), PAPER, np.uint8)
    assert with_full_ink(unlike_paper(blank, paper), Colours(paper, edge)).contrast == pytest.approx(
        Colours(paper, edge).contrast
    )


def test_an_ink_of_less_than_a_grey_level_keeps_its_contrast() -> None:
    image = np.full((30, 60, 3), PAPER, np.uint8)
    image[10:20, 5:50, 2] -= 1
    paper = np.array(PAPER, np.float32)
    found = with_full_ink(unlike_paper(image, paper), Colours(paper, paper - np.array([0, 0, 0.9], np.float32)))
    assert found.contrast == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("first", [0, 18])
def test_a_steep_arc_of_the_inks_colour_comes_from_an_edge(first: int) -> None:
    """A thin straight stroke inside of the line may be a character's."""
    image = np.full((60, 200, 3), PAPER, np.uint8)
    cv2.putText(image, "1234", (20, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.3, INK, 4)
    plain = smooth(image)
    cv2.line(image, (150 + first // 3, first), (165, 45), INK, 1)
    crossed = smooth(image)
    colours = find_colours([plain])
    added = separate(plain, colours)[0].astype(int) - separate(crossed, colours)[0]
    seen = np.count_nonzero(added[:, 145:170] > 100)
    assert seen < 8 if first == 0 else seen > 15


def test_an_arc_along_small_digits_does_not_cut_them_off() -> None:
    found, _ = find_lines(np.array(PIL.Image.open(PAGES / "small-digits.png")))
    assert len(found) == 3
    assert found[-1][3] >= 558


def test_an_arc_of_the_opposite_hue_shows_no_ink() -> None:
    """Black ink and lighter arcs on the same paper: what is of which hue can't be told, and nothing is made up."""
    paper = np.array((130, 120, 110), np.float32)
    mask = cv2.line(np.zeros((60, 240), np.uint8), (0, 10), (239, 40), 1, 3)
    places = np.flatnonzero(mask)
    rng = np.random.default_rng(0)
    cover = rng.uniform(0.2, 1, len(places))
    arc = np.rint(cover * np.array([[120.0], [110.0], [100.0]]) + rng.normal(0, 1, (3, len(places))))
    shown = showing_through(places, arc.astype(np.float32), mask.shape, Colours(paper, np.zeros(3, np.float32)))
    assert not shown.any()
