"""Greedy reading, the log and the curves."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.text.vocabulary import Vocabulary
from ocr.training.callbacks import CsvLog, Curves, EpochReport, greedy_texts


@pytest.mark.parametrize(
    ("path", "text"),
    [([0, 0, 0], ""), ([1, 1, 2], "01"), ([1, 0, 1], "00"), ([0, 3, 3, 0, 3], "22"), ([2, 1, 2, 2], "101")],
)
def test_greedy_texts(path: list[int], text: str) -> None:
    logits = np.eye(4, dtype=np.float32)[path][None]
    assert greedy_texts(logits, Vocabulary("012")) == [text]


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
