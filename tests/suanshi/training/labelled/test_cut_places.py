"""Cuts between characters, by the shipped model's places for a text that it is told."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.bundle import Bundle, bundle_folder, load_bundle
from suanshi.training.labelled.cut_places import cut_images


@pytest.fixture(scope="module")
def shipped() -> Bundle:
    return load_bundle(bundle_folder("captcha"))


def written(text: str, gap: int = 34) -> np.ndarray:  # type: ignore[type-arg]
    image = np.full((50, gap * len(text) + 10, 3), 240, np.uint8)
    for place, char in enumerate(text):
        cv2.putText(image, char, (gap * place + 8, 38), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (40, 40, 120), 3)
    return image


def test_cuts_stand_between_the_characters(shipped: Bundle) -> None:
    texts = ["aB3K", "7T24x", "3+5=?"]
    for image in cut_images([written(text) for text in texts], texts, shipped):
        assert len(image.cuts) == len(image.text) - 1
        for number, cut in enumerate(image.cuts, start=1):
            assert abs(cut - (34 * number + 2)) <= 9
            assert (image.pixels[:, cut] == 240).all()  # through no ink


def test_a_wrong_text_or_an_unknown_character_is_no_error(shipped: Bundle) -> None:
    images = [written("ab"), written("a"), cv2.cvtColor(written("K7Tx"), cv2.COLOR_RGB2GRAY)]
    found = cut_images(images, ["añ", "a", "zzzzzz"], shipped)
    assert found[0].cuts == found[1].cuts == ()
    assert all(0 < cut < images[2].shape[1] for cut in found[2].cuts)
    assert all(each.pixels is image for each, image in zip(found, images, strict=True))
