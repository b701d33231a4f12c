"""The mean of the weights of networks that were trained on one from the other: a model soup.

Each run ends somewhere else around the same good weights, and their middle often reads better than any of them, at
no cost in reading (Wortsman et al., Model soups, ICML 2022). Networks trained from different first
weights have no such middle.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
from onnx import numpy_helper

from ocr.errors import OcrError


def averaged(models: Sequence[bytes]) -> bytes:
    """Return the ONNX network whose weights are the mean of those of `models`, exported networks of one architecture.

    Batch norms are part of the weights there. The mean is taken in float64. Raises OcrError for networks that have
    other weights or operations than the first, and for no network at all.
    """
    if not models:
        raise OcrError("there is no network to take the mean of")
    networks = [_parsed(model, number) for number, model in enumerate(models, 1)]
    constants = [{each.name: numpy_helper.to_array(each) for each in network.graph.initializer} for network in networks]
    kinds = [_kind(network) for network in networks]
    for number, kind in enumerate(kinds, 1):
        if kind != kinds[0]:
            raise OcrError(f"network {number} is of another kind than the first: no mean can be taken")
    mean = networks[0]
    for each in mean.graph.initializer:
        if each.data_type == onnx.TensorProto.FLOAT:
            values = np.mean([others[each.name] for others in constants], axis=0, dtype=np.float64)
            each.CopyFrom(numpy_helper.from_array(values.astype(np.float32), each.name))
    return bytes(mean.SerializeToString())


def _kind(network: onnx.ModelProto) -> tuple[list[bytes], dict[str, tuple[int, ...]]]:
    """Return what a network does with its weights, and their shapes by name: what networks with a mean have alike."""
    weights = {each.name: tuple(each.dims) for each in network.graph.initializer}
    return [node.SerializeToString(deterministic=True) for node in network.graph.node], weights


def _parsed(model: bytes, number: int) -> onnx.ModelProto:
    try:
        return onnx.load_model_from_string(model)
    except Exception as error:  # protobuf's own errors have no class in common
        raise OcrError(f"network {number} cannot be read: {error}") from error
