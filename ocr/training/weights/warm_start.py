"""Begin training with the weights of a bundle, or of a run, keeping what fits when images or alphabet differ."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from ocr.bundle import Bundle
from ocr.errors import OcrError
from ocr.text.vocabulary import Vocabulary
from ocr.training.network import NetworkConfig, build_network
from ocr.training.run import load_averaged
from ocr.training.weights.net2net import Arrays, deepened, plain_norm

CALIBRATION = 8
"""Batches by which the statistics of a network are measured that was exported without them."""

LAST = ("logits", "heads")
"""Layers that give the logits: of any length of text, or of one."""


@dataclass(frozen=True, eq=False)
class Weights:
    """A network's weights as Keras orders them, by its layers' names.

    characters: those of the logits, the blank before them. architecture: its name in ocr.training.network. folded:
    whether the batch norms stand in the convolutions.
    """

    layers: dict[str, Arrays]
    characters: str
    architecture: str
    folded: bool


def bundle_weights(bundle: Bundle, best: Path | None = None) -> Weights:
    """Return the weights of a bundle, from `best`, the file of its run's best network, where there is one.

    Else they are read from the bundle's ONNX network. Raises OcrError for a network that was not exported here.
    """
    if best is not None and best.exists():
        network, config, description = load_averaged(best)
        return Weights(_layers(network), description["characters"], config.architecture, folded=False)
    try:
        graph = onnx.load_model_from_string(bundle.model).graph
    except Exception as error:  # protobuf's own errors have no class in common
        raise OcrError(f"{bundle.folder}: its network cannot be read: {error}") from error
    constants = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    try:
        layers = _from_constants(constants)
    except (KeyError, ValueError) as error:
        raise OcrError(f"{bundle.folder}: its network has other layers than those trained here ({error})") from error
    return Weights(layers, bundle.config.vocabulary, graph.name, folded=True)


def started(
    config: NetworkConfig,
    vocabulary: Vocabulary,
    weights: Weights,
    batches: Iterable[npt.NDArray[np.uint8]],
    *,
    seed: int = 0,
) -> tuple[keras.Model, tuple[str, ...]]:
    """Return a network with all of `weights` that fits, the rest new, and the names of the layers that are new; of
    those that begin as identities it is said.

    What gives the logits is kept by characters, and the blank's. `batches` are images (N, height, W, C), as it will be
    trained on: a network that was exported has no statistics of its batch norms, so these are measured, and its outputs
    stay the same. A network with more convolutions, otherwise alike, begins with the same outputs, too: see
    `ocr.training.weights.net2net`. Raises OcrError when no layer fits.
    """
    network = build_network(config, seed=seed)
    layers, identities = deepened(weights.layers, network)
    fresh = []
    for layer in network.layers:
        if not layer.weights or layer.name in LAST:
            continue
        given = layers.get(layer.name)
        normed = layer.name.replace("norm_", "conv_").removesuffix("_norm")  # a batch norm goes with its layer
        shapes = [tuple(each.shape) for each in layer.weights]
        if given is not None and normed not in fresh and [each.shape for each in given] == shapes:
            layer.set_weights(given)
        else:
            fresh.append(layer.name)
    last = LAST[0] if config.length is None else LAST[1]
    if not _keep_characters(network.get_layer(last), config.length or 1, vocabulary, weights):
        fresh.append(last)
    if "conv_1" in fresh:
        raise OcrError("nothing of these weights fits the network: it looks at other channels, or is of another kind")
    if weights.folded:
        _measure(network, batches, [name for name in layers if name not in fresh])
    elif identities:
        _measure(network, batches, identities)
    return network, (*fresh, *(f"{norm.replace('norm_', 'conv_')} (an identity)" for norm in identities))


def _layers(network: keras.Model) -> dict[str, Arrays]:
    return {layer.name: layer.get_weights() for layer in network.layers if layer.weights}


def _from_constants(constants: dict[str, npt.NDArray[Any]]) -> dict[str, Arrays]:
    """Undo what ocr.training.exporting.to_onnx does to weights; batch norms get a scale of 1."""
    layers: dict[str, Arrays] = {}
    count = sum(name.startswith("conv_") and name.endswith("_kernel") for name in constants)
    if not count:
        raise ValueError("no convolutions")
    for number in range(1, count + 1):
        kernel = constants[f"conv_{number}_kernel"].transpose(2, 3, 1, 0)
        layers[f"conv_{number}"] = [kernel * np.float32(255) if number == 1 else kernel]
        layers[f"norm_{number}"] = plain_norm(constants[f"conv_{number}_bias"])
    if "heads_kernel" in constants:
        layers["heads"] = [constants["heads_kernel"], constants["heads_bias"]]
        return layers
    layers["columns"] = [constants["columns_kernel"]]
    layers["columns_norm"] = plain_norm(constants["columns_bias"])
    for name in ("gru_1", "gru_2"):
        layers[name] = []
        for way in range(2):
            kernel, recurrent, bias = (
                constants[f"{name}_{part}"][way] for part in ("kernel", "recurrent_kernel", "bias")
            )
            layers[name] += [kernel.T, recurrent.T, bias.reshape(2, -1)]
    layers["logits"] = [constants["logits_kernel"], constants["logits_bias"]]
    return layers


def _keep_characters(layer: keras.layers.Layer, length: int, vocabulary: Vocabulary, weights: Weights) -> bool:
    """Give the logits that both have to the layer, one of LAST for `length` characters; whether any character has."""
    given = weights.layers.get(layer.name)
    if given is None:
        return False
    blanks = int(layer.name == "logits")  # heads have none
    sizes = [(length, len(characters) + blanks) for characters in (vocabulary.characters, weights.characters)]
    kernel, bias = layer.get_weights()
    if given[0].shape != (len(kernel), math.prod(sizes[1])):
        return False
    places = {char: place for place, char in enumerate(weights.characters, start=blanks)}
    both = [(own, places[char]) for own, char in enumerate(vocabulary.characters, start=blanks) if char in places]
    mine, theirs = ([*range(blanks), *some] for some in (zip(*both, strict=True) if both else ((), ())))
    mixed = []
    for own, other in zip((kernel, bias), given, strict=True):
        own = own.reshape(-1, *sizes[0])
        own[..., mine] = other.reshape(-1, *sizes[1])[..., theirs]
        mixed.append(own)
    layer.set_weights([mixed[0].reshape(kernel.shape), mixed[1].reshape(bias.shape)])
    return bool(both)


def _measure(network: keras.Model, batches: Iterable[npt.NDArray[np.uint8]], kept: Sequence[str]) -> None:
    """Give batch norms the statistics of what they see, and a scale and an offset that leave their output as it is.

    Without this the first step of training, in which they go by the batch's own statistics, would undo the weights.
    """
    norms = [
        layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization) and layer.name in kept
    ]
    seen = keras.Model(network.input, [norm.input for norm in norms])
    sums = [(np.zeros(norm.gamma.shape), np.zeros(norm.gamma.shape)) for norm in norms]
    counts = np.zeros(len(norms))
    for images in batches:
        for index, values in enumerate(seen(images, training=False)):
            flat = keras.ops.convert_to_numpy(values).reshape(-1, values.shape[-1]).astype(np.float64)
            first, second = sums[index]
            sums[index] = first + flat.sum(0), second + (flat**2).sum(0)
            counts[index] += len(flat)
    if not counts.all():
        raise OcrError("there are no images to measure the network's statistics by")
    for norm, (first, second), count in zip(norms, sums, counts, strict=True):
        mean = first / count
        variance = np.maximum(second / count - mean**2, 0)
        gamma, beta, old_mean, old_variance = (np.asarray(each, np.float64) for each in norm.get_weights())
        scale = gamma / np.sqrt(old_variance + norm.epsilon)
        offset = beta - old_mean * scale
        norm.set_weights([scale * np.sqrt(variance + norm.epsilon), offset + scale * mean, mean, variance])
