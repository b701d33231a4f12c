"""Captchas in colour as their reader sees them."""

from __future__ import annotations

import numpy as np
import pytest

from preprocessing.captcha import CHANNELS, Box, captcha_input, content_box, is_dark


def picture(height: int = 60, width: int = 160, paper: int = 240, ink: int = 30) -> np.ndarray:
    image = np.full((height, width, 3), paper, np.uint8)
    image[20:40, 50:60] = ink
    image[20:40, 80:84] = ink
    return image


def test_margins_are_cut_off_but_for_a_little() -> None:
    assert content_box(picture()) == Box(47, 17, 87, 43)


def test_frames_go_with_the_margin_inside() -> None:
    framed = picture()
    framed[[0, -1]] = (0, 90, 200)
    framed[:, [0, -1]] = (0, 90, 200)
    framed[[1, -2], 1:-1] = 0
    framed[1:-1, [1, -2]] = 0
    assert content_box(framed) == content_box(picture())


def test_a_lone_minus_does_not_fill_the_height() -> None:
    image = np.full((60, 160, 3), 255, np.uint8)
    image[29:31, 60:90] = 0
    box = content_box(image)
    assert box.bottom - box.top >= 12
    assert box.top <= 25
    assert box.bottom >= 35


@pytest.mark.parametrize("shape", [(60, 160), (1, 1), (3, 400), (400, 3)])
def test_a_blank_image_stays_whole(shape: tuple[int, int]) -> None:
    image = np.full((*shape, 3), 128, np.uint8)
    assert content_box(image) == Box(0, 0, shape[1], shape[0])
    seen = captcha_input(image, height=48, max_width=512)
    assert seen.shape[0] == 48
    assert seen.shape[2] == len(CHANNELS)


def test_the_input_has_one_height_and_keeps_its_aspect() -> None:
    seen = captcha_input(picture(), height=48, max_width=512)
    assert seen.shape == (48, round(40 * 48 / 26), 4)
    assert seen.dtype == np.uint8


def test_what_is_too_wide_is_shrunk_between_strips_of_paper() -> None:
    image = np.full((30, 900, 3), 255, np.uint8)
    image[5:25, ::9] = 0
    seen = captcha_input(image, height=48, max_width=512)
    assert seen.shape[:2] == (48, 512)


def test_dark_and_light_paper_look_alike() -> None:
    dark = captcha_input(255 - picture(), height=48, max_width=512)
    assert np.abs(dark.astype(int) - captcha_input(picture(), height=48, max_width=512)).max() <= 2
    assert is_dark(255 - picture()[..., 0])
    assert not is_dark(picture()[..., 0])


def test_contrast_is_stretched() -> None:
    seen = captcha_input(picture(paper=140, ink=110), height=48, max_width=512)[..., :3]
    assert seen.min() < 20
    assert seen.max() == 255


def test_letters_like_bars_are_no_margin() -> None:
    image = np.full((30, 90, 3), 250, np.uint8)
    image[:, 20:24] = 10  # an I from top to bottom
    image[5:25, 60:70] = 10
    box = content_box(image)
    assert box.left <= 20
    assert box.right >= 70
