"""The way of a page to the reader's input, and the pictures of its stages."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import cv2
import numpy as np
import pytest

from preprocessing.page.prepare import NO_LINE, PageOptions, explain, read_page


def page() -> np.ndarray:
    image = np.empty((400, 800, 3), np.uint8)
    image[:] = (250, 248, 240)
    for row, text in ((120, "x=12345"), (230, "67890+x*(1-2)")):
        cv2.putText(image, text, (100, row), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (120, 40, 60), 4)
    cv2.line(image, (0, 100), (799, 260), (20, 120, 200), 1)
    return image


def test_lines_are_joined_in_reading_order() -> None:
    image = page()
    before = image.copy()
    prepared = read_page(image)
    assert prepared.problem is None
    assert len(prepared.boxes) == len(prepared.places) == 2
    assert prepared.boxes[0][3] < prepared.boxes[1][1]
    first, second = prepared.places
    assert first[0] == 0
    assert second[0] == first[2] + 2
    assert prepared.joined.shape == (64, second[0] + second[2], 2)
    assert (prepared.joined[..., 0] < 60).any()
    assert (prepared.joined[..., 1] == 0).any()
    np.testing.assert_array_equal(image, before)


def test_a_page_without_text_is_a_problem_and_no_error() -> None:
    prepared = read_page(np.full((500, 900, 3), 250, np.uint8))
    assert prepared.problem == NO_LINE
    assert prepared.boxes == prepared.places == ()
    assert prepared.joined.shape == (64, 1, 2)


def test_options_choose_height_and_channels() -> None:
    options = PageOptions(height=32, gap=5, channels=("stretched",))
    prepared = read_page(page(), options)
    assert prepared.joined.shape[0] == 32
    assert prepared.joined.shape[2] == 1
    assert prepared.places[1][0] == prepared.places[0][2] + 5
    with pytest.raises(FrozenInstanceError):
        options.gap = 3  # type: ignore[misc]


def test_every_stage_is_a_picture() -> None:
    stages = dict(explain(page()))
    assert list(stages) == [
        "page",
        "not paper, reduced",
        "of the ink's colour, reduced",
        "dense blocks, grown",
        "strokes",
        "lines",
        "joined, ink",
        "joined, foreign",
    ]
    for picture in stages.values():
        assert picture.dtype == np.uint8
        assert picture.ndim == 2 or picture.shape[2] == 3
    assert (stages["strokes"] == 0).sum() > 1000
    assert [name for name, _ in explain(np.zeros((50, 60, 3), np.uint8))][-1] == "joined, foreign"


@pytest.mark.parametrize("shape", [(180, 40_000), (2500, 2600)])
def test_images_full_of_noise_and_larger_than_any_page_have_no_line(
    shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is separated or looked at for strokes: each pixel would take some 60 bytes."""
    image = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    for name in ("preprocessing.page.lines.stroke_mask", "preprocessing.page.prepare.separated"):
        monkeypatch.setattr(name, lambda *_: pytest.fail("looked at"))
    assert read_page(image).problem == NO_LINE


@pytest.mark.parametrize("shape", [(4, 1), (1, 4), (1, 1), (4, 4), (199, 1), (201, 1), (1, 5000)])
def test_images_too_small_for_a_character_have_no_line(shape: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert read_page(image).problem == NO_LINE
