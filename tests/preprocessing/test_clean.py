"""Cleaning: shapes, ink dark on paper, edge cases, and that inputs never change."""

from __future__ import annotations

import numpy as np
import pytest

from preprocessing.clean import PAPER, dark_on_light, equalize, fit, grey, reader_input, stretch


def writing(paper: int = 240, ink: int = 90, shape: tuple[int, int] = (60, 180)) -> np.ndarray:
    """Two thick strokes, over a tenth of a grey image."""
    image = np.full(shape, paper, np.uint8)
    image[shape[0] // 4 : -shape[0] // 4, shape[1] // 4 : shape[1] // 4 + shape[1] // 8] = ink
    image[shape[0] // 3 : shape[0] // 3 + 5, shape[1] // 2 :] = ink
    return image


def rgb(image: np.ndarray) -> np.ndarray:
    return np.dstack([image] * 3)


def test_grey_keeps_grey_and_mixes_colours() -> None:
    assert np.array_equal(grey(rgb(writing())), writing())
    assert np.array_equal(grey(writing()), writing())
    red = np.zeros((1, 1, 3), np.uint8)
    red[..., 0] = 255
    assert grey(red)[0, 0] == 76  # Rec. 601


def test_light_on_dark_is_turned_round() -> None:
    light = 255 - writing()
    assert np.array_equal(dark_on_light(light), writing())
    assert np.array_equal(dark_on_light(writing()), writing())


@pytest.mark.parametrize(("paper", "ink"), [(100, 40), (60, 50), (20, 1), (255, 251), (130, 90)])
def test_dim_paper_is_paper_too(paper: int, ink: int) -> None:
    assert np.array_equal(dark_on_light(writing(paper, ink)), writing(paper, ink))
    assert np.array_equal(dark_on_light(255 - writing(paper, ink)), writing(paper, ink))


@pytest.mark.parametrize("shape", [(60, 180), (30, 60), (120, 300), (80, 170), (60, 400), (1, 1), (3, 2000), (2000, 3)])
def test_fit_gives_the_height_and_never_more_than_the_width(shape: tuple[int, int]) -> None:
    fitted = fit(np.full(shape, 200, np.uint8), height=60, max_width=180)
    assert fitted.shape[0] == 60
    assert 1 <= fitted.shape[1] <= 180
    assert (fitted == 200).all()  # strips above and below are of the image's own paper


def test_fit_leaves_what_fits_and_keeps_the_aspect() -> None:
    image = writing()
    assert fit(image, height=60, max_width=180) is image
    assert fit(writing(shape=(120, 240)), height=60, max_width=180).shape == (60, 120)


@pytest.mark.parametrize(("shape", "expected"), [((60, 90), (60, 90)), ((40, 90), (40, 90)), ((39, 90), (60, 138))])
def test_images_nearly_as_high_keep_their_size_in_the_middle(shape: tuple[int, int], expected: tuple[int, int]) -> None:
    image = np.full(shape, 200, np.uint8)
    image[:, 10:20] = 30
    fitted = fit(image, height=60, max_width=180, unscaled_from=40)
    assert fitted.shape == (60, expected[1])
    inked = np.flatnonzero((fitted < 100).any(1))
    assert (inked[0], inked[-1] + 1) == ((60 - expected[0]) // 2, (60 + expected[0]) // 2)
    assert fitted[0, 0] == 200


def test_what_is_too_wide_is_shrunk_all_the_same() -> None:
    fitted = fit(np.full((50, 360), 200, np.uint8), height=60, max_width=180, unscaled_from=40)
    assert fitted.shape == (60, 180)


@pytest.mark.parametrize(("paper", "ink"), [(240, 90), (200, 190), (255, 0), (128, 127)])
def test_stretch_makes_ink_black_and_paper_white(paper: int, ink: int) -> None:
    stretched = stretch(writing(paper, ink))
    assert (stretched[writing() == 90] == 0).all()
    assert (stretched[writing() == 240] == PAPER).all()


def test_stretch_takes_a_little_ink_too() -> None:
    image = np.full((60, 180), 240, np.uint8)
    image[30, 90] = 100
    assert stretch(image)[30, 90] == 0


@pytest.mark.parametrize("contrast", [1, 2, 150])
def test_equalize_shows_even_one_level(contrast: int) -> None:
    equal = equalize(writing(251, 251 - contrast))
    assert (equal[writing() == 90] < 64).all()
    assert (equal[writing() == 240] == PAPER).all()


@pytest.mark.parametrize("level", [0, 7, 128, 255])
def test_without_contrast_there_is_only_paper(level: int) -> None:
    blank = np.full((60, 180), level, np.uint8)
    assert (stretch(blank) == PAPER).all()
    assert (equalize(blank) == PAPER).all()
    seen = reader_input(rgb(blank), height=60, max_width=180, channels=("stretched", "equalized"))
    assert (seen == PAPER).all()


def test_reader_input_has_the_channels_in_the_order_asked_for() -> None:
    image = rgb(writing())
    seen = reader_input(image, height=60, max_width=180, channels=("grey", "equalized", "stretched"))
    assert seen.shape == (60, 180, 3)
    assert seen.dtype == np.uint8
    assert np.array_equal(seen[..., 0], writing())
    assert np.array_equal(seen[..., 1], equalize(writing()))
    assert np.array_equal(seen[..., 2], stretch(writing()))
    assert reader_input(image, height=30, max_width=180, channels=("grey",)).shape == (30, 90, 1)
    with pytest.raises(KeyError):
        reader_input(image, height=60, max_width=180, channels=("sepia",))


def test_inputs_never_change() -> None:
    image = rgb(writing())
    before = image.copy()
    image.setflags(write=False)
    reader_input(image, height=48, max_width=100, channels=("stretched", "equalized"))
    assert np.array_equal(image, before)
