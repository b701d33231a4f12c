"""Reader networks by name: convolutions, columns, two bidirectional GRUs, one row of logits per column.

One of them, "heads", has no columns: each character of a text of fixed length has a softmax of its own. It gives logits
in the form of the others all the same, see `Columns`, so that it is trained, kept and read in the same way.

Everything here is written with `keras.layers` and `keras.ops` only, so the Keras backend does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from ocr.errors import OcrError
from ocr.training.normalization import (
    FrozenBatchNormalization,
    FusedBatchNormalization,
    SharedBatchNormalization,
)


@dataclass(frozen=True)
class Convolution:
    """One convolution without bias, then batch normalisation, ReLU and, where `pool` says so, max pooling.

    `stride` and `pool` are (rows, columns).
    """

    filters: int
    kernel: int = 3
    stride: tuple[int, int] = (1, 1)
    pool: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class Architecture:
    """The shape of a network, without the sizes that belong to the images and the vocabulary."""

    convolutions: tuple[Convolution, ...]
    dense: int = 0  # features per column after the flattened columns are reduced
    gru: int = 0  # units in each direction of both recurrent layers; 0: one softmax for each character instead
    dropout: float = 0.0  # before the last dense layer
    l2: float = 0.0  # penalty on every kernel
    norm_momentum: float = 0.99

    @property
    def heads(self) -> bool:
        """Whether texts have one length, and each character a softmax of its own."""
        return self.gru == 0

    @property
    def stride(self) -> int:
        """Input pixels per column of the last feature maps."""
        stride = 1
        for layer in self.convolutions:
            stride *= layer.stride[1] * layer.pool[1]
        return stride


def _blocks(depths: tuple[int, ...], filters: tuple[int, ...]) -> tuple[Convolution, ...]:
    """Return blocks of 3x3 convolutions, each block closed by 2x2 pooling."""
    return tuple(
        Convolution(count, pool=(2, 2) if index == depth - 1 else (1, 1))
        for depth, count in zip(depths, filters, strict=True)
        for index in range(depth)
    )


def _reader(*first: Convolution) -> Architecture:
    """Return a network of our own that begins with these convolutions, which reduce its images to a quarter."""
    last = Convolution(48), Convolution(64, pool=(2, 1)), Convolution(96, pool=(2, 1))
    return Architecture((*first, *last), dense=128, gru=128, dropout=0.1)


ARCHITECTURES: MappingProxyType[str, Architecture] = MappingProxyType(
    {
        # About 80 million multiply-adds for 60x180x2, made for reading on a laptop's processor.
        "compact": _reader(Convolution(16, kernel=5, stride=(2, 2)), Convolution(32, pool=(2, 2))),
        # The same, but it looks at every pixel: where characters differ by one or two. A third more work.
        "fine": _reader(Convolution(16, kernel=5, pool=(2, 2)), Convolution(32, pool=(2, 2))),
        # It looks twice at every pixel: where characters differ by less than one.
        "finer": _reader(
            Convolution(16, kernel=5), Convolution(16, pool=(2, 2)), Convolution(32), Convolution(32, pool=(2, 2))
        ),
        # It looks again at what small characters are made of, where images are halved and where they are quartered.
        "deep": Architecture(
            (
                *(Convolution(16, kernel=5, pool=(2, 2)), Convolution(16), Convolution(32, pool=(2, 2))),
                *(Convolution(48), Convolution(48), Convolution(64, pool=(2, 1)), Convolution(96, pool=(2, 1))),
            ),
            dense=128,
            gru=128,
            dropout=0.1,
        ),
        # For captchas of any kind, 48 pixels high, in colour: 1.1 million weights.
        "broad": Architecture(
            (
                *(Convolution(24, kernel=5, pool=(2, 2)), Convolution(48, pool=(2, 2)), Convolution(80)),
                *(Convolution(96, pool=(2, 1)), Convolution(128, pool=(2, 1)), Convolution(160)),
            ),
            dense=160,
            gru=160,
            dropout=0.1,
        ),
        # The networks of the course: one softmax for each character, and columns with CTC. Its winner's is deeper.
        "heads": Architecture(_blocks((2, 2, 2, 2), (32, 64, 128, 256)), dropout=0.25),
        "course": Architecture(_blocks((2, 2, 2), (32, 64, 128)), dense=128, gru=128, l2=1e-5),
        "course-final": Architecture(_blocks((3, 4, 6), (32, 64, 128)), dense=128, gru=128, l2=1e-5),
    }
)


@dataclass(frozen=True)
class NetworkConfig:
    """Settings of a network: its architecture's name, the images' size and the number of classes."""

    vocabulary_size: int  # classes with the blank, which is class 0
    architecture: str = "compact"
    height: int = 60
    channels: int = 2
    width: int | None = None  # None: any width that is a multiple of `stride`
    length: int | None = None  # characters of every text, for networks with a softmax for each, and only for these

    def __post_init__(self) -> None:
        if self.architecture not in ARCHITECTURES:
            known = ", ".join(sorted(ARCHITECTURES))
            raise OcrError(f"unknown network {self.architecture!r}; known are: {known}")
        if self.vocabulary_size < 2 or self.height < 1 or self.channels < 1:
            raise OcrError(f"a network needs at least two classes, one row and one channel, not {self}")
        if self.layout.heads:
            if self.length is None or self.width is None:
                raise OcrError(f"the network {self.architecture!r} needs the length of its texts and a width of images")
            if self.length < 1 or self.width < 1 or self.width % (2 * self.length):
                raise OcrError(
                    f"width {self.width} is no multiple of {2 * self.length}, two columns for each of {self.length} "
                    "characters"
                )
        elif self.length is not None:
            raise OcrError(f"the network {self.architecture!r} reads texts of any length, not of {self.length} only")
        if self.width is not None and self.width % self.stride:
            raise OcrError(f"width {self.width} is no multiple of {self.stride}, the stride of {self.architecture}")

    @property
    def layout(self) -> Architecture:
        """The architecture that the name stands for."""
        return ARCHITECTURES[self.architecture]

    @property
    def stride(self) -> int:
        """Input pixels per column of logits."""
        if self.length is not None and self.width is not None:
            return self.width // (2 * self.length)
        return self.layout.stride


NEVER = -1e4
"""Logit of what cannot be: the softmax of it is 0 in float32."""


@keras.saving.register_keras_serializable("suanshi")
class Columns(keras.layers.Layer):  # type: ignore[misc]
    """From the logits of heads, (N, length, characters), to columns as CTC has them, (N, 2 * length, characters + 1).

    Column 2i is head i, in which the blank cannot be; column 2i + 1 is surely the blank. So there is one path for each
    text of that length: its probability is the product of the heads', CTC's loss is the sum of their cross-entropies,
    and greedy decoding reads each head.
    """

    def call(self, heads: Any) -> Any:
        length, characters = heads.shape[1:]
        # Padded to (N, length, 2, characters + 1); then the blank of every second column is raised to 0.
        x = keras.ops.expand_dims(heads, 2)
        x = keras.ops.pad(x, ((0, 0), (0, 0), (0, 1), (1, 0)), constant_values=NEVER)
        x = x + keras.ops.convert_to_tensor(sure_blanks(characters + 1))
        return keras.ops.reshape(x, (-1, 2 * length, characters + 1))


def sure_blanks(classes: int) -> npt.NDArray[np.float32]:
    """Return what makes the padding of `Columns` a sure blank: (1, 1, 2, classes), float32."""
    raised = np.zeros((1, 1, 2, classes), np.float32)
    raised[..., 1, 0] = -NEVER
    return raised


def build_network(
    config: NetworkConfig, *, seed: int = 0, bfloat16: bool = False, unroll: bool = False, frozen_norms: bool = False
) -> keras.Model:
    """Return an untrained network, uint8 images (N, height, W, C) to float32 logits (N, W // stride, classes).

    In the images 255 is paper and 0 is ink; the network turns that round (ink 1, paper 0), so that padding
    with zeros inside the convolutions means paper. The logits are not normalised. The same seed gives the
    same weights. With `bfloat16` all convolutions but the first compute in that type, which saves a quarter of a
    training step's time on processors that know it; weights and everything else stay float32. With `unroll`, for a
    config with a width, recurrent layers are written out column by column, not as loops. With `frozen_norms` batch
    norms keep their statistics in training. Layers are named `conv_1`, `norm_1`, ..., `columns`, `columns_norm`,
    `gru_1`, `gru_2`, `logits`; with a softmax for each character the convolutions are followed by `heads` alone.
    """
    layout = config.layout
    layers = keras.layers
    regularizer = keras.regularizers.L2(layout.l2) if layout.l2 else None
    seeds = iter(range(seed * 1000, (seed + 1) * 1000))

    def glorot() -> keras.Initializer:
        return keras.initializers.GlorotUniform(seed=next(seeds))

    def gru(*, backwards: bool) -> keras.layers.Layer:
        return layers.GRU(
            layout.gru,
            return_sequences=True,
            go_backwards=backwards,
            unroll=unroll,
            reset_after=True,  # the variant that ONNX calls linear_before_reset
            kernel_initializer=glorot(),
            recurrent_initializer=keras.initializers.Orthogonal(seed=next(seeds)),
            kernel_regularizer=regularizer,
            recurrent_regularizer=regularizer,
        )

    def both_ways(merge: str, name: str) -> keras.layers.Layer:
        # The second layer is given because a copy of the first would start from the very same weights.
        return layers.Bidirectional(
            gru(backwards=False), merge_mode=merge, backward_layer=gru(backwards=True), name=name
        )

    norm = FrozenBatchNormalization if frozen_norms else FusedBatchNormalization
    images = layers.Input((config.height, config.width, config.channels), dtype="uint8", name="images")
    x = layers.Rescaling(-1 / 255, offset=1.0, name="ink")(images)
    for number, convolution in enumerate(layout.convolutions, start=1):
        # Normalising the first, largest maps takes TensorFlow eight times as long in bfloat16 as in float32.
        policy = "mixed_bfloat16" if bfloat16 and number > 1 else "float32"
        x = layers.Conv2D(
            convolution.filters,
            convolution.kernel,
            strides=convolution.stride,
            padding="same",
            use_bias=False,
            kernel_initializer=keras.initializers.HeNormal(seed=next(seeds)),
            kernel_regularizer=regularizer,
            dtype=policy,
            name=f"conv_{number}",
        )(x)
        x = norm(momentum=layout.norm_momentum, dtype=policy, name=f"norm_{number}")(x)
        x = layers.ReLU(dtype=policy)(x)
        if convolution.pool != (1, 1):
            # "same", or the lowest of an odd number of rows would be thrown away.
            x = layers.MaxPooling2D(convolution.pool, padding="same", dtype=policy, name=f"pool_{number}")(x)
    name = config.architecture.replace("-", "_")
    if config.length is not None:
        x = layers.Flatten()(x)
        x = layers.Dropout(layout.dropout, seed=next(seeds))(x)
        characters = config.vocabulary_size - 1
        x = layers.Dense(config.length * characters, kernel_initializer=glorot(), name="heads")(x)
        x = Columns(name="logits")(layers.Reshape((config.length, characters))(x))
        return keras.Model(images, x, name=name)
    x = layers.Permute((2, 1, 3), dtype=policy)(x)
    x = layers.Reshape((-1, x.shape[2] * x.shape[3]), dtype=policy)(x)
    x = layers.Dense(
        layout.dense, use_bias=False, kernel_initializer=glorot(), kernel_regularizer=regularizer, name="columns"
    )(x)
    norm = FrozenBatchNormalization if frozen_norms else SharedBatchNormalization
    x = norm(momentum=layout.norm_momentum, name="columns_norm")(x)
    x = layers.ReLU()(x)
    x = both_ways("sum", "gru_1")(x)
    x = both_ways("concat", "gru_2")(x)
    if layout.dropout:
        x = layers.Dropout(layout.dropout, seed=next(seeds))(x)
    x = layers.Dense(
        config.vocabulary_size, kernel_initializer=glorot(), kernel_regularizer=regularizer, name="logits"
    )(x)
    return keras.Model(images, x, name=name)
