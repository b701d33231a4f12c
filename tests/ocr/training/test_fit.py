"""A short run learns its images; an interrupted one ends where an uninterrupted one ends."""

import csv
import dataclasses
import itertools
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from ocr.errors import OcrError
from ocr.text.vocabulary import Vocabulary
from ocr.training.batches import Batch
from ocr.training.callbacks import HeldOut
from ocr.training.fit import BEST, CHECKPOINT, CURVES, LOG, FitResult, TrainingConfig, fit, load_averaged
from ocr.training.network import NetworkConfig

from .conftest import CONFIG, NETWORK, VOCABULARY, draw_batch, stream


def test_a_few_batches_are_learnt_by_heart(trained: tuple[FitResult, Path]) -> None:
    result, folder = trained
    assert not result.interrupted
    assert result.step == CONFIG.steps
    assert result.accuracy == {"first": 1.0, "second": 1.0}
    with (folder / LOG).open(newline="") as file:
        steps = [int(row["step"]) for row in csv.DictReader(file)]
    assert steps == [25, 50, 60]
    assert {file.name for file in folder.iterdir()} == {CHECKPOINT, BEST, LOG, CURVES}


def test_the_best_network_can_be_loaded(trained: tuple[FitResult, Path]) -> None:
    result, folder = trained
    network, config, description = load_averaged(folder / BEST)
    assert config == NETWORK
    assert description["characters"] == VOCABULARY.characters
    assert description["accuracy"] == result.accuracy
    images, _ = draw_batch(0)
    np.testing.assert_allclose(network(images), result.network(images), atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_and_going_on_is_like_never_stopping(
    number: signal.Signals, trained: tuple[FitResult, Path], tmp_path: Path
) -> None:
    def interrupting(epoch: int, start: int) -> Iterator[Batch]:
        for index, batch in enumerate(stream(epoch, start), start=start):
            if (epoch, index) == (1, 8):
                os.kill(os.getpid(), number)
                raise BrokenPipeError("the drawing processes got it too")
            yield batch

    before = signal.getsignal(number)
    first = fit(CONFIG, VOCABULARY, interrupting, tmp_path)
    assert signal.getsignal(number) is before
    assert first.interrupted
    assert 25 < first.step < 50
    held_out = [HeldOut("first", *draw_batch(0)), HeldOut("second", *draw_batch(1))]
    second = fit(CONFIG, VOCABULARY, stream, tmp_path, held_out=held_out)
    assert second.step == CONFIG.steps
    for ours, theirs in zip(second.network.weights, trained[0].network.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_a_finished_run_is_not_trained_again(trained: tuple[FitResult, Path]) -> None:
    result, folder = trained
    again = fit(CONFIG, VOCABULARY, stream, folder)
    assert (again.step, again.accuracy) == (result.step, result.accuracy)
    images, _ = draw_batch(2)
    np.testing.assert_array_equal(again.network(images), result.network(images))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seed": 5}, "seed: 0 there, 5 here"),
        ({"steps_per_epoch": 10, "batch_size": 16}, "steps_per_epoch: 25 there, 10 here; batch_size: 8 there, 16 here"),
        ({"network": dataclasses.replace(NETWORK, architecture="course")}, "architecture: compact there, course here"),
    ],
)
def test_another_run_is_not_taken_up(trained: tuple[FitResult, Path], change: dict[str, Any], told: str) -> None:
    begun: list[None] = []
    config = dataclasses.replace(CONFIG, steps=99, **change)
    with pytest.raises(OcrError) as raised:
        fit(config, VOCABULARY, stream, trained[1], before_first_step=lambda: begun.append(None))
    assert str(raised.value) == f"{trained[1] / CHECKPOINT} belongs to another run, {told}; choose another --out"
    assert not begun


def test_only_sets_that_decide_choose_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held_out = [HeldOut("near", *draw_batch(0)), HeldOut("far", *draw_batch(1), decides=False)]
    right = {"near": iter([0.5, 0.4, 0.6, 0.6]), "far": iter([0.0, 1.0, 0.1, 0.2])}
    monkeypatch.setattr("ocr.training.fit.measured", lambda network, vocabulary, each: next(right[each.name]))
    monkeypatch.setattr("ocr.training.run.calibrate", lambda network, batches: None)  # what it learns does not matter
    monkeypatch.setattr(keras.Model, "train_on_batch", lambda network, images, labels: 1.0)
    config = dataclasses.replace(CONFIG, steps=4, steps_per_epoch=1)
    fit(config, VOCABULARY, stream, tmp_path, held_out=held_out, max_steps=2)
    assert load_averaged(tmp_path / BEST)[2]["step"] == 1
    begun: list[None] = []

    def go_on(sets: list[HeldOut]) -> None:
        fit(
            config,
            VOCABULARY,
            stream,
            tmp_path,
            held_out=sets,
            max_steps=1,
            before_first_step=lambda: begun.append(None),
        )

    go_on([dataclasses.replace(each, decides=True) for each in held_out])  # 0.35 after 0.25
    assert load_averaged(tmp_path / BEST)[2]["step"] == 3
    go_on(held_out)  # 0.6 after 0.6, of two equals the later one
    assert load_averaged(tmp_path / BEST)[2]["step"] == 4
    go_on(held_out)  # no step is left
    assert len(begun) == 2
    with (tmp_path / LOG).open(newline="") as file:
        assert [row["accuracy_far"] for row in csv.DictReader(file)] == ["0.000000", "1.000000", "0.100000", "0.200000"]


def test_a_stream_that_ends_early_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="stream ended"):
        fit(CONFIG, VOCABULARY, lambda epoch, start: [], tmp_path)


def test_an_impossible_text_is_an_error(tmp_path: Path) -> None:
    images, _ = draw_batch(0)
    with pytest.raises(OcrError, match="columns"):
        fit(CONFIG, VOCABULARY, lambda epoch, start: [(images, ["5555555"] * 8)], tmp_path)


def test_network_and_vocabulary_have_to_agree(tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="classes"):
        fit(CONFIG, Vocabulary("01"), stream, tmp_path)


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"batch_size": 0}, {"average_momentum": 1.0}])
def test_impossible_settings_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(OcrError):
        TrainingConfig(NetworkConfig(5), **wrong)  # type: ignore[arg-type]


@pytest.mark.slow
def test_training_ends_when_patience_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = dataclasses.replace(CONFIG, steps=1000, steps_per_epoch=2, patience=3)
    held_out = [HeldOut("first", *draw_batch(0))]
    scores = itertools.chain([0.0] * 5, itertools.repeat(0.5))
    monkeypatch.setattr("ocr.training.fit.measured", lambda *_: next(scores))
    result = fit(config, VOCABULARY, stream, tmp_path, held_out=held_out)
    # Patience begins when something is read: the sixth epoch is the best so far; three that are no better follow.
    assert (result.step, result.interrupted) == (18, False)
    noted: list[int] = []
    again = fit(config, VOCABULARY, stream, tmp_path, held_out=held_out, before_first_step=lambda: noted.append(1))
    assert (again.step, again.interrupted, noted) == (18, False, [])
    longer = fit(dataclasses.replace(config, patience=5), VOCABULARY, stream, tmp_path, held_out=held_out)
    assert longer.step == 22
