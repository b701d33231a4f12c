"""Weights for a network with more convolutions than the one that they come from, such as "finer" after "fine".

Convolutions are matched in order by their shapes. Those in between that have no counterpart begin as identities: what
comes to them has passed a ReLU, so it passes them unchanged. Where strides and pools agree, both networks give the same
outputs, and only training makes something of the new layers. The idea is that of Chen, Goodfellow and Shlens,
"Net2Net: Accelerating Learning via Knowledge Transfer" (2016).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

Arrays = list[npt.NDArray[Any]]


def deepened(layers: Mapping[str, Arrays], network: keras.Model) -> tuple[dict[str, Arrays], tuple[str, ...]]:
    """Return the weights by `network`'s names for its layers, and the names of its batch norms behind identities.

    layers: the weights of `conv_1`, `norm_1` and so on of another network. They come back as they are, with no
    identities, where convolutions remain that have no place in `network`, and where it has no more of them.
    """
    kernels = {layer.name: tuple(layer.weights[0].shape) for layer in network.layers if layer.name.startswith("conv_")}
    given = [name for name in layers if name.startswith("conv_")]
    if len(kernels) <= len(given):
        return dict(layers), ()
    made = {name: arrays for name, arrays in layers.items() if not name.startswith(("conv_", "norm_"))}
    waiting, identities = given[::-1], []
    for name, shape in kernels.items():
        norm = name.replace("conv_", "norm_")
        if waiting and layers[waiting[-1]][0].shape == shape:
            source = waiting.pop()
            made[name], made[norm] = layers[source], layers[source.replace("conv_", "norm_")]
        elif shape[2] == shape[3] and min(shape[:2]) % 2 and len(waiting) < len(given):
            made[name], made[norm] = [identity(shape)], plain_norm(np.zeros(shape[3], np.float32))
            identities.append(norm)
    return (dict(layers), ()) if waiting else (made, tuple(identities))


def identity(shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Return a kernel (rows, columns, channels, channels), both odd, that leaves images as they are."""
    kernel = np.zeros(shape, np.float32)
    kernel[shape[0] // 2, shape[1] // 2] = np.eye(shape[2], dtype=np.float32)
    return kernel


def plain_norm(bias: npt.NDArray[Any]) -> Arrays:
    """Return gamma, beta, mean and variance of a batch norm that only adds `bias`."""
    one, zero = np.ones_like(bias), np.zeros_like(bias)
    return [one, bias, zero, one - np.float32(keras.layers.BatchNormalization().epsilon)]
