"""The networks: what they take and give, and what is refused; pretrained ones from a local file only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from classifiers.images.networks import NetworkConfig, build_network, crop_size
from ocr.errors import OcrError


@pytest.mark.parametrize(
    ("name", "size", "bfloat16"), [("compact", 32, False), ("compact", 64, True), ("course", 64, True)]
)
def test_networks_give_probabilities(name: Any, size: int, bfloat16: bool) -> None:
    network = build_network(NetworkConfig(3, name, size, width=8, depth=1), bfloat16=bfloat16)
    images = np.random.default_rng(0).integers(0, 256, (2, size, size, 3)).astype(np.float32)
    found = np.asarray(network(images, training=False))
    assert found.shape == (2, 3)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    assert keras.config.dtype_policy().name == "float32"


def test_the_courses_network_is_the_courses() -> None:
    network = build_network(NetworkConfig(2, "course", 150))
    filters = [layer.filters for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert filters == [32, 64, 128, 512]
    assert [layer.rate for layer in network.layers if isinstance(layer, keras.layers.Dropout)] == [0.5]


def test_compact_takes_pictures_of_any_size() -> None:
    network = build_network(NetworkConfig(2, size=64, width=8, depth=1))
    for shape in ((1, 40, 72, 3), (2, 64, 64, 3)):
        assert network(np.zeros(shape, np.float32), training=False).shape == (shape[0], 2)


def test_cuts_grow_with_training() -> None:
    assert [crop_size(epoch, 30, 150) for epoch in (0, 10, 29)] == [96, 120, 128]
    assert crop_size(29, 30, 32) == 32


def test_transfer_takes_its_weights_from_a_file(tmp_path: Path) -> None:
    keras.utils.set_random_seed(5)
    shape = (32, 32, 3)
    base = keras.applications.MobileNetV2(include_top=False, weights=None, alpha=1.0, input_shape=shape)
    path = tmp_path / "base.weights.h5"
    base.save_weights(path)
    network = build_network(NetworkConfig(2, "transfer", 32, base="MobileNetV2", weights=path))
    assert [each.path.split("/")[-2] for each in network.trainable_variables] == ["logits", "logits"]
    images = np.random.default_rng(0).integers(0, 256, (1, *shape)).astype(np.float32)
    (pooling,) = (each for each in network.layers if isinstance(each, keras.layers.GlobalAveragePooling2D))
    features = keras.Model(network.input, pooling.input)
    np.testing.assert_allclose(features(images), base(images / 127.5 - 1, training=False), atol=1e-5)
    network.save(tmp_path / "whole.keras")
    again = keras.models.load_model(tmp_path / "whole.keras", safe_mode=True)
    np.testing.assert_allclose(again(images), network(images), atol=1e-6)
    path.write_bytes(b"no weights")
    with pytest.raises(OcrError, match=r"base.weights.h5: not the weights of MobileNetV2"):
        build_network(NetworkConfig(2, "transfer", 32, base="MobileNetV2", weights=path))


def test_weights_are_never_fetched(tmp_path: Path) -> None:
    for weights in (None, tmp_path / "gone.h5"):
        with pytest.raises(OcrError, match="are to be a local file, none are fetched"):
            build_network(NetworkConfig(2, "transfer", base="MobileNetV2", weights=weights))
    with pytest.raises(OcrError, match=r"no network 'Nobody' in keras.applications: expected one of .*MobileNetV2"):
        build_network(NetworkConfig(2, "transfer", base="Nobody", weights=tmp_path))


def test_nonsense_is_refused() -> None:
    for wrong in (
        {"classes": 1}, {"name": "vgg"}, {"size": 8}, {"width": 0}, {"drop": 1.0}, {"name": "course", "size": 32},
        {"name": "transfer"}, {"base": "VGG16"},
    ):  # fmt: skip
        with pytest.raises(OcrError):
            NetworkConfig(**{"classes": 2, **wrong})
