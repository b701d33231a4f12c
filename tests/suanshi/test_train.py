"""`suanshi train`: a bundle comes out, wrong calls and missing packages are told without a traceback."""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from click.testing import CliRunner

from ocr.bundle import load_bundle
from ocr.training import locate
from ocr.training.network import ARCHITECTURES
from suanshi.train import NETWORKS, command

QUICK = ["--batch-size", "2", "--held-out", "2", "--judged", "3", "--jobs", "1", "--steps-per-epoch", "2"]


def test_the_networks_of_the_command_are_those_there_are() -> None:
    assert set(NETWORKS) == set(ARCHITECTURES)


def outputs(folder: Path) -> list[str]:
    return [entry.name for entry in onnxruntime.InferenceSession(load_bundle(folder).model).get_outputs()]


def interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_training_leaves_a_bundle_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "算式"
    with monkeypatch.context() as patched:  # Ctrl-C after the last step, while the locator is fitted
        patched.setattr(locate, "fit_locator", interrupted)
        assert CliRunner().invoke(command, ["arithmetic", "--out", str(out), "--steps", "2", *QUICK]).exit_code == 130
    assert outputs(out) == ["logits"]
    for steps in ("2", "3"):  # a run that is complete gets its locator; then it goes on
        result = CliRunner().invoke(command, ["arithmetic", "--out", str(out), "--steps", steps, *QUICK])
        assert result.exit_code == 0, result.output
        assert outputs(out) == ["logits", "places"]
    bundle = load_bundle(out)
    card = bundle.config.card
    assert (card["steps"], card["images"]) in ((2, 4), (3, 6))  # the best of two epochs
    assert set(card["accuracy"]) == {"contest", "library", "wide", "typefaces"}
    assert card["command"].startswith("suanshi train arithmetic --out DIR --steps 3 ")
    assert card["judged"]["images"] == 3
    assert card["judged"]["threshold"] == bundle.config.threshold
    assert card["judged"]["kept"] == 3
    width = bundle.config.padded_width(bundle.config.max_width)
    images = np.zeros((1, bundle.config.height, width, len(bundle.config.channels)), np.uint8)
    for output in onnxruntime.InferenceSession(bundle.model).run(None, {"images": images}):
        assert output.shape == (1, width // bundle.config.stride, len(bundle.config.vocabulary) + 1)


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
