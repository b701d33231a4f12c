"""`suanshi fingerprints`: a model from a folder, and reconstructions from that model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from ocr.training.quiet import quiet
from suanshi.commands.fingerprints import command

with quiet():
    from autoencoders import fingerprints


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same network with few filters: the course's takes a second an image."""

    def build() -> keras.Model:
        picture = keras.Input((224, 224, 1))
        x = keras.layers.MaxPooling2D(4)(keras.layers.Conv2D(2, 3, padding="same", activation="relu")(picture))
        x = keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid")(keras.layers.UpSampling2D(4)(x))
        return keras.Model(picture, x)

    monkeypatch.setattr(fingerprints, "fingerprint_autoencoder", build)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "prints"
    made.mkdir()
    for finger in range(3):
        for impression in range(2):
            waves = np.sin(np.arange(60) * (0.5 + 0.1 * finger) + impression)
            Image.fromarray(np.tile(127 + 120 * waves, (50, 1)).astype(np.uint8)).save(
                made / f"{finger}_{impression}.tif"
            )
    return made


def test_train_and_reconstruct(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    result = run("train", folder, "--out", out, "--epochs", 2, "--split", "image")
    assert result.exit_code == 0, result.output
    assert "validation MSE" in result.output
    card = json.loads((out / "card.json").read_text(encoding="utf-8"))
    assert card["figures"]["validation images"] == 1
    assert "--epochs 2" in card["command"]
    assert str(tmp_path) not in json.dumps(card)

    answer = run("reconstruct", folder / "0_0.tif", folder / "1_1.tif", "--model", out, "--out", tmp_path / "made")
    assert answer.exit_code == 0, answer.output
    lines = [line.split("\t") for line in answer.output.splitlines()]
    assert [Path(file).name for file, _ in lines] == ["0_0.tif", "1_1.tif"]
    made = Image.open(tmp_path / "made" / "0_0.png")
    assert (made.size, made.mode) == ((224, 224), "L")
    assert 0 < float(lines[0][1]) < 1


def test_ctrl_c_ends_with_130_and_the_same_command_goes_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = fingerprints.FingerprintBatches.__call__

    def stopping(batches: fingerprints.FingerprintBatches, epoch: int, index: int) -> Any:
        if epoch == 1:
            raise KeyboardInterrupt
        return draw(batches, epoch, index)

    call = ("train", folder, "--out", tmp_path / "model", "--epochs", 2)
    with monkeypatch.context() as patched:
        patched.setattr(fingerprints.FingerprintBatches, "__call__", stopping)
        stopped = run(*call)
    assert stopped.exit_code == 130
    assert "goes on" in stopped.output
    assert not (tmp_path / "model" / "card.json").exists()
    assert run(*call).exit_code == 0
    log = (tmp_path / "model" / "training" / "log.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in log] == ["epoch", "0", "1"]


def test_unreadable_files_are_listed_and_the_rest_used(folder: Path, tmp_path: Path) -> None:
    (folder / "9_9.png").write_text("no picture", encoding="utf-8")
    result = run("train", folder, "--out", tmp_path / "model", "--epochs", 1)
    assert result.exit_code == 0
    assert "9_9.png: is not an image" in result.output
    assert (tmp_path / "model" / "network.keras").exists()


def test_nothing_to_train_on_is_said(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert "has none" in str(run("train", tmp_path / "none", "--out", tmp_path / "model").exception)
    assert run("train", tmp_path / "missing", "--out", tmp_path / "model").exit_code == 2


def test_a_denoiser_is_no_model_of_fingerprints(folder: Path, tmp_path: Path) -> None:
    from autoencoders.models import Model, save_model
    from autoencoders.networks import denoiser

    save_model(tmp_path / "model", Model(denoiser(1, (2, 4, 4)), "denoiser", {}))
    result = run("reconstruct", folder / "0_0.tif", "--model", tmp_path / "model", "--out", tmp_path / "made")
    assert "kind 'denoiser', expected 'fingerprints'" in str(result.exception)
