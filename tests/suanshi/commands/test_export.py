"""`suanshi export`: the files that it writes, and what it refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from ocr.bundle import MODEL_FILE, BundleConfig, save_bundle
from ocr.inference.runtime import onnxruntime
from suanshi.main import suanshi

Save = Callable[..., Path]


def export(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, ["export", *map(str, arguments)])


def test_onnx_is_the_bundles_own_network(grey_bundle: Save, tmp_path: Path) -> None:
    folder, out = grey_bundle(), tmp_path / "reader.onnx"
    result = export(folder, out)
    assert result.exit_code == 0, result.output
    assert "(N, 60, a multiple of 60 up to 180, 1), uint8" in result.output
    assert out.read_bytes() == (folder / MODEL_FILE).read_bytes()
    assert not list(tmp_path.glob(".part-*"))


@pytest.mark.parametrize(("architecture", "sizes"), [("compact", {}), ("heads", {"width": 32, "length": 4})])
def test_litert_reads_like_the_bundle(architecture: str, sizes: dict[str, int], tmp_path: Path) -> None:
    from ocr.training.exporting.litert import Interpreter
    from ocr.training.exporting.to_onnx import export as to_onnx
    from ocr.training.network import NetworkConfig, build_network

    network = NetworkConfig(4, architecture, height=16, channels=1, **sizes)
    folder = tmp_path / "bundle"
    width, step = (32, 32) if sizes else (30, 16)
    config = BundleConfig("captcha", "012", 16, width, step, ("grey",), "any", stride=4, threshold=0.9)
    model = to_onnx(build_network(network), network)
    save_bundle(folder, config, model)
    result = export(folder, tmp_path / "reader.tflite", "--format", "litert")
    assert result.exit_code == 0, result.output
    assert "images (1, 16, 32, 1), uint8" in result.output
    images = np.random.default_rng(3).integers(0, 256, (1, 16, 32, 1), dtype=np.uint8)
    (expected,) = onnxruntime.InferenceSession(model).run(["logits"], {"images": images})
    with Interpreter((tmp_path / "reader.tflite").read_bytes()) as reader:
        assert reader.shape == (1, 16, 32, 1)
        np.testing.assert_allclose(reader.logits(images), expected, atol=1e-3)
        assert not [name for name in reader.operations() if name.startswith(("Flex", "CUSTOM", "WHILE"))]


def test_a_network_from_elsewhere_is_no_litert(grey_bundle: Save, tmp_path: Path) -> None:
    result = export(grey_bundle(), tmp_path / "reader.tflite", "--format", "litert")
    assert result.exit_code == 2
    assert "has other layers than those trained here" in result.output
    assert not (tmp_path / "reader.tflite").exists()


def test_a_broken_network_is_refused(grey_bundle: Save, tmp_path: Path) -> None:
    result = export(grey_bundle(model=b"\x08\x08"), tmp_path / "reader.onnx")
    assert result.exit_code == 2
    assert "cannot be loaded" in result.output


def test_wrong_places_are_refused(grey_bundle: Save, tmp_path: Path) -> None:
    folder = grey_bundle()
    for out in (tmp_path / "gone" / "x.onnx", tmp_path, folder / MODEL_FILE):
        before = (folder / MODEL_FILE).read_bytes()
        assert export(folder, out).exit_code == 2
        assert (folder / MODEL_FILE).read_bytes() == before
    assert export("nobody", tmp_path / "x.onnx").exit_code == 2


def test_a_file_that_cannot_be_written_is_named(
    grey_bundle: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "x.onnx"

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    folder = grey_bundle()
    monkeypatch.setattr(Path, "replace", refuse)
    result = export(folder, out)
    assert result.exit_code == 1
    assert f"{out}: cannot be written" in result.output
    assert not out.exists()


def test_missing_packages_are_told(grey_bundle: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("ocr.training")]:
        monkeypatch.delitem(sys.modules, name)
    folder = grey_bundle()
    monkeypatch.setattr("ocr.extras.find_spec", lambda name: None if name in ("tensorflow", "onnx") else object())
    result = CliRunner().invoke(suanshi, ["export", str(folder), str(tmp_path / "x.tflite"), "--format", "litert"])
    assert result.exit_code == 2
    assert "suanshi: export --format litert needs tensorflow and onnx, which are not installed" in result.output
    assert f"{sys.executable} -m pip install tensorflow onnx\n" in result.output
    assert export(folder, tmp_path / "x.onnx", "--format", "onnx").exit_code == 0
