"""Write a trained network as ONNX, by hand, so that it reads as fast as the processor lets it.

Keras' own export turns every GRU into a loop; here each bidirectional GRU is one native node, and batch norm
is folded into the convolutions. The result is compared with Keras before anybody gets to see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from ocr.errors import OcrError
from ocr.inference.runtime import onnxruntime
from ocr.text.ctc.probability import log_softmax
from ocr.training.locator import Locator, column_features
from ocr.training.network import NEVER, Convolution, NetworkConfig, sure_blanks

OPSET = 17  # old enough for any ONNX Runtime that installs today
IR_VERSION = 8
TOLERANCE = 1e-4  # largest difference between the outputs of Keras and of ONNX

Array = npt.NDArray[np.float32]


class _Graph:
    """Nodes and constants in the order in which they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.ArrayLike, dtype: type = np.float32) -> str:
        """Add a constant and return its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value, dtype=dtype), name))
        return name

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node with one output and return the output's name."""
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output


def _padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return the zeros before and after an axis that `same` means."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def _pads(rows: int, columns: int | None, kernel: tuple[int, int], stride: tuple[int, int]) -> list[int]:
    """Return ONNX pads for `same`; columns that are not known, None, are a multiple of the stride."""
    top, bottom = _padding(rows, kernel[0], stride[0])
    left, right = _padding(columns or stride[1], kernel[1], stride[1])
    return [top, left, bottom, right]


def _strided(rows: int, columns: int | None, stride: tuple[int, int]) -> tuple[int, int | None]:
    """Return the size of feature maps behind a layer that goes in such strides, with `same` padding."""
    return -(-rows // stride[0]), None if columns is None else -(-columns // stride[1])


def _folded(kernel: Array, norm: keras.layers.Layer) -> tuple[Array, Array]:
    """Return kernel (..., filters) and bias of a layer without bias that is followed by a batch norm."""
    gamma, beta, mean, variance = (
        keras.ops.convert_to_numpy(part).astype(np.float64)
        for part in (norm.gamma, norm.beta, norm.moving_mean, norm.moving_variance)
    )
    scale = gamma / np.sqrt(variance + norm.epsilon)
    return (kernel * scale).astype(np.float32), (beta - mean * scale).astype(np.float32)


def _add_convolutions(
    graph: _Graph, network: keras.Model, layers: tuple[Convolution, ...], height: int, width: int | None
) -> str:
    """Add everything from the uint8 images (N, H, W, C) to the last feature maps (N, filters, rows, T)."""
    x = graph.add("Transpose", ["images"], "channels_first", perm=[0, 3, 1, 2])
    x = graph.add("Cast", [x], "as_float", to=TensorProto.FLOAT)
    # 0 to 255; the division that makes ink 1 is left to the first kernel.
    x = graph.add("Sub", [graph.constant("paper", 255.0), x], "ink")
    rows, columns = height, width
    for number, layer in enumerate(layers, start=1):
        kernel = keras.ops.convert_to_numpy(network.get_layer(f"conv_{number}").kernel)
        kernel, bias = _folded(kernel, network.get_layer(f"norm_{number}"))
        if number == 1:
            kernel = kernel / np.float32(255)
        weights = [
            graph.constant(f"conv_{number}_kernel", kernel.transpose(3, 2, 0, 1)),
            graph.constant(f"conv_{number}_bias", bias),
        ]
        size = (layer.kernel, layer.kernel)
        pads = _pads(rows, columns, size, layer.stride)
        x = graph.add("Conv", [x, *weights], f"conv_{number}", kernel_shape=size, strides=layer.stride, pads=pads)
        x = graph.add("Relu", [x], f"relu_{number}")
        rows, columns = _strided(rows, columns, layer.stride)
        if layer.pool != (1, 1):
            pads = _pads(rows, columns, layer.pool, layer.pool)
            x = graph.add("MaxPool", [x], f"pool_{number}", kernel_shape=layer.pool, strides=layer.pool, pads=pads)
            rows, columns = _strided(rows, columns, layer.pool)
    return x


def _add_dense(graph: _Graph, x: str, name: str, kernel: Array, bias: Array) -> str:
    """Add a dense layer on the last axis."""
    x = graph.add("MatMul", [x, graph.constant(f"{name}_kernel", kernel)], f"{name}_product")
    return graph.add("Add", [x, graph.constant(f"{name}_bias", bias)], f"{name}_sum")


def _add_gru(graph: _Graph, x: str, layer: keras.layers.Layer) -> str:
    """Add a bidirectional GRU from (T, N, features) to (T, N, units) or, concatenated, (T, N, 2 units).

    Keras and ONNX order the gates alike (z, r, h) and both keep one bias for the input, one for the state.
    """
    name = layer.name
    both = [
        [keras.ops.convert_to_numpy(part) for part in (cell.kernel, cell.recurrent_kernel, cell.bias)]
        for cell in (layer.forward_layer.cell, layer.backward_layer.cell)
    ]
    units = both[0][1].shape[0]
    weights = [
        graph.constant(f"{name}_kernel", np.stack([kernel.T for kernel, _, _ in both])),
        graph.constant(f"{name}_recurrent_kernel", np.stack([recurrent.T for _, recurrent, _ in both])),
        graph.constant(f"{name}_bias", np.stack([bias.reshape(-1) for _, _, bias in both])),
    ]
    x = graph.add(
        "GRU", [x, *weights], f"{name}_states", direction="bidirectional", hidden_size=units, linear_before_reset=1
    )  # (T, 2, N, units)
    if layer.merge_mode == "sum":
        axis = graph.constant(f"{name}_axis", [1], np.int64)
        return graph.add("ReduceSum", [x, axis], name, keepdims=0)
    x = graph.add("Transpose", [x], f"{name}_aside", perm=[0, 2, 1, 3])
    return graph.add("Reshape", [x, graph.constant(f"{name}_shape", [0, 0, 2 * units], np.int64)], name)


def _add_heads(graph: _Graph, x: str, heads: keras.layers.Layer, length: int) -> None:
    """Add a softmax's logits for each character, as columns of CTC; see ocr.training.network.Columns."""
    kernel, bias = (keras.ops.convert_to_numpy(part) for part in (heads.kernel, heads.bias))
    characters = kernel.shape[1] // length
    x = graph.add("Transpose", [x], "channels_last", perm=[0, 2, 3, 1])
    x = graph.add("Flatten", [x], "flat", axis=1)
    x = _add_dense(graph, x, "heads", kernel, bias)
    x = graph.add("Reshape", [x, graph.constant("heads_shape", [0, length, 1, characters], np.int64)], "heads")
    pads = graph.constant("heads_pads", [0, 0, 0, 1, 0, 0, 1, 0], np.int64)
    x = graph.add("Pad", [x, pads, graph.constant("never", NEVER)], "heads_padded")
    x = graph.add("Add", [x, graph.constant("sure_blanks", sure_blanks(characters + 1))], "heads_and_blanks")
    graph.add("Reshape", [x, graph.constant("logits_shape", [0, 2 * length, characters + 1], np.int64)], "logits")


def build_onnx(network: keras.Model, config: NetworkConfig, locator: Locator | None = None) -> bytes:
    """Return the network as ONNX without comparing it with Keras; see `export`."""
    graph = _Graph()
    x = _add_convolutions(graph, network, config.layout.convolutions, config.height, config.width)
    if config.length is not None:
        _add_heads(graph, x, network.get_layer("heads"), config.length)
        return _model(graph, config, ["logits"])
    x = graph.add("Transpose", [x], "columns_first", perm=[3, 0, 2, 1])
    x = graph.add("Reshape", [x, graph.constant("columns_shape", [0, 0, -1], np.int64)], "columns_flat")
    kernel = keras.ops.convert_to_numpy(network.get_layer("columns").kernel)
    x = _add_dense(graph, x, "columns", *_folded(kernel, network.get_layer("columns_norm")))
    x = graph.add("Relu", [x], "columns")
    outputs = ["logits"]
    if locator is not None:
        places = _add_dense(graph, x, "places", locator.kernel, locator.bias)
        outputs.append(graph.add("Transpose", [places], "places", perm=[1, 0, 2]))
    for name in ("gru_1", "gru_2"):
        x = _add_gru(graph, x, network.get_layer(name))
    last = network.get_layer("logits")
    x = _add_dense(graph, x, "logits", keras.ops.convert_to_numpy(last.kernel), keras.ops.convert_to_numpy(last.bias))
    graph.add("Transpose", [x], "logits", perm=[1, 0, 2])
    return _model(graph, config, outputs)


def _model(graph: _Graph, config: NetworkConfig, outputs: list[str]) -> bytes:
    """Return a graph as a checked ONNX file, with its outputs' names."""
    shape_in = ["batch", config.height, config.width or "width", config.channels]
    shape_out = ["batch", config.width // config.stride if config.width else "columns", config.vocabulary_size]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            config.architecture,
            [helper.make_tensor_value_info("images", TensorProto.UINT8, shape_in)],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape_out) for name in outputs],
            graph.constants,
        ),
        producer_name="suanshi",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def _trials(config: NetworkConfig, seed: int = 0) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield random images of several batch sizes and widths, sparse ink as well as pure noise."""
    rng = np.random.default_rng(seed)
    widths = (config.width,) if config.width else (config.stride, 11 * config.stride, 45 * config.stride)
    for count, width in zip((1, 3, 2), widths * 3, strict=False):
        shape = (count, config.height, width, config.channels)
        noise = rng.integers(0, 256, shape, dtype=np.uint8)
        yield noise
        yield np.where(rng.random(shape) < 0.1, noise, np.uint8(255))


def difference(
    model: bytes, network: keras.Model, images: npt.NDArray[np.uint8], locator: Locator | None = None
) -> float:
    """Return the largest difference, in logits, probabilities and places, between ONNX Runtime and Keras.

    Logits and places count by the highest of them where that is above 1: floats are exact to so many digits, and a
    network that is sure has logits of 30 and more. Probabilities count as they are.
    """
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    theirs = {"logits": keras.ops.convert_to_numpy(network(images, training=False))}
    if locator is not None:
        theirs["places"] = column_features(network)(images) @ locator.kernel + locator.bias
    apart = 0.0
    for (name, expected), ours in zip(theirs.items(), session.run(list(theirs), {"images": images}), strict=True):
        if ours.shape != expected.shape:
            raise OcrError(f"the exported network's {name} are {ours.shape}, those of Keras {expected.shape}")
        size = np.abs(expected)
        unit = size[size < abs(NEVER) / 2].max(initial=1.0)  # what heads are sure of is no measure
        apart = max(apart, float(np.abs(ours - expected).max() / unit))
        if name == "logits":
            apart = max(apart, float(np.abs(np.exp(log_softmax(ours)) - np.exp(log_softmax(expected))).max()))
    return apart


def export(
    network: keras.Model,
    config: NetworkConfig,
    *,
    images: npt.NDArray[np.uint8] | None = None,
    locator: Locator | None = None,
) -> bytes:
    """Return the network as ONNX: "images" uint8 (N, height, W, C) to "logits" float32 (N, W // stride, classes).

    With a `locator` there is a second output of the same shape, "places". N and W are free, W in multiples of the
    stride. Raises `OcrError` unless both outputs are those of Keras to 1e-4, see `difference`, on random images of
    several sizes and on `images` (N, height, W, C), where a few real ones belong.
    """
    model = build_onnx(network, config, locator)
    for trial in (*_trials(config), *(() if images is None else (images,))):
        if not (apart := difference(model, network, trial, locator)) <= TOLERANCE:
            raise OcrError(
                f"the exported network differs from Keras by {apart:.2g} on images {trial.shape}, "
                f"at most {TOLERANCE} is allowed"
            )
    return model
