"""Greedy reading, the log and the curves."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.text.vocabulary import Vocabulary
from ocr.training.callbacks import CsvLog, Curves, EpochReport, HeldOut, greedy_texts, likelihood, measured


@pytest.mark.parametrize(
    ("path", "text"),
    [([0, 0, 0], ""), ([1, 1, 2], "01"), ([1, 0, 1], "00"), ([0, 3, 3, 0, 3], "22"), ([2, 1, 2, 2], "101")],
)
def test_greedy_texts(path: list[int], text: str) -> None:
    logits = np.eye(4, dtype=np.float32)[path][None]
    assert greedy_texts(logits, Vocabulary("012")) == [text]


class Fixed:
    """A network that gives the same two columns for every image: surely `0`, then `1` or `2`."""

    def predict_on_batch(self, images: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        chances = np.array([[1e-9, 1 - 2e-9, 1e-9, 1e-30], [1e-9, 1e-9, 0.5, 0.5]])
        return np.repeat(np.log(chances)[None], len(images), axis=0).astype(np.float32)


@pytest.mark.parametrize(
    ("texts", "expected"), [(["01"], 0.5**0.5), (["0"], 0.0), (["01", "11"], (0.5**0.5) / 2), ([], 0.0)]
)
def test_likelihood_is_that_of_a_character(texts: list[str], expected: float) -> None:
    shown = HeldOut("few", np.zeros((len(texts), 4, 8, 1), np.uint8), texts, by_likelihood=True)
    network = Fixed()
    assert likelihood(network, Vocabulary("012"), shown) == pytest.approx(expected, abs=1e-3)  # type: ignore[arg-type]
    assert measured(network, Vocabulary("012"), shown) == pytest.approx(expected, abs=1e-3)  # type: ignore[arg-type]


def test_log_and_curves(tmp_path: Path) -> None:
    log, picture = tmp_path / "log.csv", tmp_path / "curves.png"
    for epoch in (1, 2):  # a new CsvLog each time, as when training goes on
        report = EpochReport(epoch, 10 * epoch, 2.0 / epoch, 1e-3, 3.0, 50.0, {"near": 1.0, "far": 0.5})
        CsvLog(log)(report)
        Curves(log, picture)(report)
    with log.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert rows[1]["accuracy_far"] == "0.500000"
    assert cv2.imread(str(picture)).shape[0] > 100
    assert report.score == 0.75


def test_sets_that_do_not_decide_are_left_out_of_the_score() -> None:
    accuracy = {"near": 1.0, "middle": 0.8, "far": 0.3}
    assert EpochReport(1, 1, 1.0, 1e-3, 1.0, 1.0, accuracy, frozenset({"far"})).score == pytest.approx(0.9)
    assert EpochReport(1, 1, 1.0, 1e-3, 1.0, 1.0, accuracy, frozenset(accuracy)).score == 0
