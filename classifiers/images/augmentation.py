"""Draw batches for training: random crops, rotated, mirrored, recoloured and mixed with other pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from classifiers.images.folder import Pictures
from ocr.errors import OcrError

GREY = (0.299, 0.587, 0.114)
"""Luma by Rec. 601."""

DRAWS = 16
"""Uniform numbers drawn for each picture; a few are to spare."""


@dataclass(frozen=True)
class Augmentation:
    """Strength of the changes. Everything is drawn uniformly, for each picture anew; 0 changes nothing.

    A crop has `least_area` to 1 of the picture's area and the picture's shape, stretched at most by `stretch`; it lies
    anywhere in the picture. It is then rotated by at most `turn` degrees, sheared by `shear`, and mirrored if `mirror`.
    `brightness`, `contrast` and `saturation` are the largest changes of their factors from 1. Of all batches, the share
    `mix` is mixed, picture by picture: half of these by mixup (Zhang et al. 2017), half by CutMix (Yun et al. 2019).
    """

    least_area: float = 1.0
    stretch: float = 1.0
    turn: float = 0.0
    shear: float = 0.0
    mirror: bool = True
    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    mix: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.brightness, self.contrast, self.saturation, self.mix)
        if not (0 < self.least_area <= 1 <= self.stretch and all(0 <= share <= 1 for share in shares)):
            raise OcrError(f"{self}: areas and shares lie between 0 and 1, stretch is 1 or more")
        if self.turn < 0 or self.shear < 0:
            raise OcrError(f"{self}: turn and shear are 0 or more")


class Batches:
    """The batches of each epoch of training; batch i of epoch e depends on nothing but (seed, e, i).

    They are images (B, S, S, 3) from 0 to 255, S being `size(epoch)`, and the shares of the classes in them
    (B, classes), which sum to 1; both float32. What is left when `steps` batches are full is not seen in that epoch.
    """

    def __init__(
        self, pictures: Pictures, augmentation: Augmentation, size: Callable[[int], int], *, batch_size: int, seed: int
    ) -> None:
        self.steps = len(pictures) // batch_size
        if batch_size < 1 or not self.steps:
            raise OcrError(f"{len(pictures)} pictures make no batch of {batch_size}; give a smaller --batch-size")
        self._size = size
        pixels, ratios = tf.constant(pictures.pixels), tf.constant(pictures.ratios)
        labels = tf.constant(np.eye(len(pictures.classes), dtype=np.float32)[pictures.labels])
        count, steps = len(pictures), self.steps

        @tf.function(input_signature=[tf.TensorSpec((), tf.int64)] * 2 + [tf.TensorSpec((), tf.int32)])  # type: ignore[misc]
        def batch(epoch: tf.Tensor, step: tf.Tensor, side: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            order = tf.random.experimental.stateless_shuffle(tf.range(count), [seed, epoch])
            some = order[step * batch_size : (step + 1) * batch_size]
            draws = tf.random.stateless_uniform((DRAWS, batch_size), [seed, epoch * steps + step + 1])
            images = random_crop(tf.gather(pixels, some), tf.gather(ratios, some), draws, augmentation, side)
            return mix(recolour(images, draws, augmentation), tf.gather(labels, some), draws, augmentation)

        self._batch = batch

    def draw(self, epoch: int, step: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the images and labels of a batch; both numbers count from 0."""
        images, labels = self._batch(
            tf.constant(epoch, tf.int64), tf.constant(step, tf.int64), tf.constant(self._size(epoch))
        )
        return images, labels


def random_crop(
    images: tf.Tensor, ratios: tf.Tensor, draws: tf.Tensor, how: Augmentation, side: tf.Tensor
) -> tf.Tensor:
    """Return random crops (B, side, side, 3), float32, of images (B, S, S, 3) that were squeezed to squares."""
    area = how.least_area + (1 - how.least_area) * draws[0]
    shape = tf.exp(_around(draws[1]) * math.log(how.stretch))  # of the crop in the unsqueezed picture, next to its own
    width, height = tf.minimum(tf.sqrt(area * shape), 1.0), tf.minimum(tf.sqrt(area / shape), 1.0)
    mirrored = tf.where(draws[2] < 0.5, -1.0, 1.0) if how.mirror else tf.ones_like(area)
    turn = _around(draws[3]) * math.radians(how.turn)
    shear = _around(draws[4]) * how.shear
    room = tf.cast(tf.shape(images)[1], tf.float32)
    step = room / tf.cast(side, tf.float32)  # pixels of the picture in one of the crop, if it were whole
    # From a place in the crop, in pixels from its centre, to one in the picture; turned as if that were not squeezed.
    xx, xy = width * mirrored * tf.cos(turn), width * (shear - tf.sin(turn)) / ratios
    yx, yy = height * mirrored * tf.sin(turn) * ratios, height * tf.cos(turn)
    left = room * ((1 - width) * (draws[5] - 0.5) + 0.5)
    top = room * ((1 - height) * (draws[6] - 0.5) + 0.5)
    middle = (tf.cast(side, tf.float32) - 1) / 2
    zero = tf.zeros_like(area)
    transforms = tf.stack(
        [
            *(xx * step, xy * step, left - 0.5 - (xx + xy) * step * middle),
            *(yx * step, yy * step, top - 0.5 - (yx + yy) * step * middle),
            *(zero, zero),
        ],
        axis=1,
    )
    sampled = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=tf.stack([side, side]),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )
    return tf.cast(sampled, tf.float32)


def recolour(images: tf.Tensor, draws: tf.Tensor, how: Augmentation) -> tf.Tensor:
    """Return images (B, H, W, 3) with another brightness, contrast and saturation each."""
    if not (how.brightness or how.contrast or how.saturation):
        return images
    brightness, contrast, saturation = (
        (1 + _around(draws[place]) * most)[:, None, None]
        for place, most in zip((7, 8, 9), (how.brightness, how.contrast, how.saturation), strict=True)
    )
    grey = tf.tile(tf.constant(GREY)[:, None], (1, 3))  # a colour times this is its luma, three times
    # One product for all three: several passes over all pixels, each by itself, take as long as the cutting.
    pixels = tf.reshape(images, (len(draws[0]), -1, 3))
    mean = tf.reduce_mean(pixels, axis=1, keepdims=True) @ grey
    factors = contrast * brightness * (saturation * tf.eye(3) + (1 - saturation) * grey)
    changed = pixels @ factors + mean * brightness * (1 - contrast)
    return tf.reshape(tf.clip_by_value(changed, 0.0, 255.0), tf.shape(images))


def mix(images: tf.Tensor, labels: tf.Tensor, draws: tf.Tensor, how: Augmentation) -> tuple[tf.Tensor, tf.Tensor]:
    """Return images (B, H, W, 3) and labels (B, classes), in a share of the batches mixed with those of others."""
    if not how.mix:
        return images, labels
    share = draws[10]  # of the picture itself; the rest is the other's
    others = tf.range(len(draws[0]))[::-1]  # the batch is shuffled: so the last is as good as any for the first

    def mixup() -> tuple[tf.Tensor, tf.Tensor]:
        flat = tf.reshape(images, (len(share), -1))
        other = tf.gather(flat, others)
        return tf.reshape(other + share[:, None] * (flat - other), tf.shape(images)), share

    def cutmix() -> tuple[tf.Tensor, tf.Tensor]:
        side = tf.sqrt(1 - share)  # of the other's window, as a share of the picture's
        ys, xs = (tf.linspace(0.0, 1.0, tf.shape(images)[axis])[None, :] for axis in (1, 2))
        tops, lefts = ((draws[place] * (1 - side))[:, None] for place in (11, 12))
        rows = (ys >= tops) & (ys <= tops + side[:, None])
        columns = (xs >= lefts) & (xs <= lefts + side[:, None])
        window = rows[:, :, None] & columns[:, None, :]
        kept = 1 - tf.reduce_mean(tf.cast(window, tf.float32), axis=(1, 2))
        return tf.where(window[..., None], tf.gather(images, others), images), kept

    which = draws[13, 0] / how.mix
    mixed, kept = tf.case([(which < 0.5, mixup), (which < 1.0, cutmix)], default=lambda: (images, tf.ones_like(share)))
    return mixed, kept[:, None] * labels + (1 - kept[:, None]) * tf.gather(labels, others)


def _around(draw: tf.Tensor) -> tf.Tensor:
    """From [0, 1) to [-1, 1)."""
    return 2 * draw - 1
