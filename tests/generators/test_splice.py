"""Images put together from two: the pixels of both sides of the cut, the text of both, the cuts of both."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from generators.splice import BLENDED, CutImage, spliced

WIDTH = 10
"""Columns of a character."""


def coded(text: str, paper: int = 240, height: int = 20) -> CutImage:
    """Draw each character as a bar whose level is its code, on paper."""
    pixels = np.full((height, WIDTH * len(text), 3), paper, np.uint8)
    for place, char in enumerate(text):
        pixels[height // 2 - 3 : height // 2 + 3, place * WIDTH + 2 : place * WIDTH + 8] = ord(char)
    return CutImage(pixels, text, tuple(range(WIDTH, WIDTH * len(text), WIDTH)))


def shown(image: CutImage) -> str:
    """Read the characters between the cuts."""
    edges = [0, *image.cuts, image.pixels.shape[1]]
    middle = image.pixels.shape[0] // 2
    return "".join(chr(image.pixels[middle, (a + b) // 2, 0]) for a, b in pairwise(edges))


def test_pixels_text_and_cuts_agree() -> None:
    images = [coded("ABCD"), coded("abcd"), coded("12345"), coded("6789")]
    seen = set()
    for seed in range(60):
        rng = np.random.default_rng(seed)
        once = spliced(images[seed % 4], images, bool, rng)
        twice = spliced(once, images, bool, rng)
        for each in (once, twice):
            assert shown(each) == each.text
            assert list(each.cuts) == sorted(each.cuts)
        assert once.text[0] == images[seed % 4].text[0]
        seen.add(once.text)
    assert len(seen) > 30
    assert {len(text) for text in seen} == {4, 5}


def test_given_images_are_left_as_they_are() -> None:
    images = [coded("ABCD"), coded("abcd")]
    before = [image.pixels.copy() for image in images]
    for seed in range(10):
        spliced(images[0], images, bool, np.random.default_rng(seed))
    assert all((image.pixels == old).all() for image, old in zip(images, before, strict=True))


def test_other_heights_and_papers_are_made_alike() -> None:
    first, other = coded("ABCD"), coded("abcd", paper=220, height=40)
    found = spliced(first, [other], bool, np.random.default_rng(1))
    assert found.text != first.text
    assert found.pixels.shape[0] == 20
    assert set(np.unique(found.pixels[0])) == {240}


@pytest.mark.parametrize(
    ("first", "other", "allowed"),
    [
        (coded("ABCD"), coded("abcd", paper=100), True),  # papers too different
        (coded("ABCD"), CutImage(coded("abcd").pixels, "abcd"), True),  # no cuts known
        (CutImage(coded("ABCD").pixels, "ABCD"), coded("abcd"), True),
        (coded("ABCD"), coded("abcd"), False),
    ],
)
def test_what_does_not_fit_stays(first: CutImage, other: CutImage, allowed: bool) -> None:
    assert spliced(first, [other], lambda text: allowed, np.random.default_rng(0)) is first


def test_only_texts_that_are_allowed() -> None:
    images = [coded("3+5="), coded("12-7"), coded("1234")]
    for seed in range(40):
        found = spliced(images[seed % 3], images, lambda text: text.count("=") < 2 and "=" not in text[:-1],
                        np.random.default_rng(seed))  # fmt: skip
        assert "=" not in found.text[:-1]


def test_the_seam_is_a_passage() -> None:
    light, dark = coded("AB", paper=240), coded("ab", paper=210)
    light.pixels[:], dark.pixels[:] = 240, 210
    found = spliced(light, [dark], bool, np.random.default_rng(0))
    assert np.abs(np.diff(found.pixels[0, :, 0].astype(int))).max() <= 30 / (BLENDED // 2)


def test_cuts_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="4 characters and 1 cuts"):
        CutImage(np.zeros((2, 8, 3), np.uint8), "ABCD", (2,))
