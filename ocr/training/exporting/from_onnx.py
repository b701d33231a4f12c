"""Restore the Keras network that a bundle's ONNX network was exported from.

It stays because bundles hold no other weights: LiteRT, `train --from` and `average` begin with shipped models.
"""

from __future__ import annotations

import keras
import numpy as np

from ocr.bundle import Bundle
from ocr.errors import OcrError
from ocr.inference.runtime import onnxruntime
from ocr.text.vocabulary import Vocabulary
from ocr.training.network import ARCHITECTURES, NetworkConfig, build_network
from ocr.training.weights.warm_start import bundle_weights

TOLERANCE = 1e-3
"""Largest difference between the outputs of the bundle's network and of the restored one."""


def restore(bundle: Bundle, *, width: int | None = None, unroll: bool = False) -> keras.Model:
    """Return a bundle's network in Keras, uint8 images (N, height, W, C) to logits (N, W // stride, classes).

    Batch norm stands in the convolutions since the export; the restored layers of that kind only add an offset. `width`
    fixes the width of images in pixels; `unroll` as for `build_network`. Raises OcrError for a network that was not
    exported by this program, and where both networks' logits differ by more than 1e-3 on random images.
    """
    weights = bundle_weights(bundle)
    config = network_config(bundle, weights.architecture, width)
    network = build_network(config, unroll=unroll)
    for layer in network.layers:
        if layer.weights:
            given = weights.layers.get(layer.name, [])
            if [each.shape for each in given] != [tuple(each.shape) for each in layer.weights]:
                raise OcrError(f"{bundle.folder}: its network has not the {layer.name} of {weights.architecture!r}")
            layer.set_weights(given)
    _compare(bundle, network, config)
    return network


def network_config(bundle: Bundle, architecture: str, width: int | None = None) -> NetworkConfig:
    """Return the settings of the network of that name in a bundle. Raises OcrError for a name that is not known."""
    config = bundle.config
    size = Vocabulary(config.vocabulary).size
    length = None
    if architecture in ARCHITECTURES and ARCHITECTURES[architecture].heads:
        if width not in (None, config.max_width):
            raise OcrError(f"{bundle.folder}: its network takes images {config.max_width} pixels wide, not {width}")
        width, length = config.max_width, config.max_width // (2 * config.stride)
    return NetworkConfig(size, architecture, config.height, len(config.channels), width, length)


def _compare(bundle: Bundle, network: keras.Model, config: NetworkConfig) -> None:
    """Raise OcrError unless both networks give the same logits, on noise and on sparse ink."""
    session = onnxruntime.InferenceSession(bundle.model, providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    shape = (1, config.height, config.width or 7 * config.stride, config.channels)
    noise = rng.integers(0, 256, shape, dtype=np.uint8)
    for images in (noise, np.where(rng.random(shape) < 0.1, noise, np.uint8(255))):
        (theirs,) = session.run(["logits"], {"images": images})
        ours = keras.ops.convert_to_numpy(network(images, training=False))
        if ours.shape != theirs.shape or not (apart := float(np.abs(ours - theirs).max())) <= TOLERANCE:
            how = f"by {apart:.2g}" if ours.shape == theirs.shape else f"in shape, {ours.shape} and {theirs.shape}"
            raise OcrError(f"{bundle.folder}: its network differs from that restored in Keras {how}")
