"""Tiles put together: the same as the whole image, whatever its size."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from classifiers.segmentation.fcn import FcnConfig, build_network
from classifiers.segmentation.tiles import Floats, Tiling, apply_in_tiles, average_mirrored, padded
from ocr.errors import OcrError


def test_tiles_say_what_the_network_says_of_the_whole() -> None:
    keras.utils.set_random_seed(0)
    config = FcnConfig((4, 4, 4))  # sees some 50 pixels far
    network = build_network(config)
    seen = []

    def apply(images: Floats) -> Floats:
        seen.append(images.shape[1:3])
        return np.asarray(network.predict_on_batch(images))

    image = np.random.default_rng(0).integers(0, 256, (381, 502, 3), np.uint8)
    whole = apply_in_tiles(image, apply, Tiling(512, 64), config.step)
    assert seen == [(384, 504)]
    tiled = apply_in_tiles(image, apply, Tiling(320, 160), config.step)
    assert len(seen) == 1 + 2 * 3
    assert set(seen[1:]) == {(320, 320)}
    assert whole.shape == tiled.shape == (381, 502, 2)
    np.testing.assert_allclose(tiled, whole, atol=1e-4 * np.ptp(whole))
    side_by_side = apply_in_tiles(image, apply, Tiling(320, 0), config.step)
    assert np.abs(side_by_side - whole).max() > 0.01 * np.ptp(whole)


def test_a_large_image_has_no_seams() -> None:
    """What each tile says differs by a constant: the steps between them are spread over what they have in common."""
    number = iter(range(10**6))

    def apply(images: Floats) -> Floats:
        return np.full((*images.shape[:3], 1), next(number) % 2, np.float32)

    said = apply_in_tiles(np.zeros((2000, 3000, 3), np.uint8), apply, Tiling(512, 128), 32)
    assert said.shape == (2000, 3000, 1)
    assert said.min() == 0
    assert said.max() == 1
    steps = max(np.abs(np.diff(said, axis=axis)).max() for axis in (0, 1))
    assert steps < 1.5 / 64  # half of 128


def test_weights_do_not_change_what_all_agree_on() -> None:
    image = np.random.default_rng(1).integers(0, 256, (100, 70, 3), np.uint8)
    for tiling in (Tiling(32, 8), Tiling(32, 16), Tiling(64, 0), Tiling(104, 8)):
        np.testing.assert_allclose(apply_in_tiles(image, lambda images: images, tiling, 8), image, atol=1e-3)


def test_mirror_images_are_turned_back() -> None:
    image = np.random.default_rng(1).random((1, 6, 8, 3)).astype(np.float32)
    np.testing.assert_allclose(average_mirrored(lambda images: 2 * images)(image), 2 * image)
    left = np.zeros((1, 4, 4, 1), np.float32)
    left[:, :, 0] = 1

    def finds_left(images: Floats) -> Floats:
        return left

    expected = np.zeros((4, 4))
    expected[:, [0, 3]] = 0.5
    np.testing.assert_allclose(average_mirrored(finds_left)(image[:, :4, :4])[0, ..., 0], expected)


def test_padding_reflects_and_nonsense_is_refused() -> None:
    assert padded(np.arange(3)[:, None], 4)[:, 0].tolist() == [0, 1, 2, 2]
    assert padded(np.zeros((1, 1, 3), np.uint8), 32).shape == (32, 32, 3)
    for side, overlap in ((0, 0), (64, 33), (64, -1)):
        with pytest.raises(OcrError):
            Tiling(side, overlap)
    with pytest.raises(OcrError, match="multiples of 32"):
        Tiling(100, 32).check(32)
