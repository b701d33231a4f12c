"""`suanshi classify`: from a folder of classes to a model, and what that is good for."""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

pytest.importorskip("tensorflow")

from classifiers.images.augmentation import Batches
from classifiers.images.networks import NetworkConfig
from suanshi.main import Commands

COUNT = 15  # pictures of each class


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suanshi.main.COMMANDS", {"classify": "classifiers"})


def classify(*arguments: object) -> Result:
    return CliRunner().invoke(Commands(), ["classify", *map(str, arguments)])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dark and bright noise, and a file that is no picture."""
    folder, rng = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    for label, name in enumerate(("bright", "dark")):
        (folder / name).mkdir()
        for number in range(COUNT):
            image = rng.integers(0, 120, (20, 30, 3)) + 120 * (1 - label)
            Image.fromarray(image.astype(np.uint8)).save(folder / name / f"{number}.png")
    (folder / "dark" / "text.png").write_text("text")
    return folder


@pytest.fixture(scope="module")
def model(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    import tensorflow as tf

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("suanshi.main.COMMANDS", {"classify": "classifiers"})
        patched.setattr("classifiers.images.experiment.NetworkConfig", functools.partial(NetworkConfig, depth=1))
        tf.config.run_functions_eagerly(True)  # to trace a network takes longer than all of its steps
        out = tmp_path_factory.mktemp("models") / "model"
        given = ("--size", 16, "--width", 8, "--epochs", 6, "--batch-size", 8, "--learning-rate", 3e-3)
        result = classify("train", data, "--out", out, *given)
        assert result.exit_code == 0, result.output
        assert "bright 15, dark 15" in result.output
        assert "left out: dark/text.png: is not an image" in result.output
        assert "of 6 held-out pictures right" in result.stdout
        again = classify("train", data, "--out", out, *given)
        assert again.exit_code == 0
        assert "has been trained so already" in again.stderr
        other = classify("train", data, "--out", out, *given, "--seed", 1)
        assert other.exit_code == 2
        assert "other settings" in other.output
        tf.config.run_functions_eagerly(False)
        yield out


def test_ctrl_c_says_how_to_go_on(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(batches: Batches, epoch: int, step: int) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(Batches, "draw", stopped)
    given = ("--size", 16, "--width", 8, "--epochs", 1, "--batch-size", 8)
    result = classify("train", data, "--out", tmp_path / "model", *given)
    assert result.exit_code == 130
    assert "the same command goes on" in result.stderr


def test_training_leaves_all_that_is_promised(model: Path) -> None:
    left = {path.name for path in model.iterdir()}
    pictures = {"curves.png", "confusion.png", "errors.png"}
    assert left == {"model.keras", "card.json", "predictions.csv", "training", *pictures}
    assert {path.name for path in (model / "training").iterdir()} == {"log.csv", "settings.json"}
    card = json.loads((model / "card.json").read_text())
    assert card["classes"] == ["bright", "dark"]
    assert card["data"]["training"] == {"bright": 11, "dark": 11}
    assert card["data"]["validation"] == {"bright": 1, "dark": 1}
    assert card["data"]["held_out"] == {"bright": 3, "dark": 3}
    assert card["figures"]["held_out"]["count"] == 6
    assert np.sum(card["figures"]["confusions"]) == 6
    assert len((model / "predictions.csv").read_text().splitlines()) == 7


def test_predict_goes_through_folders_and_names_bad_files(model: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "p.csv"
    result = classify("predict", data / "bright" / "3.png", data / "dark", "--model", model, "--csv", out)
    assert result.exit_code == 1
    assert "text.png: is not an image" in result.stderr
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert [Path(line[0]).name for line in lines[:2]] == ["3.png", "0.png"]
    assert len(lines) == COUNT + 1
    assert {line[1] for line in lines} <= {"bright", "dark"}
    assert all(0.5 <= float(line[2]) <= 1 for line in lines)
    rows = out.read_text().splitlines()
    assert rows[0] == "id,label"
    assert len(rows) == COUNT + 2


def test_explain_draws_over_each_picture(model: Path, data: Path, tmp_path: Path) -> None:
    images = [data / "bright" / "3.png", data / "dark" / "3.png"]
    result = classify("explain", *images, "--model", model, "--out", tmp_path / "new", "--class", "dark")
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"3.png", "3-2.png"}
    with Image.open(tmp_path / "new" / "3.png") as drawn:
        assert drawn.size == (30, 20)
    wrong = classify("explain", *images, "--model", model, "--out", tmp_path, "--class", "grey")
    assert wrong.exit_code == 2
    assert "no class 'grey'" in wrong.output


def test_explain_spares_its_inputs(model: Path, data: Path, tmp_path: Path) -> None:
    for name in ("a.bmp", "a.png", "a-2.png"):
        Image.open(data / "dark" / "1.png").save(tmp_path / name)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    result = classify("explain", tmp_path, "--model", model, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert all(path.read_bytes() == content for path, content in before.items())
    assert {path.name for path in tmp_path.iterdir()} - {path.name for path in before} == {
        "a-3.png", "a-4.png", "a-2-2.png"
    }  # fmt: skip


def test_a_model_without_its_settings_is_left_alone(model: Path, data: Path, tmp_path: Path) -> None:
    shutil.copytree(model, tmp_path / "model")
    shutil.rmtree(tmp_path / "model" / "training")
    result = classify("train", data, "--out", tmp_path / "model", "--network", "course", "--size", 64)
    assert result.exit_code == 2
    assert "holds a model, but not the settings of its training" in result.output


def test_an_empty_folder_is_named(model: Path, data: Path, tmp_path: Path) -> None:
    for arguments in (("predict",), ("explain", "--out", tmp_path / "out")):
        (tmp_path / "empty").mkdir(exist_ok=True)
        result = classify(*arguments, tmp_path / "empty", data / "dark" / "1.png", "--model", model)
        assert result.exit_code == 2
        assert f"{tmp_path / 'empty'}: holds no images" in result.stderr
        assert not result.stdout


def test_export_writes_litert(model: Path, tmp_path: Path) -> None:
    result = classify("export", model, tmp_path / "x.tflite")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "x.tflite").read_bytes()[4:8] == b"TFL3"
    assert [path.name for path in tmp_path.iterdir()] == ["x.tflite"]
    for out in (model / "card.json", tmp_path / "gone" / "x.tflite"):
        assert classify("export", model, out).exit_code == 2


def test_wrong_calls_are_refused(model: Path, data: Path, tmp_path: Path) -> None:
    for arguments, message in (
        (("train", data, "--out", tmp_path / "m", "--network", "transfer"), "none is fetched"),
        (("train", data, "--out", tmp_path / "m", "--base", "VGG16"), "only with --network transfer"),
        (("train", data / "dark", "--out", tmp_path / "m"), "two or more classes"),
        (("train", data, "--out", tmp_path / "m", "--network", "course", "--size", 32), "pools four times"),
        (("predict", data, "--model", tmp_path), "holds no classifier"),
        (("predict", data, "--model", model, "--csv", tmp_path / "gone" / "p.csv"), "no such folder"),
    ):
        result = classify(*arguments)
        assert result.exit_code == 2, result.output
        assert message in result.output
    assert not list(tmp_path.iterdir())
