"""Training: it learns, goes on where it was stopped, and refuses the folder of another training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from autoencoders.networks import denoiser
from autoencoders.noise import NoisyPictures, add_noise
from autoencoders.training import Pairs, Training, fit
from classifiers.loop import BACKUP, LOG, read_log
from classifiers.settings import SETTINGS
from ocr.errors import OcrError

SETTINGS_OF_TESTS: dict[str, Any] = {"epochs": 3, "steps": 6, "batch_size": 4, "learning_rate": 1e-2, "seed": 1}


def squares(count: int = 16) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Light squares on dark, (count, 8, 8, 1)."""
    rng = np.random.default_rng(0)
    pictures = np.zeros((count, 8, 8, 1), np.float32)
    for picture, (top, left) in zip(pictures, rng.integers(0, 5, (count, 2)), strict=True):
        picture[top : top + 4, left : left + 4] = 1
    return pictures


def build() -> keras.Model:
    """One convolution: what is tested with it needs no more, and compiling a large one takes seconds."""
    picture = keras.Input((8, 8, 1))
    return keras.Model(picture, keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid")(picture))


def judged() -> Pairs:
    return add_noise(squares(), 0.4, np.random.default_rng(9)), squares()


class Stopping(NoisyPictures):
    """Ctrl-C in the middle of an epoch."""

    def __call__(self, epoch: int, index: int) -> Any:
        if (epoch, index) == (2, 3):
            raise KeyboardInterrupt
        return super().__call__(epoch, index)


def run(folder: Path, kind: type[NoisyPictures] = NoisyPictures, data: str = "squares", **changes: Any) -> keras.Model:
    draw = kind(squares(), (0.1, 0.5), 4, 0)
    settings = Training(**{**SETTINGS_OF_TESTS, **changes})
    return fit(build, draw, settings, folder, validation=judged(), data={"from": data})


def weights(network: keras.Model) -> np.ndarray[Any, Any]:
    return np.concatenate([np.ravel(each) for each in network.get_weights()])


def test_our_denoiser_learns(tmp_path: Path) -> None:
    settings = Training(**{**SETTINGS_OF_TESTS, "epochs": 4, "steps": 25})
    draw = NoisyPictures(squares(), (0.1, 0.5), 4, 0)
    fit(lambda: denoiser(1, (4, 8, 8)), draw, settings, tmp_path, validation=judged(), data={})
    log = read_log(tmp_path)
    assert [row["epoch"] for row in log] == list(range(4))
    noisy, clean = judged()
    assert log[-1]["val_loss"] < 0.5 * float(np.mean(np.square(noisy - clean)))


def test_the_validation_loss_is_the_mean_over_all_pictures(tmp_path: Path) -> None:
    network, (noisy, clean) = run(tmp_path, batch_size=5), judged()
    assert len(noisy) % 5, "the last batch is to be smaller"
    wrong = np.mean(np.square(network.predict_on_batch(noisy) - clean))
    assert read_log(tmp_path)[-1]["val_loss"] == pytest.approx(float(wrong), rel=1e-3)


def test_a_stopped_training_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = weights(run(tmp_path / "whole"))
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "stopped", Stopping)
    rows = read_log(tmp_path / "stopped")
    assert [row["epoch"] for row in rows] == [0, 1]
    with (tmp_path / "stopped" / LOG).open("a", encoding="utf-8") as file:
        file.write("2," + ",".join(["0.5"] * (len(rows[0]) - 1)) + "\n")  # as if killed between the log and the network
    went_on = weights(run(tmp_path / "stopped"))
    np.testing.assert_allclose(went_on, whole, atol=1e-5)
    assert [row["epoch"] for row in read_log(tmp_path / "stopped")] == [0, 1, 2]
    before = (tmp_path / "stopped" / BACKUP.format(0)).read_bytes()
    np.testing.assert_allclose(weights(run(tmp_path / "stopped")), went_on)  # finished: nothing is trained
    assert (tmp_path / "stopped" / BACKUP.format(0)).read_bytes() == before


def test_another_training_in_the_folder_is_refused(tmp_path: Path) -> None:
    run(tmp_path, epochs=1, steps=1)
    with pytest.raises(OcrError, match=r"other settings \(epochs, steps, learning_rate\)"):
        run(tmp_path, learning_rate=1e-3)
    with pytest.raises(OcrError, match=r"other settings \(data\)"):
        run(tmp_path, epochs=1, steps=1, data="circles")
    (tmp_path / BACKUP.format(0)).write_bytes(b"no network")
    with pytest.raises(OcrError, match="cannot be resumed"):
        run(tmp_path, epochs=1, steps=1)
    (tmp_path / SETTINGS).write_text("{", encoding="utf-8")
    with pytest.raises(OcrError, match="cannot be read"):
        run(tmp_path)


@pytest.mark.parametrize(
    "change", [{"epochs": 0}, {"steps": 0}, {"batch_size": -1}, {"learning_rate": 0}, {"seed": -1}]
)
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(OcrError, match=f"{next(iter(change))} is"):
        Training(**{**SETTINGS_OF_TESTS, **change})
