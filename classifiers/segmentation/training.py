"""Train a segmenter, in a folder from which a stopped training goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from classifiers.loop import fit
from classifiers.segmentation.crops import Crops, Distortion
from classifiers.segmentation.fcn import CHANNELS, FcnConfig, build_network, dice, loss
from classifiers.segmentation.pairs import Pair, sample
from classifiers.segmentation.tiles import padded
from classifiers.settings import check_settings, keep_settings, names_digest
from ocr.errors import OcrError

WARMUP = 300
"""Steps in which the learning rate rises; then it falls to zero along a cosine."""


@dataclass(frozen=True)
class SegmentationConfig:
    """The settings of a training, but for its pictures.

    Pictures are reduced to `scale` of their size; an epoch is `steps` batches of `batch_size` crops of `side` pixels.
    `bfloat16` makes it faster where the processor knows that.
    """

    network: FcnConfig = field(default_factory=FcnConfig)
    distortion: Distortion = field(default_factory=Distortion)
    scale: float = 0.5
    side: int = 192
    batch_size: int = 8
    epochs: int = 100
    steps: int = 50
    learning_rate: float = 2e-3
    seed: int = 0
    bfloat16: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.scale <= 1:
            raise OcrError(f"a scale of {self.scale:g}: expected more than 0, and 1 at most")
        if min(self.batch_size, self.epochs, self.steps) < 1 or not self.learning_rate > 0:
            raise OcrError(f"{self.epochs} epochs of {self.steps} batches of {self.batch_size} at a learning rate of "
                           f"{self.learning_rate:g}: expected more than 0 of each")  # fmt: skip
        if self.side < 1 or self.side % self.network.step:
            raise OcrError(f"crops of {self.side} pixels: expected a multiple of {self.network.step}")
        if not 0 <= self.seed < 2**31:
            raise OcrError(f"a seed of {self.seed}: expected 0 to 2**31 - 1")


def train(pairs: Sequence[Pair], validation: Sequence[Pair], config: SegmentationConfig, folder: Path) -> keras.Model:
    """Return a network trained on `pairs`, in float32; `validation` is only measured, after each epoch.

    `folder` gets the settings, the log (`loop.read_log` reads it: loss, dice, val_loss, val_dice) and what is needed
    to go on: the same call goes on after a stop. Raises OcrError for the folder of another training, and when
    the loss is no number any more.
    """
    check_training(pairs, config, folder)
    keras.utils.set_random_seed(config.seed)  # of first weights and dropout
    network = build_network(config.network, "mixed_bfloat16" if config.bfloat16 else "float32")
    warmup, steps = min(WARMUP, config.steps * config.epochs // 2), config.steps * config.epochs
    rate = keras.optimizers.schedules.CosineDecay(
        config.learning_rate / 20, steps - warmup, warmup_target=config.learning_rate, warmup_steps=warmup
    )
    # XLA, which Keras would take, makes TensorFlow slower on processors, and slow to begin.
    network.compile(keras.optimizers.Adam(rate), loss, metrics=[dice], jit_compile=False)
    cuts = Crops(
        [sample(pair, config.scale) for pair in pairs], config.distortion,
        side=config.side, batch_size=config.batch_size, seed=config.seed,
    )  # fmt: skip
    keep_settings(_settings(pairs, config), folder)  # now that they are known to make a network and cuts
    fit(network, cuts.draw, config.steps, range(config.epochs), _validation(validation, config), folder)
    plain = build_network(config.network)
    plain.set_weights(network.get_weights())
    return plain


def check_training(pairs: Sequence[Pair], config: SegmentationConfig, folder: Path) -> None:
    """Raise OcrError where the settings of another training stand in its folder."""
    check_settings(_settings(pairs, config), folder)


def _settings(pairs: Sequence[Pair], config: SegmentationConfig) -> dict[str, Any]:
    names = names_digest(pair.name for pair in pairs)
    return asdict(config) | {"data": {"pictures": len(pairs), "sha256 of names": names}}


def _validation(pairs: Sequence[Pair], config: SegmentationConfig) -> dict[str, Any]:
    """Return whole pictures, one by one, as they are of several sizes."""
    samples = [sample(pair, config.scale) for pair in pairs]

    def each() -> Any:
        for one in samples:
            image, targets = (padded(pixels, config.network.step) for pixels in (one.image, one.targets))
            yield image[None].astype(np.float32), targets[None].astype(np.float32) / 255

    shapes = (tf.TensorSpec((1, None, None, 3), tf.float32), tf.TensorSpec((1, None, None, CHANNELS), tf.float32))
    whole = tf.data.Dataset.from_generator(each, output_signature=shapes)
    return {"x": whole.apply(tf.data.experimental.assert_cardinality(len(samples)))}
