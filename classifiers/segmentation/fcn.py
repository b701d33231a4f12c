"""Build the fully convolutional network: is each pixel in an object, and in the core of one? With loss and Dice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras

from ocr.errors import OcrError

CHANNELS = 2
"""Object and core; see `pairs.Sample`."""


@dataclass(frozen=True)
class FcnConfig:
    """A network of `widths` channels on its levels: the first of half the image's resolution, each other of half of
    that of the one before.

    `upsampling_l2` is the weight of the squares of the upsampling kernels in the loss; `dropout` is the share of the
    last level's channels that is left out in training.
    """

    widths: tuple[int, ...] = (32, 48, 64, 96, 128)
    upsampling_l2: float = 1e-4
    dropout: float = 0.2

    def __post_init__(self) -> None:
        object.__setattr__(self, "widths", tuple(self.widths))  # a card's are a list
        if len(self.widths) < 2 or not all(isinstance(width, int) and width > 0 for width in self.widths):
            raise OcrError(f"widths {self.widths}: expected the channels of two levels or more")
        if self.upsampling_l2 < 0 or not 0 <= self.dropout < 1:
            raise OcrError(f"{self}: upsampling_l2 is 0 or more, dropout between 0 and 1")

    @property
    def step(self) -> int:
        """Return the number of pixels of which height and width of an image are multiples."""
        return int(2 ** len(self.widths))


def build_network(config: FcnConfig, dtype: str = "float32") -> keras.Model:
    """Return a network, from images (N, H, W, 3), 0 to 255, to logits (N, H, W, 2) in float32, with first weights by
    Keras's seed. H and W are multiples of `config.step`. `dtype` is Keras's policy of all layers but the last.

    Convolutions and poolings downwards; upwards transposed convolutions, which learn their upsampling (Long et al.
    2015), each joined with the features of its level from the way down (Ronneberger et al. 2015).
    """
    layers = keras.layers

    def convolved(features: Any, width: int, size: int = 3, stride: int = 1) -> Any:
        convolution = layers.Conv2D(width, size, stride, padding="same", use_bias=False, dtype=dtype)
        normed = layers.BatchNormalization(momentum=0.97, dtype=dtype)(convolution(features))
        return layers.ReLU(dtype=dtype)(normed)

    def upsampled(features: Any, width: int, size: int, dtype: str = dtype) -> Any:
        kernels = keras.regularizers.L2(config.upsampling_l2)
        return layers.Conv2DTranspose(
            width, size, strides=2, padding="same", kernel_regularizer=kernels, dtype=dtype
        )(features)  # fmt: skip

    first, *others = config.widths
    images = keras.Input((None, None, 3), name="images")
    features = layers.Rescaling(1 / 64, offset=-2, dtype=dtype)(images)
    features = convolved(convolved(features, first, size=5, stride=2), first)
    skips = []
    for width in others:
        skips.append(features)
        features = layers.MaxPooling2D(dtype=dtype)(features)
        features = convolved(convolved(features, width), width)
    features = layers.SpatialDropout2D(config.dropout, dtype=dtype)(features)
    for skip in reversed(skips):
        width = skip.shape[-1]
        features = layers.Concatenate(dtype=dtype)([upsampled(features, width, 2), skip])
        features = convolved(convolved(features, width), width)
    return keras.Model(images, upsampled(features, CHANNELS, 4, "float32"), name="fcn")


def loss(targets: Any, logits: Any) -> Any:
    """Return the loss of each image (N,): cross entropy, and 1 - Dice of the probabilities (Milletari et al. 2016).

    Both are means over the two channels, and Dice is that of the whole batch: an image without objects has none.
    """
    ops = keras.ops
    entropy = ops.mean(ops.binary_crossentropy(targets, logits, from_logits=True), axis=(1, 2, 3))
    chances = ops.sigmoid(logits)
    common = ops.sum(targets * chances, axis=(0, 1, 2))
    both = ops.sum(targets + chances, axis=(0, 1, 2))
    return entropy + ops.mean(1 - (2 * common + 1) / (both + 1))


def dice(targets: Any, logits: Any) -> Any:
    """Return the Dice coefficient of the objects in each image (N,), 1 where there are none and none is found."""
    ops = keras.ops
    truth, found = (ops.cast(each, "float32") for each in (targets[..., 0] > 0.5, logits[..., 0] > 0))
    common, both = (ops.sum(each, axis=(1, 2)) for each in (truth * found, truth + found))
    return ops.where(both > 0, 2 * common / ops.maximum(both, 1), 1)
