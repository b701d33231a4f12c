"""Denoisers on pictures of any size."""

from __future__ import annotations

import numpy as np
import pytest

import autoencoders.denoising as denoising
from autoencoders.denoising import denoise, denoise_image
from autoencoders.models import Model
from autoencoders.networks import course_denoiser, denoiser


def model(channels: int) -> Model:
    """A network with random weights, for which nothing is zero."""
    network = denoiser(channels, (2, 4, 4))
    rng = np.random.default_rng(0)
    network.set_weights([rng.normal(0, 0.2, each.shape) for each in network.get_weights()])
    return Model(network, "denoiser", {})


@pytest.mark.parametrize("size", [(1, 1), (3, 7), (28, 28), (33, 50)])
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_of_any_size_keep_it(size: tuple[int, int], channels: int) -> None:
    image = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    before = image.copy()
    clean = denoise_image(model(channels), image)
    assert clean.shape == (image.shape if channels == 3 else size)
    assert clean.dtype == np.uint8
    np.testing.assert_array_equal(image, before)


def test_tiles_give_the_same_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    image = np.random.default_rng(2).integers(0, 256, (150, 230, 3), dtype=np.uint8)
    whole = denoise_image(model(3), image)
    assert whole.std() > 10
    monkeypatch.setattr(denoising, "TILE", 64)
    assert np.abs(whole.astype(int) - denoise_image(model(3), image)).max() <= 1  # of rounding


def test_many_pictures_are_those_one_by_one() -> None:
    pictures = np.random.default_rng(3).random((denoising.BATCH + 2, 6, 6, 1), dtype=np.float32)
    together = denoise(model(1).network, pictures)
    assert together.shape == pictures.shape
    assert 0 <= together.min() <= together.max() <= 1
    np.testing.assert_allclose(together[-1:], denoise(model(1).network, pictures[-1:]), atol=1e-5)


def test_the_courses_network_takes_digits() -> None:
    assert denoise(course_denoiser(), np.zeros((2, 28, 28, 1), np.float32)).shape == (2, 28, 28, 1)
