"""Training with frozen batch norms: statistics stay, scales are learnt, and the average reads as the network does."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import pytest

from ocr.errors import OcrError
from ocr.training.batches import encode_batch
from ocr.training.network import build_network
from ocr.training.normalization import FrozenBatchNormalization
from ocr.training.run import Run

from .conftest import CONFIG, NETWORK, VOCABULARY, draw_batch

FROZEN = dataclasses.replace(CONFIG, frozen_norms=True)


def known() -> keras.Model:
    """Return a network whose norms have statistics of their own."""
    network, rng = build_network(NETWORK, seed=3), np.random.default_rng(3)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([gamma, beta, mean + rng.normal(0, 0.1, mean.shape), variance * 0.5])
    return network


def test_outputs_in_training_are_those_of_the_known_network() -> None:
    run = Run(FROZEN, VOCABULARY)
    run.begin(network := known())
    images, _ = draw_batch(0)
    trunk, ours = (keras.Model(each.input, each.get_layer("columns_norm").output) for each in (network, run.network))
    expected = keras.ops.convert_to_numpy(trunk(images, training=False))
    np.testing.assert_allclose(keras.ops.convert_to_numpy(ours(images, training=True)), expected, atol=1e-5)


def test_statistics_stay_and_scales_are_learnt() -> None:
    run = Run(FROZEN, VOCABULARY)
    run.begin(known())
    norm = run.network.get_layer("norm_1")
    assert isinstance(norm, FrozenBatchNormalization)
    before = norm.get_weights()
    for seed in range(3):
        run.train(*encode_batch(draw_batch(seed), VOCABULARY, NETWORK.stride))
    after = norm.get_weights()
    assert all((old == new).all() for old, new in zip(before[2:], after[2:], strict=True))
    assert all((old != new).any() for old, new in zip(before[:2], after[:2], strict=True))
    averaged = run.update_averaged().get_layer("norm_1").get_weights()
    assert all((old == new).all() for old, new in zip(before[2:], averaged[2:], strict=True))


def test_a_run_goes_on_only_as_it_began(tmp_path) -> None:  # type: ignore[no-untyped-def]
    Run(FROZEN, VOCABULARY).save(tmp_path / "frozen.npz")
    Run(CONFIG, VOCABULARY).save(tmp_path / "free.npz")
    Run(FROZEN, VOCABULARY).load(tmp_path / "frozen.npz")
    for config, name in ((CONFIG, "frozen"), (FROZEN, "free")):
        with pytest.raises(OcrError, match="frozen_norms"):
            Run(config, VOCABULARY).load(tmp_path / f"{name}.npz")
