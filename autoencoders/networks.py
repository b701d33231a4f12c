"""Build the networks, each by a function that returns a fresh `keras.Model` from pictures to pictures in [0, 1]."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

STRIDE = 4
"""Sides of what `denoiser` takes are multiples of this, in pixels: it halves them twice."""

SIDE = 224
"""Height and width that fingerprints are brought to, in pixels, as in the course."""

FINGERPRINT_PARAMETERS = 314_625


def course_denoiser() -> keras.Model:
    """The course's denoiser of MNIST, 28x28: three convolutions of 16, 8 and 8, each pooled, down to 4x4x8, and back.

    (N, 28, 28, 1) -> the same. It is the convolutional autoencoder of Keras' own blog (Chollet 2016): 4,385 weights.
    The last decoding convolution is unpadded, which makes 14 of 16 so that the picture ends at 28.
    """
    picture = keras.Input((28, 28, 1), name="noisy")
    x = picture
    for filters in (16, 8, 8):
        x = layers.MaxPooling2D(2, padding="same")(_conv(x, filters, activation="relu"))
    for filters in (8, 8):
        x = layers.UpSampling2D(2)(_conv(x, filters, activation="relu"))
    x = layers.UpSampling2D(2)(_conv(x, 16, activation="relu", padding="valid"))
    return keras.Model(picture, _conv(x, 1, activation="sigmoid", name="clean"), name="course_denoiser")


def denoiser(channels: int, filters: tuple[int, int, int] = (16, 48, 96)) -> keras.Model:
    """A small U-Net with residual blocks that answers with the clean picture; its last layer is what it adds to the
    noisy one, so values may leave [0, 1] a little.

    (N, H, W, channels) -> the same, for H and W that are multiples of STRIDE. `filters` are those at full, half and
    quarter size. It knows nothing of the strength of the noise: it is trained on a range of them.
    """
    fine, half, quarter = filters
    picture = keras.Input((None, None, channels), name="noisy")
    first = _conv(picture, fine, activation="relu")
    second = _residual(_conv(first, half, strides=2, activation="relu"))
    x = _residual(_residual(_conv(second, quarter, strides=2, activation="relu")))
    x = _residual(layers.add([_up(x, half), second]))
    x = _residual(layers.add([_up(x, fine), first]))
    change = _conv(x, channels, kernel_initializer="zeros", name="change")
    return keras.Model(picture, layers.add([picture, change], name="clean"), name="denoiser")


def fingerprint_autoencoder() -> keras.Model:
    """The course's autoencoder of fingerprints: 32, 64 and 128 filters on the way down to 56x56, and back.

    (N, 224, 224, 1) -> the same; 314,625 weights. What is in the middle, 56x56x128, holds eight times as many numbers
    as the picture: this network is no compression.
    """
    picture = keras.Input((SIDE, SIDE, 1), name="fingerprint")
    x = layers.MaxPooling2D(2)(_conv(picture, 32, activation="relu"))
    x = layers.MaxPooling2D(2)(_conv(x, 64, activation="relu"))
    x = _conv(x, 128, activation="relu")
    x = layers.UpSampling2D(2)(_conv(x, 128, activation="relu"))
    x = layers.UpSampling2D(2)(_conv(x, 64, activation="relu"))
    return keras.Model(picture, _conv(x, 1, activation="sigmoid", name="reconstruction"), name="fingerprints")


def _conv(x: Any, filters: int, **options: Any) -> Any:
    return layers.Conv2D(filters, 3, **{"padding": "same", **options})(x)


def _residual(x: Any) -> Any:
    change = _conv(_conv(x, x.shape[-1], activation="relu"), x.shape[-1])
    return layers.ReLU()(layers.add([x, change]))


def _up(x: Any, filters: int) -> Any:
    return layers.Conv2DTranspose(filters, 2, strides=2)(x)
