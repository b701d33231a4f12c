"""Train on several devices at once: each has the network, and takes its share of each batch (TensorFlow only).

A step is that of one device with the whole batch: losses are summed and divided by the size of the whole batch,
gradients are summed before they are clipped, and batch norm measures the images of all devices together (see
ocr.training.normalization). Only dropout differs, as it does from one seed to another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from ocr.errors import OcrError
from ocr.training.loss import CtcLoss
from ocr.training.quiet import quiet

logger = logging.getLogger(__name__)

Step = Callable[[npt.NDArray[np.uint8], npt.NDArray[np.int32]], float]


def devices_there() -> int:
    """Return how many devices training takes unless it is told otherwise: all GPUs of TensorFlow's, else one."""
    if keras.backend.backend() != "tensorflow":
        return 1
    import tensorflow as tf

    return max(1, len(tf.config.list_physical_devices("GPU")))


def device_names(count: int) -> list[str]:
    """Return the names of `count` devices: GPUs, or on a machine without any parts of its processor, to try it out.

    Raises OcrError where there are fewer, and where TensorFlow runs already and did not part the processor.
    """
    if keras.backend.backend() != "tensorflow":
        raise OcrError(f"{count} devices: several need Keras on TensorFlow, not on {keras.backend.backend()}")
    import tensorflow as tf

    if gpus := len(tf.config.list_physical_devices("GPU")):
        if count > gpus:
            raise OcrError(f"{count} devices: this machine has {gpus} GPU{'s' if gpus > 1 else ''}")
        return [f"GPU:{number}" for number in range(count)]
    processor = tf.config.list_physical_devices("CPU")[0]
    try:
        tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * count)
    except RuntimeError:  # it runs, with what it was given when it began
        if len(tf.config.list_logical_devices("CPU")) < count:
            raise OcrError(f"{count} devices: this machine has no GPU, and its processor is not parted") from None
    return [f"CPU:{number}" for number in range(count)]


class Replicas:
    """Networks of equal weights on several devices, made in `scope`."""

    def __init__(self, count: int) -> None:
        import tensorflow as tf

        names = device_names(count)
        with quiet():  # NCCL and others introduce themselves
            self._strategy = tf.distribute.MirroredStrategy(names)
        self.count = count
        logger.info("training on %s", ", ".join(names))

    def scope(self) -> AbstractContextManager[Any]:
        """Return the context in which network and optimizer are made, so that each device has its own copy."""
        return self._strategy.scope()  # type: ignore[no-any-return]

    def step(self, network: keras.Model, optimizer: keras.optimizers.Optimizer, clip_norm: float) -> Step:
        """Return the function that does one step on a batch, images (N, height, W, C) and labels (N, L): its loss.

        The gradient of all devices is clipped to `clip_norm` together. N must be at least the number of devices.
        """
        import tensorflow as tf

        strategy, criterion = self._strategy, CtcLoss(reduction=None)
        variables = network.trainable_variables

        def on_one(images: Any, labels: Any, size: Any) -> Any:
            """Do one device's share of a batch of `size` images."""
            context = tf.distribute.get_replica_context()
            with tf.GradientTape() as tape:
                losses = criterion(labels, network(images, training=True))
                loss = tf.reduce_sum(losses) / size
                if network.losses:  # of the weights, which all devices share
                    loss += tf.add_n(network.losses) / self.count
            gradients = context.all_reduce("SUM", tape.gradient(loss, variables))
            clipped, _ = tf.clip_by_global_norm(gradients, clip_norm)
            # The optimizer sums over the devices once more; what it clips is within the bound by then.
            optimizer.apply([gradient / self.count for gradient in clipped], variables)
            return loss

        @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
        def on_all(images: Any, labels: Any, size: Any) -> Any:
            return strategy.reduce("SUM", strategy.run(on_one, args=(images, labels, size)), axis=None)

        def step(images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int32]) -> float:
            shares = [self._shares(array) for array in (images, labels)]
            return float(on_all(*shares, tf.constant(len(images), tf.float32)))

        return step

    def _shares(self, array: npt.NDArray[Any]) -> Any:
        """Give each device its share of an array's rows, as equal as can be."""
        import tensorflow as tf

        parts = np.array_split(array, self.count)
        return self._strategy.experimental_distribute_values_from_function(
            lambda context: tf.constant(parts[context.replica_id_in_sync_group])
        )
