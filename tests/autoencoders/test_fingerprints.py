"""The fingerprint autoencoder: batches and errors. Its training through the command is in tests/suanshi."""

from __future__ import annotations

import numpy as np
import pytest

from autoencoders.fingerprints import FingerprintBatches, augmented, errors, scaled
from autoencoders.networks import denoiser


def numbered(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.arange(count, dtype=np.uint8)[:, None, None, None] * np.ones((1, 6, 6, 1), np.uint8)


def test_every_image_comes_once_an_epoch_in_another_order() -> None:
    draw = FingerprintBatches(numbered(10), 4, seed=0)
    assert draw.steps == 3
    epochs = []
    for epoch in range(2):
        batches = [draw(epoch, index) for index in range(draw.steps)]
        assert all(given is goal for given, goal in batches)
        epochs.append(np.rint(255 * np.concatenate([given[:, 0, 0, 0] for given, _ in batches])).astype(int).tolist())
        assert sorted(epochs[-1]) == list(range(10))
    assert epochs[0] != epochs[1]


def test_augmentation_moves_pictures_and_is_repeatable() -> None:
    image = np.random.default_rng(0).integers(0, 256, (32, 32, 1), dtype=np.uint8)
    draw = FingerprintBatches(image[None], 1, seed=0, augment=True)
    first, _ = draw(0, 0)
    assert (first != scaled(image[None])).any()
    np.testing.assert_array_equal(first, draw(0, 0)[0])
    assert (first != draw(1, 0)[0]).any()
    white = np.full((32, 32, 1), 255, np.uint8)
    np.testing.assert_array_equal(augmented(white, np.random.default_rng(1)), white)


def test_errors_are_those_of_each_picture() -> None:
    network = denoiser(1, (2, 4, 4))  # whose answer, untrained, is the picture
    pictures = np.random.default_rng(0).random((20, 8, 8, 1), dtype=np.float32)
    np.testing.assert_allclose(errors(network, pictures), np.zeros(20), atol=1e-12)
    network.get_layer("change").set_weights([np.zeros((3, 3, 2, 1)), np.array([0.1])])
    assert errors(network, pictures) == pytest.approx(np.full(20, 0.01), rel=1e-3)
