"""Transparent pictures laid on a ground that shows what is on them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from preprocessing.read import read_image


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def test_light_writing_on_transparency_is_laid_on_black() -> None:
    rgba = np.zeros((10, 10, 4), np.uint8)
    rgba[4:6, 2:8] = (250, 250, 240, 255)
    rgba[3, 2:8] = (250, 250, 240, 51)
    for source in (rgba, Image.fromarray(rgba), encoded(Image.fromarray(rgba))):
        read = read_image(source)
        assert read[0, 0].tolist() == [0, 0, 0]
        assert read[4, 4].tolist() == [250, 250, 240]
        assert read[3, 4].tolist() == [50, 50, 48]
    page = np.full((50, 50, 4), 255, np.uint8)
    page[0, 0] = 0  # a round corner ...
    page[20:23, 20] = (0, 0, 0, 255)  # ... of a page with ink
    assert read_image(page)[0, 0].tolist() == [255, 255, 255]


def test_a_large_transparent_picture_is_laid_band_by_band(monkeypatch: pytest.MonkeyPatch) -> None:
    rgba = np.random.default_rng(0).integers(0, 256, (40, 30, 4), np.uint8)
    for given in (rgba, np.where(rgba[..., 3:] > 9, rgba | np.uint8(0xF0), 0).astype(np.uint8)):
        whole = read_image(given)
        with monkeypatch.context() as patched:
            patched.setattr("preprocessing.formats.alpha.BAND", 30 * 7)
            np.testing.assert_array_equal(read_image(given), whole)
