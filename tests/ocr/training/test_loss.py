"""The quick CTC loss against Keras' own."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from ocr.training.loss import CtcLoss  # noqa: E402

RNG = np.random.default_rng(4)
LOGITS = RNG.normal(0, 2, (6, 24, 7)).astype(np.float32)
LABELS = np.array(
    [[1, 2, 3, 0, 0, 0], [4] * 6, [6, 0, 0, 0, 0, 0], [1, 1, 2, 2, 0, 0], [5, 4, 3, 2, 1, 6], [0] * 6], np.int32
)
"""The last one is empty."""


def value_and_gradient(loss: keras.losses.Loss) -> tuple[float, np.ndarray]:
    logits = tf.constant(LOGITS)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = loss(LABELS, logits)
    return float(value), tape.gradient(value, logits).numpy()


def test_value_and_gradient_are_those_of_keras() -> None:
    (mine, my_gradient), (theirs, their_gradient) = map(value_and_gradient, (CtcLoss(), keras.losses.CTC()))
    assert mine == pytest.approx(theirs, rel=1e-5)
    np.testing.assert_allclose(my_gradient, their_gradient, atol=1e-5)
