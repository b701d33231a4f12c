"""Build classifiers, from images (N, S, S, 3) from 0 to 255 to probabilities (N, classes).

All end in a dense layer "logits" and its softmax, in float32 whatever the rest computes in; what that needs for a heat
map is in `activation.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import keras

from classifiers.card import first_line
from ocr.errors import OcrError

Name = Literal["compact", "course", "transfer"]

LEAST_SIZE, MOST_SIZE = 16, 1024
SMALL = 64
"""Pictures below this size, in pixels, reach the compact network's first block as they are, others at a quarter."""

LOGITS = "logits"
BASE = "base"
"""Names of the layer before the softmax, and of the pretrained part of a network for transfer."""


@dataclass(frozen=True)
class NetworkConfig:
    """A network for `classes` classes of pictures of `size` x `size` pixels.

    `width`, `depth` and `drop` are the compact network's: channels of its first blocks, blocks in each of its four
    stages, and how often its last block is left out in training (stochastic depth). `base` and `weights` are the name
    of a network in keras.applications and the local file with its weights, for transfer.
    """

    classes: int
    name: Name = "compact"
    size: int = 150
    width: int = 32
    depth: int = 2
    drop: float = 0.1
    base: str | None = None
    weights: Path | None = None

    def __post_init__(self) -> None:
        if self.name not in get_args(Name):
            raise OcrError(f"no network {self.name!r}: expected one of {', '.join(get_args(Name))}")
        if not LEAST_SIZE <= self.size <= MOST_SIZE:
            raise OcrError(f"a size of {self.size}: expected {LEAST_SIZE} to {MOST_SIZE} pixels")
        if self.classes < 2 or self.width < 1 or self.depth < 1 or not 0 <= self.drop < 1:
            raise OcrError(f"{self}: expected two or more classes, a width, a depth, and drop between 0 and 1")
        if self.name == "course" and self.size < SMALL:
            raise OcrError(f"the course's network pools four times: a size of {self.size} is less than {SMALL}")
        if (self.name == "transfer") != (self.base is not None):
            raise OcrError("a base is for the network transfer, which needs one, MobileNetV2 for example")


def build_network(config: NetworkConfig, *, bfloat16: bool = False) -> keras.Model:
    """Return a network with first weights by Keras's seed; of transfer's base, with those of its file.

    With `bfloat16` it computes in that, and keeps its weights in float32.
    """
    makers: dict[str, Callable[[NetworkConfig], keras.Model]] = {
        "compact": _compact, "course": _course, "transfer": _transfer,
    }  # fmt: skip
    with _precision("mixed_bfloat16" if bfloat16 else "float32"):
        return makers[config.name](config)


def _course(config: NetworkConfig) -> keras.Model:
    """The course's small VGG: four convolutions, each followed by pooling, then all that is left to one dense layer."""
    layers = keras.layers
    images = keras.Input((config.size, config.size, 3), name="images")
    features = layers.Rescaling(1 / 255)(images)
    for filters in (32, 64, 128, 512):
        features = layers.Conv2D(filters, 3, activation="relu")(features)
        features = layers.MaxPooling2D()(features)
    features = layers.Dropout(0.5)(layers.Flatten()(features))
    return keras.Model(images, _head(features, config.classes), name="course")


def _compact(config: NetworkConfig) -> keras.Model:
    """A narrow residual network (He et al. 2016) that takes pictures of any size."""
    layers = keras.layers
    images = keras.Input((None, None, 3), name="images")
    features = layers.Rescaling(1 / 64, offset=-2)(images)
    if config.size < SMALL:
        features = _norm(layers.Conv2D(config.width, 3, padding="same", use_bias=False)(features))
    else:
        features = layers.Conv2D(config.width, 5, strides=2, padding="same", use_bias=False)(features)
        features = layers.MaxPooling2D(3, 2, padding="same")(layers.ReLU()(_norm(features)))
    blocks = 4 * config.depth
    for block in range(blocks):
        stage, first = divmod(block, config.depth)
        features = _block(
            features,
            config.width * 2**stage,
            shrink=stage > 0 and not first,
            drop=config.drop * block / max(blocks - 1, 1),
        )
    features = layers.GlobalAveragePooling2D()(features)
    return keras.Model(images, _head(features, config.classes), name="compact")


def _block(features: Any, filters: int, *, shrink: bool, drop: float) -> Any:
    layers = keras.layers
    branch = layers.Conv2D(filters, 3, 2 if shrink else 1, padding="same", use_bias=False)(features)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(layers.ReLU()(_norm(branch)))
    branch = _norm(branch, gamma=0.0)  # each block begins as nothing at all
    if drop:
        branch = layers.Dropout(drop, noise_shape=(None, 1, 1, 1))(branch)
    if shrink:
        features = layers.AveragePooling2D(2, padding="same")(features)
    if features.shape[-1] != filters:
        features = _norm(layers.Conv2D(filters, 1, use_bias=False)(features))
    return layers.ReLU()(layers.Add()([features, branch]))


def _norm(features: Any, gamma: float = 1.0) -> Any:
    norm = keras.layers.BatchNormalization(momentum=0.95, gamma_initializer=keras.initializers.Constant(gamma))
    return norm(features)


def _transfer(config: NetworkConfig) -> keras.Model:
    """A network of keras.applications without its head, which does not learn yet, and a new head."""
    layers = keras.layers
    base, prepare = _application(config)
    base.trainable = False
    images = keras.Input((config.size, config.size, 3), name="images")
    features = base(prepare(layers.Identity()(images)))
    features = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(features))
    return keras.Model(images, _head(features, config.classes), name="transfer")


def _application(config: NetworkConfig) -> tuple[keras.Model, Callable[[Any], Any]]:
    """Return a network of keras.applications with the weights of a local file, and what prepares images for it."""
    makers = {name: each for name, each in vars(keras.applications).items() if name[0].isupper() and callable(each)}
    if config.base not in makers:
        raise OcrError(f"no network {config.base!r} in keras.applications: expected one of {', '.join(sorted(makers))}")
    maker = makers[config.base]
    weights = config.weights
    if weights is None or not weights.is_file():
        raise OcrError(
            f"{weights or 'no file given'}: the weights of {config.base} are to be a local file, none are fetched; "
            f"keras.applications.{config.base}(include_top=False).save_weights('NAME.weights.h5') makes one"
        )
    try:
        base = maker(include_top=False, weights=None, input_shape=(config.size, config.size, 3), name=BASE)
        base.load_weights(str(weights))
    except Exception as error:  # ValueError, OSError, KeyError, by what the file is
        raise OcrError(
            f"{weights}: not the weights of {config.base} without its head (include_top=False) for pictures of "
            f"{config.size} pixels ({first_line(error)})"
        ) from error
    return base, _preparation(maker)


def _preparation(maker: Callable[..., keras.Model]) -> Callable[[Any], Any]:
    """Return the `preprocess_input` of the module that a network of keras.applications comes from."""
    modules = (each for each in vars(keras.applications).values() if hasattr(each, "preprocess_input"))
    for module in modules:
        if any(each is maker for each in vars(module).values()):
            found: Callable[[Any], Any] = module.preprocess_input
            return found
    return lambda images: images


def _head(features: Any, classes: int) -> Any:
    logits = keras.layers.Dense(classes, dtype="float32", name=LOGITS)(features)
    return keras.layers.Softmax(dtype="float32", name="probabilities")(logits)


@contextmanager
def _precision(policy: str) -> Any:
    """Set the policy of layers that are built meanwhile; those of keras.applications take no argument for it."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def crop_size(epoch: int, epochs: int, size: int) -> int:
    """Return the side of the crops that the compact network is trained on in an epoch, of pictures read at `size`.

    It grows by thirds of the training from 64 % to 85 %: small ones take less time, and things look larger in crops
    than in whole pictures, which a larger picture at reading makes good (Touvron et al. 2019).
    """
    if size < SMALL:
        return size
    share = (0.64, 0.75, 0.85)[min(3 * epoch // max(epochs, 1), 2)]
    return math.ceil(size * share / 8) * 8
