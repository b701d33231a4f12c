"""Telling paper, ink and everything foreign apart by their colours."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from preprocessing.page.colour import Colours, find_colours, hues, with_full_ink
from preprocessing.page.join import separate
from preprocessing.page.paper import paper_colour, unlike_paper

PAPER = (250, 244, 239)
INK = (150, 60, 90)
ARC = (20, 160, 60)

Image = np.ndarray[Any, np.dtype[np.uint8]]


def crop(paper: tuple[int, ...] = PAPER, ink: tuple[int, ...] = INK, arc: tuple[int, ...] | None = ARC) -> Image:
    image = np.empty((60, 240, 3), np.uint8)
    image[:] = paper
    cv2.putText(image, "(3-7)+5", (5, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.6, ink, 5)
    if arc:
        cv2.line(image, (0, 10), (239, 40), arc, 1)
    return image


def test_the_colours_of_paper_and_ink_are_found() -> None:
    for paper, ink in ((PAPER, INK), ((255, 255, 255), (0, 0, 0)), ((10, 20, 30), (200, 220, 90))):
        colours = find_colours([crop(paper, ink)])
        np.testing.assert_allclose(colours.paper, paper)
        np.testing.assert_allclose(colours.ink, ink, atol=32)


def test_a_faint_ink_is_found_among_dark_arcs() -> None:
    colours = find_colours([crop(ink=(248, 242, 237), arc=(0, 0, 0))])
    assert 2 < colours.contrast < 5


@pytest.mark.parametrize("share", [0.25, 0.5, 1])
def test_full_ink_is_found_from_the_contrast_of_edges(share: float) -> None:
    """Once, what was much darker than expected was taken for an arc, and thick strokes became outlines."""
    paper, ink = np.array(PAPER, np.float32), np.array(INK, np.float32)
    blurred = cv2.GaussianBlur(crop(), (5, 5), 1.5)
    found = with_full_ink(unlike_paper(blurred, paper), Colours(paper, paper + share * (ink - paper)))
    assert found.contrast == pytest.approx(float(np.linalg.norm(ink - paper)), rel=0.15)


def test_a_piece_of_one_colour_has_no_ink() -> None:
    colours = find_colours([np.full((20, 30, 3), 77, np.uint8)])
    assert colours.contrast == 0
    for image in separate(crop(), colours):
        assert (image == 255).all()


def test_an_arc_of_another_colour_is_separated_from_the_text() -> None:
    plain, crossed = crop(arc=None), crop()
    colours = find_colours([crossed])
    ink, foreign = separate(crossed, colours)
    there = (crossed == ARC).all(2)
    assert (foreign[there] == 0).all()
    assert (ink[there] == 255).all()
    assert (foreign[~there] == 255).all()
    assert ink[(plain == INK).all(2) & ~there].max() < 40
    assert (ink[(plain == PAPER).all(2)] == 255).all()


def test_separating_changes_nothing_that_was_given() -> None:
    image = crop()
    before = image.copy()
    separate(image, find_colours([image]))
    np.testing.assert_array_equal(image, before)


def test_paper_is_exact_on_a_drawing_and_not_in_a_photograph() -> None:
    image = crop()
    colour, exact = paper_colour([image[..., channel] for channel in range(3)])
    assert exact
    np.testing.assert_array_equal(colour, PAPER)
    noise = np.random.default_rng(5).normal(0, 3, image.shape)
    rough = np.clip(image + noise, 0, 255).astype(np.uint8)
    colour, exact = paper_colour([rough[..., channel] for channel in range(3)])
    assert not exact
    np.testing.assert_allclose(colour, PAPER, atol=9)


def test_hues_come_commonest_first() -> None:
    offset = np.concatenate([np.tile([[-50.0], [0], [0]], 10), np.tile([[0.0], [-20], [-20]], 30)], 1)
    first, second = hues(offset.astype(np.float32), 4)
    np.testing.assert_allclose(first, [0, -(0.5**0.5), -(0.5**0.5)], atol=1e-6)
    np.testing.assert_allclose(second, [-1, 0, 0], atol=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_amount_of_ink_is_kept(share: float) -> None:
    paper, full = np.array([240, 240, 240], np.float32), np.array([40, 140, 240], np.float32)
    image = np.empty((3, 4, 3), np.uint8)
    image[:] = np.rint(paper + share * (full - paper))
    ink, foreign = separate(image, Colours(paper, full))
    assert abs(255 * (1 - share) - ink.astype(float)).max() <= 1
    assert (foreign == 255).all()


@pytest.mark.parametrize("shape", [(1, 38_000), (9300, 1), (2_000_000, 1), (1, 1), (2, 5000)])
def test_images_of_odd_shapes_have_a_paper(shape: tuple[int, int]) -> None:
    colour, exact = paper_colour([np.full(shape, level, np.uint8) for level in (250, 240, 230)])
    assert colour.tolist() == [250, 240, 230]
    assert exact
