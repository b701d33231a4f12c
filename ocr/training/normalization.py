"""Batch normalisation that trains with TensorFlow's fused kernel where there is one, or with frozen statistics."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class FusedBatchNormalization(keras.layers.BatchNormalization):
    """`keras.layers.BatchNormalization` of the last axis of images (N, H, W, C), with the same results.

    Keras puts the training step of a batch norm together from a dozen passes over its input; TensorFlow has a
    kernel that needs two. On a processor a training step of the compact reader gets a sixth faster. With
    another Keras backend, and outside training, this is the Keras layer itself.
    """

    def __init__(self, **settings: Any) -> None:
        # Without autocasting the scales and statistics stay float32 when the convolutions are bfloat16.
        super().__init__(**{"autocast": False, **settings})

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Normalise the inputs; in training by their own statistics, which also move the kept ones."""
        if not (training and self.trainable and keras.backend.backend() == "tensorflow"):
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
        for kept, measured in ((self.moving_mean, mean), (self.moving_variance, variance)):
            kept.assign(kept * self.momentum + measured * (1 - self.momentum))
        return outputs


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
