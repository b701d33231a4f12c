"""Noise and pairs to learn from."""

from __future__ import annotations

import numpy as np
import pytest

from autoencoders.noise import NoisyPictures, add_noise
from ocr.errors import OcrError


def test_noise_has_its_strength_and_stays_in_range() -> None:
    grey = np.full((4, 50, 50, 1), 0.5, np.float32)
    weak = add_noise(grey, 0.1, np.random.default_rng(0))
    assert weak.dtype == np.float32
    assert (weak - grey).std() == pytest.approx(0.1, rel=0.05)
    strong = add_noise(grey, 2.0, np.random.default_rng(0))
    assert (strong.min(), strong.max()) == (0, 1)
    np.testing.assert_array_equal(add_noise(grey, 0, np.random.default_rng(0)), grey)
    assert (grey == 0.5).all()


@pytest.mark.parametrize("strength", [-0.1, float("nan"), float("inf")])
def test_nonsense_is_refused(strength: float) -> None:
    with pytest.raises(OcrError, match="expected 0 or more"):
        add_noise(np.zeros((1, 1), np.float32), strength, np.random.default_rng(0))


def test_a_batch_depends_on_its_numbers_only() -> None:
    pictures = np.random.default_rng(1).random((10, 8, 8, 1), dtype=np.float32)
    draw = NoisyPictures(pictures, (0.1, 0.5), 4, seed=3)
    noisy, clean = draw(2, 5)
    assert noisy.shape == clean.shape == (4, 8, 8, 1)
    assert noisy.dtype == clean.dtype == np.float32
    np.testing.assert_array_equal(noisy, NoisyPictures(pictures, (0.1, 0.5), 4, seed=3)(2, 5)[0])
    assert (noisy != draw(2, 6)[0]).any()
    assert (noisy != draw(3, 5)[0]).any()
