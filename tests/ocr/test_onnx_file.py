"""Networks that take their weights from other files are refused, wherever a bundle comes in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from ocr.bundle import MODELS, load_bundle
from ocr.errors import BundleError
from ocr.inference.recognizer import load_recognizer
from ocr.onnx_file import OnnxError, check_self_contained
from suanshi.main import suanshi

onnx = pytest.importorskip("onnx")
Save = Callable[..., Path]

SHIPPED = sorted(path.parent.name for path in MODELS.glob("*/model.onnx"))


def outside(tensor: Any, **values: str) -> None:
    """Have the values of a tensor lie in another file."""
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in values.items():
        tensor.external_data.add(key=key, value=value)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_networks_are_whole(name: str) -> None:
    check_self_contained((MODELS / name / "model.onnx").read_bytes())


def test_a_network_with_weights_elsewhere_is_refused_at_every_door(
    tmp_path: Path, grey_bundle: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = grey_bundle()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_bytes(np.arange(17, dtype=np.float32).tobytes())
    network = onnx.load_model_from_string(load_bundle(folder).model)
    (weights,) = (each for each in network.graph.initializer if each.name == "levels")
    outside(weights, location="secret", length="68")
    (folder / "model.onnx").write_bytes(network.SerializeToString())
    for load in (load_bundle, load_recognizer):
        with pytest.raises(BundleError, match=r"model\.onnx cannot be loaded: it takes weights from another file"):
            load(folder)
    result = CliRunner().invoke(suanshi, ["average", str(folder), str(folder), "--out", str(tmp_path / "mean")])
    assert result.exit_code == 2
    assert "takes weights from another file" in result.stderr
    assert not (tmp_path / "mean").exists()
    out = str(tmp_path / "new")
    result = CliRunner().invoke(suanshi, ["train", "arithmetic", "--out", out, "--from", str(folder), "--steps", "1"])
    assert result.exit_code == 2
    assert "takes weights from another file" in result.stderr


def tensors() -> dict[str, Callable[[Any, Any], None]]:
    """Places in a network where a tensor may stand."""

    def attribute(model: Any, tensor: Any) -> None:
        model.graph.node.add(op_type="Constant", output=["x"]).attribute.add(name="value").t.CopyFrom(tensor)

    def of_several(model: Any, tensor: Any) -> None:
        model.graph.node.add(op_type="If").attribute.add(name="a").tensors.add().CopyFrom(tensor)

    def branch(model: Any, tensor: Any) -> None:
        model.graph.node.add(op_type="If").attribute.add(name="then_branch").g.initializer.add().CopyFrom(tensor)

    def function(model: Any, tensor: Any) -> None:
        model.functions.add(name="f").node.add(op_type="Constant").attribute.add(name="value").t.CopyFrom(tensor)

    def sparse(model: Any, tensor: Any) -> None:
        model.graph.sparse_initializer.add().values.CopyFrom(tensor)

    def sparse_attribute(model: Any, tensor: Any) -> None:
        model.graph.node.add(op_type="Constant").attribute.add(name="v").sparse_tensor.indices.CopyFrom(tensor)

    def training(model: Any, tensor: Any) -> None:
        model.training_info.add().algorithm.initializer.add().CopyFrom(tensor)

    return {
        each.__name__: each for each in (attribute, of_several, branch, function, sparse, sparse_attribute, training)
    }


@pytest.mark.parametrize("place", tensors().values(), ids=tensors())
def test_tensors_are_found_wherever_they_stand(place: Callable[[Any, Any], None]) -> None:
    sound = onnx.numpy_helper.from_array(np.ones(2, np.float32), "w")
    model = onnx.helper.make_model(onnx.helper.make_graph([], "g", [], []))
    place(model, sound)
    check_self_contained(model.SerializeToString())
    outside(sound, location="secret")
    place(model, sound)
    with pytest.raises(OnnxError, match="another file"):
        check_self_contained(model.SerializeToString())


def test_damaged_files_and_other_formats_are_refused() -> None:
    model = (MODELS / SHIPPED[0] / "model.onnx").read_bytes()
    for damaged in (model[:-5], b"hello, this is none", b"\xff" * 40, model[:4] + b"ORTM" + model[8:]):
        with pytest.raises(OnnxError):
            check_self_contained(damaged)


def test_graphs_too_deep_within_graphs_are_refused() -> None:
    deep = b""
    for _ in range(200):  # a graph in an attribute of a node of a graph ...
        for field in (6, 5, 1):
            deep = message(field, deep)
    with pytest.raises(OnnxError, match="levels of messages deep"):
        check_self_contained(message(7, deep))


def message(field: int, content: bytes) -> bytes:
    """A field of a protobuf message that holds another message."""
    size, length = len(content), b""
    while size > 127:
        size, length = size >> 7, length + bytes([size & 127 | 128])
    return bytes([field << 3 | 2]) + length + bytes([size]) + content


def test_a_damaged_network_is_refused_without_a_word(grey_bundle: Save, capfd: pytest.CaptureFixture[str]) -> None:
    """ONNX Runtime's Python part prints where it falls back on another provider."""
    folder = grey_bundle()
    model = (folder / "model.onnx").read_bytes()
    for name in (b"Reshape", b"logits"):
        (folder / "model.onnx").write_bytes(model.replace(name, b"\xa2" * len(name)))
        with pytest.raises(BundleError):
            load_recognizer(folder)
    assert capfd.readouterr() == ("", "")
