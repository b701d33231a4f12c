"""Train a classifier, in a folder from which a stopped training goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from classifiers.images.augmentation import Augmentation, Batches
from classifiers.images.folder import Pictures
from classifiers.images.networks import BASE, Name, NetworkConfig, build_network, crop_size
from classifiers.loop import fit
from classifiers.settings import check_settings, file_digest, keep_settings, names_digest
from ocr.errors import OcrError

WARMUP = 3
"""Epochs in which the learning rate rises, where it falls along a cosine later."""


@dataclass(frozen=True)
class Recipe:
    """The settings by which a network is trained.

    A moving average of the weights is measured and kept; `average` is the share of all steps that it reaches back, 0
    for none.

    With `cosine` AdamW's learning rate falls to zero; else RMSprop keeps its own. `head_epochs` are the first ones, in
    which a pretrained base stays as it is; after them the rate is `fine_rate`.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    augmentation: Augmentation
    cosine: bool = True
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    average: float = 0.0
    head_epochs: int = 0
    fine_rate: float = 0.0

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch_size < 1 or not 0 <= self.head_epochs <= self.epochs:
            raise OcrError(f"{self.epochs} epochs, {self.head_epochs} of them for the head, of batches of "
                           f"{self.batch_size}: expected one or more of each")  # fmt: skip
        if not self.learning_rate > 0 or self.weight_decay < 0 or (self.head_epochs and not self.fine_rate > 0):
            raise OcrError(f"learning rates of {self.learning_rate:g} and {self.fine_rate:g}: expected more than 0")
        if not (0 <= self.label_smoothing < 1 and 0 <= self.average < 1):
            raise OcrError("label smoothing and the average's share lie between 0 and 1")


RECIPES: Mapping[Name, Recipe] = {
    "compact": Recipe(
        epochs=300,
        batch_size=32,
        learning_rate=1e-3,
        augmentation=Augmentation(0.35, 4 / 3, turn=10, brightness=0.3, contrast=0.3, saturation=0.3, mix=0.5),
        weight_decay=0.05,
        label_smoothing=0.1,
        average=0.03,
    ),
    "course": Recipe(
        epochs=64,
        batch_size=32,
        learning_rate=1e-4,
        augmentation=Augmentation(0.65, 1.2, turn=40, shear=0.2),
        cosine=False,
    ),
    "transfer": Recipe(
        epochs=20,
        batch_size=32,
        learning_rate=1e-3,
        augmentation=Augmentation(0.5, 4 / 3, turn=10, brightness=0.2, contrast=0.2, saturation=0.2),
        head_epochs=8,
        fine_rate=3e-5,
    ),
}


@dataclass(frozen=True)
class TrainingConfig:
    """The settings of a training, but for its pictures; `bfloat16` is faster on processors that have it."""

    network: NetworkConfig
    recipe: Recipe
    seed: int = 0
    bfloat16: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**31:
            raise OcrError(f"a seed of {self.seed}: expected 0 to 2**31 - 1")

    def size(self, epoch: int) -> int:
        """Return the side, in pixels, of the crops in an epoch."""
        full = self.network.size
        return crop_size(epoch, self.recipe.epochs, full) if self.network.name == "compact" else full


def train(pictures: Pictures, validation: Pictures, config: TrainingConfig, folder: Path) -> keras.Model:
    """Return a network trained on `pictures`, in float32; `validation` is only measured after each epoch.

    `folder` gets the settings, the log and what is needed to go on: the same call goes on after a stop. Raises OcrError
    for the folder of another training, and when the loss is no number any more.
    """
    check_training(pictures, config, folder)
    recipe = config.recipe
    keras.utils.set_random_seed(config.seed)  # of first weights and dropout
    network = build_network(config.network, bfloat16=config.bfloat16)
    batches = Batches(pictures, recipe.augmentation, config.size, batch_size=recipe.batch_size, seed=config.seed)
    measured = _validation(validation, config)
    keep_settings(_settings(pictures, config), folder)  # now that they are known to make a network and batches
    if recipe.head_epochs:
        compile_network(network, recipe, recipe.learning_rate, recipe.head_epochs, batches.steps)
        fit(network, batches.draw, batches.steps, range(recipe.head_epochs), measured, folder)
        _unfreeze(network.get_layer(BASE))
    if left := range(recipe.head_epochs, recipe.epochs):
        rate = recipe.fine_rate if recipe.head_epochs else recipe.learning_rate
        compile_network(network, recipe, rate, len(left), batches.steps)
        fit(network, batches.draw, batches.steps, left, measured, folder)
    if not config.bfloat16:
        return network
    plain = build_network(config.network)
    plain.set_weights(network.get_weights())
    return plain


def check_training(pictures: Pictures, config: TrainingConfig, folder: Path) -> None:
    """Raise OcrError where the settings of another training stand in its folder."""
    check_settings(_settings(pictures, config), folder)


def compile_network(network: keras.Model, recipe: Recipe, rate: float, epochs: int, steps: int) -> None:
    """Give a network its loss and its optimizer, which begins with `rate`, for `epochs` of `steps` batches each."""
    average = {"use_ema": recipe.average > 0, "ema_momentum": 1 - 1 / max(recipe.average * epochs * steps, 1)}
    if recipe.cosine:
        warmup = min(WARMUP, epochs - 1) * steps
        falling = keras.optimizers.schedules.CosineDecay(
            rate / 20, epochs * steps - warmup, warmup_target=rate, warmup_steps=warmup
        )
        optimizer = keras.optimizers.AdamW(falling, weight_decay=recipe.weight_decay, **average)
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    else:
        optimizer = keras.optimizers.RMSprop(rate, **average)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing)
    # XLA, which Keras may take, makes TensorFlow slower on processors, and slow to begin.
    network.compile(optimizer, loss, metrics=["accuracy"], jit_compile=False)


def _unfreeze(base: keras.Model) -> None:
    """Let a pretrained base learn, but for its norms, whose statistics come from more pictures than there are here."""
    base.trainable = True
    for layer in base.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False


def _validation(pictures: Pictures, config: TrainingConfig) -> dict[str, Any]:
    labels = np.eye(len(pictures.classes), dtype=np.float32)[pictures.labels]
    images = tf.data.Dataset.from_tensor_slices((pictures.at(config.network.size), labels))
    return {"x": images.batch(64).map(lambda some, labels: (tf.cast(some, tf.float32), labels))}


def _settings(pictures: Pictures, config: TrainingConfig) -> dict[str, Any]:
    settings = asdict(config)
    weights = config.network.weights
    settings["network"]["weights"] = weights and f"{weights.name}, sha256 {file_digest(weights)}"
    data = {"pictures": pictures.counts, "sha256 of names": names_digest(pictures.names)}
    return settings | {"data": data}
