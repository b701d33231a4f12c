"""The network written by hand as ONNX gives the logits of Keras."""

from pathlib import Path

import keras
import numpy as np
import onnx
import pytest

from ocr.errors import OcrError
from ocr.training.exporting import to_onnx as exporting
from ocr.training.exporting.to_onnx import difference, export
from ocr.training.fit import FitResult
from ocr.training.locator import Locator
from ocr.training.network import NetworkConfig, build_network

from ..conftest import NETWORK, draw_batch


def scrambled(config: NetworkConfig) -> keras.Model:
    """Return a network whose biases and batch norm statistics are not those of a fresh one."""
    network = build_network(config)
    rng = np.random.default_rng(1)
    for weight in network.weights:
        value = np.asarray(weight)
        if value.ndim == 1 or "bias" in weight.path:
            weight.assign(value + rng.uniform(0, 0.5, value.shape))
    return network


@pytest.mark.parametrize(
    "config",
    [
        NetworkConfig(17, "compact", height=60, channels=2),
        NetworkConfig(5, "compact", height=33, channels=1),
        NetworkConfig(17, "course", height=60, channels=1),
        NetworkConfig(40, "course-final", height=27, channels=3),
    ],
    ids=lambda config: f"{config.architecture}-{config.height}",
)
def test_logits_equal_those_of_keras(config: NetworkConfig) -> None:
    network = scrambled(config)
    model = export(network, config)
    rng = np.random.default_rng(2)
    sizes = (config.layout.dense, config.vocabulary_size)
    locator = Locator(rng.normal(size=sizes).astype(np.float32), rng.normal(size=sizes[1]).astype(np.float32))
    located = export(network, config, locator=locator)
    for count, width in ((1, 80), (5, 48)):
        images = rng.integers(0, 256, (count, config.height, width, config.channels), dtype=np.uint8)
        assert difference(model, network, images) < 1e-4
        assert difference(located, network, images, locator) < 1e-4


@pytest.mark.parametrize(("height", "width", "length"), [(64, 136, 4), (27, 60, 3)])
def test_heads_equal_those_of_keras(height: int, width: int, length: int) -> None:
    config = NetworkConfig(11, "heads", height=height, channels=2, width=width, length=length)
    network = scrambled(config)
    model = export(network, config)
    images = np.random.default_rng(2).integers(0, 256, (3, height, width, 2), dtype=np.uint8)
    assert difference(model, network, images) < 1e-4
    (put_in,), (logits,) = (getattr(onnx.load_from_string(model).graph, end) for end in ("input", "output"))
    assert [each.dim_value for each in put_in.type.tensor_type.shape.dim] == [0, height, width, 2]
    assert [each.dim_value for each in logits.type.tensor_type.shape.dim] == [0, 2 * length, 11]


def test_a_network_for_one_width_equals_keras_too() -> None:
    config = NetworkConfig(7, "course", height=30, channels=1, width=40)
    assert export(scrambled(config), config)


def test_the_file_is_small_and_its_gru_nodes_are_native() -> None:
    config = NetworkConfig(17, "compact", height=60, channels=2)
    content = export(build_network(config), config)
    assert len(content) <= 3_000_000
    model = onnx.load_from_string(content)
    operators = [node.op_type for node in model.graph.node]
    assert operators.count("GRU") == 2
    assert not {"Loop", "Scan", "BatchNormalization"} & set(operators)
    (images,), (logits,) = model.graph.input, model.graph.output
    assert (images.name, images.type.tensor_type.elem_type) == ("images", onnx.TensorProto.UINT8)
    assert [size.dim_value or size.dim_param for size in images.type.tensor_type.shape.dim] == ["batch", 60, "width", 2]
    assert logits.name == "logits"


@pytest.mark.slow
def test_a_trained_network_passes_on_its_own_images(trained: tuple[FitResult, Path]) -> None:
    images, _ = draw_batch(0)
    assert export(trained[0].network, NETWORK, images=images)


def test_a_network_that_differs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    network, other = build_network(NETWORK, seed=0), build_network(NETWORK, seed=1)
    build = exporting.build_onnx
    monkeypatch.setattr(exporting, "build_onnx", lambda _, *rest: build(other, *rest))
    with pytest.raises(OcrError, match="differs from Keras"):
        export(network, NETWORK)


@pytest.mark.parametrize("architecture", ["compact", "heads"])
def test_a_thousandth_in_the_last_weights_is_seen(architecture: str) -> None:
    """Though logits count by the highest of them, but for what heads are sure of."""
    fixed = {"width": 136, "length": 4} if architecture == "heads" else {}
    config = NetworkConfig(11, architecture, height=64, channels=1, **fixed)
    network, other = scrambled(config), scrambled(config)
    images = np.random.default_rng(2).integers(0, 256, (2, 64, 136, 1), dtype=np.uint8)
    assert difference(export(other, config), network, images) < 1e-4
    last = other.layers[-1] if architecture == "compact" else other.get_layer("heads")
    last.set_weights([weights * 1.001 for weights in last.get_weights()])
    assert difference(exporting.build_onnx(other, config), network, images) > 1e-4


def test_a_locator_that_differs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    network = build_network(NETWORK)
    kernel = np.full((NETWORK.layout.dense, NETWORK.vocabulary_size), 0.1, np.float32)
    right, wrong = (Locator(kernel, np.full(NETWORK.vocabulary_size, bias, np.float32)) for bias in (0, 1))
    build = exporting.build_onnx
    monkeypatch.setattr(exporting, "build_onnx", lambda network, config, _: build(network, config, wrong))
    with pytest.raises(OcrError, match="differs from Keras by 1 "):
        export(network, NETWORK, locator=right)
