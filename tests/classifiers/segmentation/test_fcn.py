"""The fully convolutional network, its loss and its Dice."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from classifiers.segmentation.fcn import FcnConfig, build_network, dice, loss


def test_the_network_keeps_size_and_learns_its_upsampling() -> None:
    network = build_network(FcnConfig((4, 6, 8), upsampling_l2=0.5))
    assert network.predict_on_batch(np.zeros((1, 24, 40, 3), np.float32)).shape == (1, 24, 40, 2)
    upsampling = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2DTranspose)]
    assert len(upsampling) == 3
    squares = sum(0.5 * float((layer.kernel.numpy() ** 2).sum()) for layer in upsampling)
    assert sum(float(each) for each in network.losses) == pytest.approx(squares, rel=1e-4)
    assert FcnConfig([4, 6, 8]).step == 8  # type: ignore[arg-type]
    assert build_network(FcnConfig()).count_params() < 1.4e6  # less than 3 MB in 16 bits


def test_loss_and_dice_by_hand() -> None:
    targets = np.zeros((2, 4, 4, 2), np.float32)
    targets[0, :2] = 1
    right = np.where(targets > 0, 20.0, -20.0).astype(np.float32)
    assert float(keras.ops.mean(loss(targets, right))) == pytest.approx(0, abs=1e-4)
    assert float(keras.ops.mean(loss(targets, -right))) > 20
    assert dice(targets, right).numpy().tolist() == [1, 1]
    right[0, 1] = -20
    assert dice(targets, right).numpy() == pytest.approx([2 / 3, 1])
