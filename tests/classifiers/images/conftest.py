"""An untrained classifier."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from classifiers.images.classifier import Classifier
from classifiers.images.networks import NetworkConfig, build_network


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    keras.utils.set_random_seed(0)
    network = build_network(NetworkConfig(3, size=64, width=8, depth=1))
    for weight in network.weights:  # norms that do nothing would hide whether they are exported
        weight.assign(weight + 0.1 * np.random.default_rng(1).random(weight.shape))
    return Classifier(network, ("a", "b", "c"), 64, True, {"seed": 3})
