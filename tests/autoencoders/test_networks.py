"""The networks: the course's by their number of weights, all of them by what goes in and out."""

from __future__ import annotations

import numpy as np
import pytest

from autoencoders.networks import FINGERPRINT_PARAMETERS, course_denoiser, denoiser, fingerprint_autoencoder


def test_the_fingerprint_network_has_the_courses_314625_weights() -> None:
    network = fingerprint_autoencoder()
    assert network.count_params() == FINGERPRINT_PARAMETERS == 314_625
    assert network.input_shape == network.output_shape == (None, 224, 224, 1)


def test_the_courses_denoiser_gives_back_the_size_of_a_digit() -> None:
    network = course_denoiser()
    assert network.count_params() == 4_385
    assert network.output_shape == (None, 28, 28, 1)


@pytest.mark.parametrize("channels", [1, 3])
def test_ours_begins_with_the_picture_itself(channels: int) -> None:
    picture = np.random.default_rng(0).random((2, 12, 20, channels), dtype=np.float32)
    np.testing.assert_array_equal(denoiser(channels, (2, 4, 4))(picture), picture)


def test_ours_is_small_enough_to_be_shipped() -> None:
    assert 4 * denoiser(3).count_params() < 2_500_000  # bytes
