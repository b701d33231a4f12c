"""Batch normalisation for training: over all devices that share a batch, fused on one, or with frozen statistics."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class SharedBatchNormalization(keras.layers.BatchNormalization):
    """`keras.layers.BatchNormalization` of the last axis, whose statistics are those of a batch on all its devices.

    So a step on several devices is that of one with the whole batch, whatever share of it each has: with 8 of 64 images
    each, their own means and variances would be noise, and the network another one for each number of devices. It
    costs two sums over the devices, of one number a filter each. On one device this is the Keras layer itself.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Normalise the inputs; in training by their own statistics, which also move the kept ones."""
        if not (training and self.trainable and _devices() > 1):
            return super().call(inputs, training=training, mask=mask)
        import tensorflow as tf

        sum_up = tf.distribute.get_replica_context().all_reduce
        images = tf.cast(inputs, tf.float32)
        axes = list(range(len(images.shape) - 1))
        own = tf.cast(tf.reduce_prod(tf.shape(images)[:-1]), tf.float32)
        summed = sum_up("SUM", tf.concat([tf.reduce_sum(images, axes), own[None]], 0))
        count = summed[-1]
        mean = summed[:-1] / count
        away = images - mean
        variance = sum_up("SUM", tf.reduce_sum(tf.square(away), axes)) / count
        scale, offset = (tf.cast(ops.convert_to_tensor(each), tf.float32) for each in (self.gamma, self.beta))
        outputs = tf.cast(away * (scale * tf.math.rsqrt(variance + self.epsilon)) + offset, inputs.dtype)
        self._keep(mean, self._kept_variance(variance, count))
        return outputs

    def _kept_variance(self, variance: Any, count: Any) -> Any:
        """Return what is kept of the variance of a batch of `count` values a filter."""
        return variance

    def _keep(self, mean: Any, variance: Any) -> None:
        """Move the kept statistics towards those of a batch."""
        for kept, measured in ((self.moving_mean, mean), (self.moving_variance, variance)):
            kept.assign(kept * self.momentum + measured * (1 - self.momentum))


class FusedBatchNormalization(SharedBatchNormalization):
    """Batch normalisation of images (N, H, W, C), with the same results.

    Keras puts the training step of a batch norm together from a dozen passes over its input; TensorFlow has a
    kernel that needs two. On a processor a training step of the compact reader gets a sixth faster. With
    another Keras backend, on several devices and outside training, this is the layer above.
    """

    def __init__(self, **settings: Any) -> None:
        # Without autocasting the scales and statistics stay float32 when the convolutions are bfloat16.
        super().__init__(**{"autocast": False, **settings})

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Normalise the inputs; in training by their own statistics, which also move the kept ones."""
        if not (training and self.trainable and keras.backend.backend() == "tensorflow") or _devices() > 1:
            return super().call(inputs, training=training, mask=mask)
        import tensorflow as tf

        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=ops.convert_to_tensor(self.gamma),
            offset=ops.convert_to_tensor(self.beta),
            mean=tf.zeros((0,)),  # unused in training
            variance=tf.zeros((0,)),
            epsilon=self.epsilon,
            is_training=True,
        )
        self._keep(mean, variance)
        return outputs

    def _kept_variance(self, variance: Any, count: Any) -> Any:
        """Return the unbiased estimate, as the kernel does."""
        return variance * count / (count - 1)


class FrozenBatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
    """`keras.layers.BatchNormalization` that goes by its kept statistics in training, too; scale and offset are learnt.

    A network that goes on from known weights sees few images of one kind: their own statistics would be noise, and
    would differ from those that it is read with later.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"autocast": False, **settings})

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Normalise the inputs by the kept statistics."""
        return super().call(inputs, training=False, mask=mask)


def _devices() -> int:
    """Return how many devices share the batch that is trained on."""
    if keras.backend.backend() != "tensorflow":
        return 1
    import tensorflow as tf

    return int(tf.distribute.get_strategy().num_replicas_in_sync)
