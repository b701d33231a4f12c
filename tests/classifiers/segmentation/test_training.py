"""The network and its training: that it learns, and goes on after a stop as if there had been none."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from classifiers.loop import read_log
from classifiers.segmentation.crops import Distortion
from classifiers.segmentation.fcn import FcnConfig
from classifiers.segmentation.pairs import Pair
from classifiers.segmentation.training import SegmentationConfig, train
from ocr.errors import OcrError

CONFIG = SegmentationConfig(
    FcnConfig((4, 8), dropout=0.0), Distortion(bend=1, stain=0.1),
    side=16, batch_size=4, epochs=6, steps=16, learning_rate=0.02, bfloat16=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    """Dark squares on light noise, and their masks."""
    rng, found = np.random.default_rng(0), []
    for name in "abcdef":
        image = rng.integers(150, 250, (61, 72, 3)).astype(np.uint8)
        objects = np.zeros((61, 72), np.int32)
        for number in (1, 2):
            top, left = rng.integers(0, 40), rng.integers(36 * (number - 1), 36 * number - 20)
            objects[top : top + 20, left : left + 20] = number
        image[objects > 0] -= 120
        found.append(Pair(name, image, objects))
    return found


@pytest.fixture(scope="module")
def trained(pairs: list[Pair], tmp_path_factory: pytest.TempPathFactory) -> tuple[keras.Model, Path]:
    """A network and the folder of its training; beside it "stopped", whose log is an epoch ahead of its backup."""
    folder = tmp_path_factory.mktemp("runs") / "run"

    save = keras.Model.save_weights

    def copying(network: keras.Model, path: Path) -> None:
        if len(read_log(folder)) == CONFIG.epochs - 1:
            shutil.copytree(folder, folder.with_name("stopped"))
        save(network, path)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keras.Model, "save_weights", copying)
        network = train(pairs[:4], pairs[4:], CONFIG, folder)
    return network, folder


def test_it_learns_and_tells_how(trained: tuple[keras.Model, Path]) -> None:
    network, folder = trained
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}
    log = read_log(folder)
    assert [row["epoch"] for row in log] == list(range(CONFIG.epochs))
    assert {"loss", "dice", "val_loss", "val_dice", "seconds", "cpu_seconds"} < log[0].keys()
    assert log[-1]["loss"] < 0.7 * log[0]["loss"]
    assert log[-1]["val_dice"] > 0.85


def test_it_goes_on_after_a_stop(pairs: list[Pair], trained: tuple[keras.Model, Path]) -> None:
    whole, folder = trained
    stopped = folder.with_name("stopped")
    assert len(read_log(stopped)) == CONFIG.epochs - 1
    again = train(pairs[:4], pairs[4:], CONFIG, stopped)
    for one, other in zip(whole.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=0.02)
    log = read_log(stopped)
    assert [row["epoch"] for row in log] == list(range(CONFIG.epochs))
    for name in ("loss", "val_dice"):
        assert [row[name] for row in log] == pytest.approx([row[name] for row in read_log(folder)], abs=0.02)


def test_another_training_is_refused(pairs: list[Pair], trained: tuple[keras.Model, Path]) -> None:
    for other, count, what in (
        (replace(CONFIG, seed=1), 4, "seed"),
        (replace(CONFIG, scale=1), 4, "scale"),
        (CONFIG, 3, "data"),
    ):
        with pytest.raises(OcrError, match=rf"other settings \({what}\)"):
            train(pairs[:count], pairs[4:], other, trained[1])


def test_nonsense_is_refused() -> None:
    for wrong in ({"scale": 0}, {"scale": 2}, {"side": 30}, {"epochs": 0}, {"learning_rate": 0}, {"seed": -1}):
        with pytest.raises(OcrError):
            replace(CONFIG, **wrong)
    for given in ({"widths": (4,)}, {"widths": (4, 0)}, {"dropout": 1.0}, {"upsampling_l2": -1}):
        with pytest.raises(OcrError):
            FcnConfig(**given)  # type: ignore[arg-type]
