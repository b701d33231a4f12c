"""Lines side by side: layout, channels, sizes."""

from __future__ import annotations

import numpy as np

from preprocessing.page.colour import Colours
from preprocessing.page.join import join, places, shrink

COLOURS = Colours(np.array([240, 240, 240], np.float32), np.array([40, 40, 240], np.float32))


def piece(rows: int, columns: int, colour: tuple[int, int, int] = (40, 40, 240)) -> np.ndarray:
    image = np.full((rows, columns, 3), 240, np.uint8)
    image[2:-2, 2:-2] = colour
    return image


def test_lines_keep_their_size_while_they_fit() -> None:
    assert places([(40, 100), (60, 300)]) == [(0, 12, 100, 40), (102, 2, 300, 60)]


def test_all_lines_are_shrunk_by_one_factor() -> None:
    layout = places([(64, 100), (128, 300)], gap=3)
    assert layout == [(0, 16, 50, 32), (53, 0, 150, 64)]


def test_nothing_sticks_out_however_odd_the_sizes() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        sizes = [(int(r), int(c)) for r, c in rng.integers(1, 200, (3, 2))]
        for left, top, width, height in places(sizes):
            assert min(left, top) >= 0
            assert width >= 1
            assert 1 <= height <= 64 - top


def test_ink_and_foreign_pixels_are_channels_of_their_own() -> None:
    foreign = piece(50, 80)
    foreign[10, 10] = (250, 10, 10)
    joined = join([piece(40, 100), foreign], COLOURS)
    assert joined.shape == (64, 182, 2)
    assert joined.dtype == np.uint8
    np.testing.assert_array_equal(joined[12 + 2 : 12 + 38, 2:98], np.tile(np.array([0, 255], np.uint8), (36, 96, 1)))
    assert (joined[:, 100:102] == 255).all()
    assert joined[7 + 10, 102 + 10].tolist() == [255, 0]
    assert (joined[..., 1] == 0).sum() == 1


def test_shrunk_lines_and_other_channels() -> None:
    joined = join([piece(128, 100)], COLOURS, channels=("grey", "ink"))
    assert joined.shape == (64, 50, 2)
    assert joined[32, 25].tolist() == [round(0.299 * 40 + 0.587 * 40 + 0.114 * 240), 0]
    assert join([piece(30, 40)], COLOURS, channels=("equalized",)).shape == (64, 40, 1)


def test_no_line_is_a_column_of_paper() -> None:
    joined = join([], COLOURS)
    assert joined.shape == (64, 1, 2)
    assert (joined == 255).all()


def test_a_joined_image_too_wide_is_shrunk_and_stays_in_the_middle() -> None:
    joined = np.full((64, 300, 2), 255, np.uint8)
    joined[30:34] = 0
    small, factor = shrink(joined, 150)
    assert small.shape == (64, 150, 2)
    assert factor == 0.5
    assert np.flatnonzero((small < 128).all((1, 2))).tolist() == [31, 32]
    same, factor = shrink(joined, 300)
    assert same is joined
    assert factor == 1.0
