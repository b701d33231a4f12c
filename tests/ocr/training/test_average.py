"""The averaged weights and the batch norm statistics measured for them."""

import keras
import numpy as np

from ocr.training.average import WeightAverage, calibrate


def one_weight() -> keras.Model:
    inputs = keras.Input((1,))
    return keras.Model(inputs, keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")(inputs))


def test_the_average_follows_quickly_at_first_and_slowly_later() -> None:
    network = one_weight()
    average = WeightAverage(network, momentum=0.5)
    expected = 0.0
    for step, value in enumerate([1.0, 2.0, 4.0] * 5):
        network.set_weights([np.full((1, 1), value)])
        average.update(network)
        momentum = min(0.5, (1 + step) / (10 + step))
        expected = momentum * expected + (1 - momentum) * value
    np.testing.assert_allclose(average.weights[0], expected, rtol=1e-5)
    network.set_weights([np.zeros((1, 1))])
    average.copy_to(network)
    np.testing.assert_allclose(network.get_weights()[0], expected, rtol=1e-5)


def test_calibration_measures_all_batches_together() -> None:
    inputs = keras.Input((4, 6, 2), dtype="uint8")
    scaled = keras.layers.Rescaling(0.1)(inputs)
    first = keras.layers.BatchNormalization(name="first")
    second = keras.layers.BatchNormalization(name="second")
    network = keras.Model(inputs, second(keras.layers.Dense(3)(first(scaled))))
    rng = np.random.default_rng(0)
    batches = [rng.integers(low, 200, (count, 4, 6, 2), dtype=np.uint8) for low, count in ((0, 5), (60, 5), (120, 9))]
    calibrate(network, batches)
    everything = np.concatenate(batches) * 0.1
    np.testing.assert_allclose(first.moving_mean, everything.mean(axis=(0, 1, 2)), rtol=1e-4)
    np.testing.assert_allclose(first.moving_variance, everything.var(axis=(0, 1, 2)), rtol=1e-4)
    # What goes into the second was normalised batch by batch by the first, as in training.
    assert not np.allclose(second.moving_variance, 1)
    assert first.momentum == second.momentum == 0.99


def test_calibration_without_batches_changes_nothing() -> None:
    network = one_weight()
    calibrate(network, [])
    assert network.get_weights()[0].item() == 0
