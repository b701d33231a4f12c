"""Heat maps: that they add up to the logit, lie where the class is, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from classifiers.images.activation import activation_maps, explain, overlay, upsample_map
from classifiers.images.classifier import Classifier
from classifiers.images.networks import NetworkConfig, build_network
from ocr.errors import OcrError, UnreadableImageError


def classifier(name: Any = "compact", size: int = 64) -> Classifier:
    keras.utils.set_random_seed(0)
    network = build_network(NetworkConfig(2, name, size, width=8, depth=1))
    return Classifier(network, ("no", "yes"), size, False, {})


def by_colour() -> Classifier:
    """A network without training that gives the class `red` where red is, and `blue` where blue is."""
    images = keras.Input((16, 16, 3))
    features = keras.layers.AveragePooling2D(2)(keras.layers.Rescaling(1 / 255)(images))
    logits = keras.layers.Dense(2, name="logits")(keras.layers.GlobalAveragePooling2D()(features))
    network = keras.Model(images, keras.layers.Softmax()(logits))
    network.get_layer("logits").set_weights([np.array([[20, 0], [0, 0], [0, 20]]), np.zeros(2)])
    return Classifier(network, ("red", "blue"), 16, True, {})


def two_corners(height: int = 32, width: int = 48) -> NDArray[np.uint8]:
    """Red above on the left, more blue below on the right."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 4, : width // 4, 0] = 255
    image[height // 2 :, width // 2 :, 2] = 255
    return image


def test_each_class_is_where_it_is() -> None:
    image = two_corners()
    red, blue = (explain(image, by_colour(), name=name) for name in ("red", "blue"))
    assert red.method == "CAM"
    assert red.heat.shape == image.shape[:2]
    assert red.heat.max() == blue.heat.max() == 1
    assert red.heat[:8, :12].mean() > 0.7
    assert red.heat[16:, 24:].max() == 0
    assert blue.heat[20:, 28:].mean() > 0.9
    assert explain(image, by_colour()).name == "blue"
    assert red.probability + blue.probability == pytest.approx(1)
    drawn = overlay(image, red.heat)
    assert drawn.shape == image.shape
    assert drawn.dtype == np.uint8
    np.testing.assert_array_equal(drawn[20:, 28:], image[20:, 28:])  # cold places stay as they are


def test_a_map_adds_up_to_what_the_logit_is_above_the_mean() -> None:
    some = classifier()
    images = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), np.uint8)
    maps, method = activation_maps(some, list(images), [1, 0, 1])
    assert method == "CAM"
    logits = np.asarray(keras.Model(some.network.input, some.network.get_layer("logits").output)(images * 1.0))
    above = logits - logits.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(maps.mean(axis=(1, 2)), above[range(3), [1, 0, 1]], atol=1e-4)


def test_the_courses_network_has_gradients() -> None:
    some = classifier("course")
    image = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    maps, method = activation_maps(some, [image, image], [0, 1])
    assert method == "Grad-CAM"
    assert maps.shape == (2, 4, 4)
    assert maps.any()
    np.testing.assert_allclose(maps[0], -maps[1], atol=1e-5)  # what speaks for one of two speaks against the other


def test_nothing_that_speaks_for_a_class_is_no_heat() -> None:
    assert not upsample_map(np.full((2, 2), -1, np.float32), two_corners()).any()


def test_nonsense_is_refused(tmp_path: Path, classes: Callable[..., Path]) -> None:
    with pytest.raises(OcrError, match="no class 'green': expected one of red, blue"):
        explain(two_corners(), by_colour(), name="green")
    with pytest.raises(UnreadableImageError):
        explain(tmp_path / "gone.png", by_colour())
    with pytest.raises(OcrError, match="holds no classifier"):
        explain(two_corners(), tmp_path)
