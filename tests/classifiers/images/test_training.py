"""Training: that it learns, and goes on after a stop as if there had been none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from classifiers.images.augmentation import Augmentation, Batches
from classifiers.images.folder import Pictures, read_folder, split
from classifiers.images.networks import BASE, LOGITS, NetworkConfig
from classifiers.images.training import RECIPES, Recipe, TrainingConfig, train
from classifiers.loop import delete_backups, read_log
from ocr.errors import OcrError

NETWORK = NetworkConfig(2, size=16, width=8, depth=1, drop=0.2)
RECIPE = Recipe(10, 8, 3e-3, Augmentation(0.8, mix=0.2), weight_decay=0.01, label_smoothing=0.1, average=0.1)


@pytest.fixture(scope="module")
def parts(classes: Callable[..., Path]) -> tuple[Pictures, Pictures]:
    return split(read_folder(classes(30, 30), 20), 0.2)


@pytest.fixture
def small_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Train a network that takes no seconds to be traced, with what has a state: a norm and dropout."""

    def build(config: NetworkConfig, *, bfloat16: bool = False) -> keras.Model:
        layers = keras.layers
        images = keras.Input((None, None, 3))
        features = layers.Conv2D(4, 3, strides=2)(layers.Rescaling(1 / 255)(images))
        features = layers.GlobalAveragePooling2D()(layers.Dropout(0.2)(layers.BatchNormalization()(features)))
        return keras.Model(images, layers.Softmax()(layers.Dense(config.classes, name=LOGITS)(features)))

    monkeypatch.setattr("classifiers.images.training.build_network", build)


@pytest.mark.slow
def test_it_learns_and_tells_how(parts: tuple[Pictures, Pictures], tmp_path: Path) -> None:
    network = train(*parts, TrainingConfig(NETWORK, RECIPE, bfloat16=True), tmp_path)
    found = network.predict_on_batch(parts[1].at(16).astype(np.float32)).argmax(axis=1)
    assert (found == parts[1].labels).mean() > 0.8
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}
    log = read_log(tmp_path)
    assert [row["epoch"] for row in log] == list(range(10))
    assert {"loss", "val_loss", "accuracy", "val_accuracy", "seconds", "cpu_seconds"} < log[0].keys()
    assert list(tmp_path.glob("backup-*"))
    delete_backups(tmp_path)
    assert not list(tmp_path.glob("backup-*"))


@pytest.mark.usefixtures("small_network")
def test_it_goes_on_after_a_stop(
    parts: tuple[Pictures, Pictures], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainingConfig(NETWORK, replace(RECIPE, epochs=3), seed=1)
    whole = train(*parts, config, tmp_path / "whole")

    def stopped(batches: Batches, epoch: int, step: int) -> Any:
        if epoch == 2:
            raise KeyboardInterrupt
        return draw(batches, epoch, step)

    draw = Batches.draw
    with monkeypatch.context() as patched:
        patched.setattr(Batches, "draw", stopped)
        with pytest.raises(KeyboardInterrupt):
            train(*parts, config, tmp_path / "parts")
    assert [row["epoch"] for row in read_log(tmp_path / "parts")] == [0, 1]
    again = train(*parts, config, tmp_path / "parts")
    for one, other in zip(whole.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)
    assert [row["epoch"] for row in read_log(tmp_path / "parts")] == [0, 1, 2]
    with pytest.raises(OcrError, match=r"other settings \(seed\)"):
        train(*parts, replace(config, seed=2), tmp_path / "parts")


def test_a_pretrained_base_stays_as_it_is_at_first(
    parts: tuple[Pictures, Pictures], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tiny(include_top: bool, weights: None, input_shape: tuple[int, int, int], name: str) -> keras.Model:
        images = keras.Input(input_shape)
        features = keras.layers.BatchNormalization()(keras.layers.Conv2D(4, 3)(images))
        return keras.Model(images, features, name=name)

    monkeypatch.setattr(keras.applications, "Tiny", tiny, raising=False)
    base, weights = tiny(False, None, (16, 16, 3), BASE), tmp_path / "base.weights.h5"
    base.save_weights(weights)
    config = TrainingConfig(
        NetworkConfig(2, "transfer", 16, base="Tiny", weights=weights),
        Recipe(2, 16, 1e-3, Augmentation(), head_epochs=2, fine_rate=1e-4),
    )
    trained = train(*parts, config, tmp_path / "head")
    for one, other in zip(base.get_weights(), trained.get_layer(BASE).get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert trained.get_layer("logits").bias.numpy().any()
    config = replace(config, recipe=replace(config.recipe, head_epochs=1))
    trained = train(*parts, config, tmp_path / "both")
    weights_after = trained.get_layer(BASE).get_weights()
    changed = [bool((one != other).any()) for one, other in zip(base.get_weights(), weights_after, strict=True)]
    assert changed == [True, True, *[False] * 4]  # its norm stays as it is


@pytest.mark.usefixtures("small_network")
def test_a_loss_that_is_no_number_ends_it(parts: tuple[Pictures, Pictures], tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="the loss is no number any more"):
        train(*parts, TrainingConfig(NETWORK, replace(RECIPE, epochs=2, learning_rate=1e30)), tmp_path)


@pytest.mark.usefixtures("small_network")
def test_a_damaged_backup_is_told(parts: tuple[Pictures, Pictures], tmp_path: Path) -> None:
    config = TrainingConfig(NETWORK, replace(RECIPE, epochs=1))
    train(*parts, config, tmp_path)
    (backup,) = tmp_path.glob("backup-*")
    backup.write_bytes(backup.read_bytes()[:1000])
    with pytest.raises(OcrError, match=r"backup-0\.weights\.h5: cannot be resumed .* remove the folder"):
        train(*parts, config, tmp_path)


def test_nonsense_is_refused() -> None:
    for wrong in ({"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0}, {"average": 1.0}, {"head_epochs": 11}):
        with pytest.raises(OcrError):
            replace(RECIPE, **wrong)
    with pytest.raises(OcrError):
        TrainingConfig(NETWORK, RECIPE, seed=-1)
    assert RECIPES.keys() == {"compact", "course", "transfer"}


def test_a_call_that_fails_leaves_nothing_behind(parts: tuple[Pictures, Pictures], tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="48 pictures make no batch of 64; give a smaller --batch-size"):
        train(*parts, TrainingConfig(NETWORK, replace(RECIPE, batch_size=64)), tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.usefixtures("small_network")
def test_a_damaged_log_is_told_before_training(parts: tuple[Pictures, Pictures], tmp_path: Path) -> None:
    config = TrainingConfig(NETWORK, replace(RECIPE, epochs=2))
    train(*parts, config, tmp_path)
    log, whole = tmp_path / "log.csv", (tmp_path / "log.csv").read_bytes()
    for content, says in ((b"", "lacks epochs"), (whole[:-30], "is damaged|lacks epochs"), (whole + b"2,1\n", None)):
        log.write_bytes(content)
        if says:
            with pytest.raises(OcrError, match=rf"log\.csv: .*({says}).*begin anew"):
                train(*parts, config, tmp_path)
    log.unlink()
    with pytest.raises(OcrError, match=r"log\.csv: No such file"):
        train(*parts, config, tmp_path)
