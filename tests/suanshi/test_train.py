"""`suanshi train`: a bundle comes out, wrong calls and missing packages are told without a traceback."""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from click.testing import CliRunner

from ocr.bundle import load_bundle
from ocr.training.network import ARCHITECTURES
from suanshi.train import NETWORKS, command

QUICK = ["--batch-size", "2", "--held-out", "2", "--jobs", "1", "--steps-per-epoch", "2"]


def test_the_networks_of_the_command_are_those_there_are() -> None:
    assert set(NETWORKS) == set(ARCHITECTURES)


def test_training_leaves_a_bundle_and_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "算式"
    for steps in ("2", "3"):
        result = CliRunner().invoke(command, ["arithmetic", "--out", str(out), "--steps", steps, *QUICK])
        assert result.exit_code == 0, result.output
    bundle = load_bundle(out)
    card = bundle.config.card
    assert (card["steps"], card["images"]) in ((2, 4), (3, 6))  # the best of two epochs
    assert set(card["accuracy"]) == {"contest", "library", "wide", "typefaces"}
    assert card["command"].startswith("suanshi train arithmetic --out DIR --steps 3 ")
    width = bundle.config.padded_width(bundle.config.max_width)
    images = np.zeros((1, bundle.config.height, width, len(bundle.config.channels)), np.uint8)
    (logits,) = onnxruntime.InferenceSession(bundle.model).run(["logits"], {"images": images})
    assert logits.shape == (1, width // bundle.config.stride, len(bundle.config.vocabulary) + 1)


@pytest.mark.parametrize(
    "wrong",
    [
        ["poetry", "--out", "x"],
        ["arithmetic"],
        ["arithmetic", "--out", "x", "--steps", "0"],
        ["arithmetic", "--out", "x", "--network", "huge"],
        ["arithmetic", "--out", "x", "--seed", "1000000"],
    ],
)
def test_wrong_calls_end_with_2(wrong: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(command, wrong)
    assert result.exit_code == 2
    assert "Error" in result.output
    assert not list(tmp_path.iterdir())


def test_missing_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("ocr.training")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "onnx" else object())
    result = CliRunner().invoke(command, ["arithmetic", "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "pip install 'suanshi[train]'" in result.output
    assert not (tmp_path / "out").exists()
