"""The seeded captcha: same seed, same pixels; every knob does what it says; pictures pinned by their hash."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
import pytest
from captcha.image import ImageCaptcha

from generators.contest.glyphs import glyph, rotate, shade, warp
from generators.contest.sampler import faces
from generators.contest.seeded_captcha import SeededCaptcha, draw_curve, draw_dots, fading, smooth

TEXT = "(3-7)+5"


def captcha(seed: int = 0, **attributes: object) -> SeededCaptcha:
    drawer = SeededCaptcha(180, 60, faces("library", "train"), (42, 50, 56), rng=np.random.default_rng(seed))
    for name, value in attributes.items():
        setattr(drawer, name, value)
    return drawer


def ink_share(pixels: np.ndarray) -> float:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(int)
    return float((grey < np.median(grey) - 40).mean())


def test_is_the_librarys_class_and_interface() -> None:
    drawer = captcha()
    assert isinstance(drawer, ImageCaptcha)
    image = drawer.generate_image("12", bg_color=(255, 255, 255), fg_color=(200, 0, 0))
    assert image.size == (180, 60)
    assert image.mode == "RGB"
    assert drawer.generate("12").read(8) == b"\x89PNG\r\n\x1a\n"
    assert drawer.create_captcha_image("12", (0, 0, 0), (255, 255, 255)).size == (180, 60)


def test_same_seed_same_pixels_and_another_seed_others() -> None:
    assert np.array_equal(captcha(3).draw(TEXT), captcha(3).draw(TEXT))
    assert not np.array_equal(captcha(3).draw(TEXT), captcha(4).draw(TEXT))


def test_no_other_source_of_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    import secrets

    def refuse(*_: object) -> int:
        raise AssertionError("a random number came from elsewhere")

    for name in ("randbelow", "randbits", "choice"):
        monkeypatch.setattr(secrets, name, refuse)
    assert captcha().generate_image(TEXT).size == (180, 60)


def test_minus_is_thin_when_asked() -> None:
    plain = {"dots": (0, 0), "curve": False, "spaces": False}
    colours = ((255, 255, 255), (90, 90, 90))
    thin = np.mean([ink_share(captcha(s, thin_minus=True, **plain).draw("-", *colours)) for s in range(8)])
    thick = np.mean([ink_share(captcha(s, thin_minus=False, **plain).draw("-", *colours)) for s in range(8)])
    assert thick > 4 * thin > 0


def test_curve_dots_and_spaces_can_be_left_out() -> None:
    white, grey = (255, 255, 255), (90, 90, 90)
    nothing = captcha(dots=(0, 0), curve=False).draw(" ", white, grey)
    assert (nothing == 255).all()
    assert (captcha(dots=(5, 5), curve=False).draw(" ", white, grey) < 255).any()
    assert (captcha(dots=(0, 0), curve=True).draw(" ", white, grey) < 255).any()
    wide = captcha(1, word_space_probability=0.0, dots=(0, 0), curve=False).draw("11", white, grey)
    close = captcha(1, spaces=False, dots=(0, 0), curve=False).draw("11", white, grey)
    assert np.nonzero((wide < 200).any((0, 2)))[0].max() > np.nonzero((close < 200).any((0, 2)))[0].max()


def test_a_text_too_wide_is_squeezed_into_the_image() -> None:
    assert captcha().draw("123456789*123456789").shape == (60, 180, 3)
    assert captcha().draw("").shape == (60, 180, 3)


def test_dark_colours_give_faint_text() -> None:
    keep_dark, _ = fading((10, 10, 10), 1.97)
    keep_light, _ = fading((140, 140, 140), 1.97)
    assert keep_dark[255] > 0.9
    assert keep_light[255] == 0
    assert keep_dark[0] == 1


def test_glyph_is_cut_to_its_ink_and_a_blank_has_none() -> None:
    font = faces("library", "train")[0]
    one = glyph(font, 50, "1")
    assert one.ink[..., 0].any(0)[[0, -1]].all()
    assert one.ink[..., 0].any(1)[[0, -1]].all()
    assert one.width >= one.ink.shape[1]
    assert glyph(font, 50, " ").blank


def test_rotation_by_nothing_and_by_a_quarter() -> None:
    ink = glyph(faces("library", "train")[0], 50, "7").ink
    assert np.array_equal(rotate(ink, 0), ink)
    assert rotate(ink, 90).shape[:2] == ink.shape[1::-1]
    assert np.abs(rotate(ink, 90).astype(int) - np.rot90(ink)).max() <= 1


def test_warp_without_pulling_fills_the_cell() -> None:
    ink = glyph(faces("library", "train")[0], 50, "-").ink
    cell = warp(ink, 20, 40, (0, 0, 0, 0))
    assert cell.shape == (40, 20)
    assert (cell > 0).mean() > 0.95
    assert (shade(ink) > 0).sum() == (ink[..., 0] > 0).sum()


def test_dots_and_curve_stay_inside_and_smoothing_keeps_borders() -> None:
    pixels = np.full((9, 7, 3), 255, np.uint8)
    rng = np.random.default_rng(0)
    draw_dots(pixels, (0, 0, 0), 200, rng)
    assert (pixels == 0).any()
    draw_curve(pixels, (0, 0, 0), rng)
    smoothed = smooth(pixels)
    assert np.array_equal(smoothed[0], pixels[0])
    assert np.array_equal(smoothed[:, -1], pixels[:, -1])


def test_picture_is_the_one_we_looked_at() -> None:
    """The drawing must not change unnoticed: the shipped model's card names the seed that it was trained with.

    Averaged down to 4 grey levels on a coarse grid, so that another version of a library may round differently.
    """
    grey = cv2.cvtColor(captcha(7).draw(TEXT, (255, 255, 255), (80, 80, 80)), cv2.COLOR_RGB2GRAY)
    coarse = (cv2.resize(grey, (18, 6), interpolation=cv2.INTER_AREA).astype(int) + 32) // 64
    assert hashlib.sha256(coarse.astype(np.uint8).tobytes()).hexdigest()[:12] == "7fb804c13267"
