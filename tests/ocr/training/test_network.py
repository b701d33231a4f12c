"""Shapes, strides and names of the networks; the fused batch norm against Keras' own."""

import keras
import numpy as np
import pytest

from ocr.errors import OcrError
from ocr.training.network import ARCHITECTURES, NetworkConfig, build_network
from ocr.training.normalization import FusedBatchNormalization


@pytest.mark.parametrize(("name", "stride"), [("compact", 4), ("course", 8), ("course-final", 8)])
def test_logits_have_one_column_per_stride(name: str, stride: int) -> None:
    config = NetworkConfig(17, name, height=30, channels=2)
    assert config.stride == stride
    network = build_network(config)
    for count, columns in ((1, 3), (2, 5)):
        logits = network(np.zeros((count, 30, columns * stride, 2), np.uint8))
        assert logits.shape == (count, columns, 17)


def test_the_compact_network_is_small() -> None:
    assert build_network(NetworkConfig(17, "compact")).count_params() < 700_000


def test_the_lowest_rows_are_seen() -> None:
    network = build_network(NetworkConfig(5, "compact", height=60, channels=1))
    paper = np.full((1, 60, 40, 1), 255, np.uint8)
    marked = paper.copy()
    marked[0, 59] = 0
    assert np.abs(network(marked) - network(paper)).max() > 1e-4


def test_the_same_seed_gives_the_same_weights() -> None:
    config = NetworkConfig(5, "compact", height=20, channels=1)
    first, second, other = (build_network(config, seed=seed) for seed in (3, 3, 4))
    for a, b, c in zip(first.get_weights(), second.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.std() == 0 or not np.array_equal(a, c)


def test_the_two_directions_start_apart() -> None:
    layer = build_network(NetworkConfig(5, "compact", height=20, channels=1)).get_layer("gru_1")
    assert not np.array_equal(layer.forward_layer.cell.kernel, layer.backward_layer.cell.kernel)


def test_bfloat16_changes_little_and_leaves_the_weights_alone() -> None:
    config = NetworkConfig(5, "compact", height=20, channels=1)
    plain, quick = build_network(config), build_network(config, bfloat16=True)
    images = np.random.default_rng(0).integers(0, 256, (2, 20, 40, 1), dtype=np.uint8)
    np.testing.assert_allclose(quick(images), plain(images), atol=0.05)
    assert {weight.dtype for weight in quick.weights} == {"float32"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"architecture": "huge"},
        {"vocabulary_size": 1},
        {"height": 0},
        {"width": 10},
    ],
)
def test_impossible_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(OcrError):
        NetworkConfig(**{"vocabulary_size": 5, **wrong})  # type: ignore[arg-type]


def test_architectures_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        ARCHITECTURES["compact"] = ARCHITECTURES["course"]  # type: ignore[index]


def test_the_fused_batch_norm_is_that_of_keras() -> None:
    images = np.random.default_rng(0).normal(2, 3, (4, 9, 8, 5)).astype(np.float32)
    fused, plain = FusedBatchNormalization(momentum=0.9), keras.layers.BatchNormalization(momentum=0.9)
    for _ in range(2):
        np.testing.assert_allclose(fused(images, training=True), plain(images, training=True), atol=1e-5)
    # The kernel divides the sum of squares by n - 1, Keras by n: here 288 values each.
    np.testing.assert_allclose(fused.moving_mean, plain.moving_mean, rtol=1e-5)
    np.testing.assert_allclose(fused.moving_variance, plain.moving_variance, rtol=1 / 200)
    np.testing.assert_allclose(fused(images), plain(images), atol=0.01)
