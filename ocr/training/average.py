"""A moving average of a network's weights, with the batch norm statistics that belong to it.

With batch norm the accuracy of the network in training jumps about from one check to the next; the average of
its weights does not. It is the averaged network that is judged, kept and exported.
"""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import numpy.typing as npt


class WeightAverage:
    """An exponential moving average of trainable weights, in memory of its own.

    The momentum grows from 0.1 to `momentum` with the number of updates, as (1 + n) / (10 + n), so that the
    average does not drag the untrained weights along at the start.
    """

    def __init__(self, network: keras.Model, momentum: float) -> None:
        self.momentum = momentum
        self.updates = 0
        self.weights: list[npt.NDArray[np.float32]] = [
            np.array(variable, dtype=np.float32) for variable in network.trainable_variables
        ]

    def update(self, network: keras.Model, steps: int = 1) -> None:
        """Move the average towards the network's present weights, as far as in so many `steps`."""
        momentum = min(self.momentum, (1 + self.updates) / (10 + self.updates)) ** steps
        for average, variable in zip(self.weights, network.trainable_variables, strict=True):
            average += (1 - momentum) * (keras.ops.convert_to_numpy(variable) - average)
        self.updates += steps

    def copy_to(self, network: keras.Model) -> None:
        """Give the averaged weights to another network of the same architecture."""
        for average, variable in zip(self.weights, network.trainable_variables, strict=True):
            variable.assign(average)


def calibrate(network: keras.Model, batches: Sequence[npt.NDArray[np.uint8]]) -> None:
    """Measure the batch norm statistics of `network` on batches of images (N, height, W, C), in place.

    The statistics gathered in training belong to the weights of the last steps, not to their average.
    Each image counts the same; the variance includes that between the batches.
    """
    norms = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    if not norms or not batches:
        return
    # What follows the last norm need not be computed.
    trunk = keras.Model(network.input, norms[-1].output)
    momenta = [norm.momentum for norm in norms]
    measured: list[list[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]] = []
    try:
        for norm in norms:
            norm.momentum = 0.0  # so that the moving statistics are those of the last batch
        for images in batches:
            trunk(images, training=True)
            measured.append(
                [
                    (keras.ops.convert_to_numpy(norm.moving_mean), keras.ops.convert_to_numpy(norm.moving_variance))
                    for norm in norms
                ]
            )
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
    counts = np.array([len(images) for images in batches], dtype=np.float64)
    for index, norm in enumerate(norms):
        means = np.stack([batch[index][0] for batch in measured]).astype(np.float64)
        variances = np.stack([batch[index][1] for batch in measured]).astype(np.float64)
        mean = np.average(means, axis=0, weights=counts)
        variance = np.average(variances + (means - mean) ** 2, axis=0, weights=counts)
        norm.moving_mean.assign(mean.astype(np.float32))
        norm.moving_variance.assign(variance.astype(np.float32))
