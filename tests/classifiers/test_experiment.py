"""The folder of a finished training is known, and its durations are summed."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.card import CARD
from classifiers.experiment import RUN, durations, finished
from classifiers.settings import keep_settings
from ocr.errors import OcrError


def test_a_training_is_finished_once_its_card_is_there(tmp_path: Path) -> None:
    assert not finished(tmp_path)
    keep_settings({"seed": 1}, tmp_path / RUN)
    assert not finished(tmp_path)
    (tmp_path / CARD).write_text("{}", encoding="utf-8")
    assert finished(tmp_path)
    (tmp_path / RUN / "settings.json").unlink()
    with pytest.raises(OcrError, match="not the settings of its training"):
        finished(tmp_path)


def test_durations_are_in_minutes() -> None:
    log = [{"seconds": 30.0, "cpu_seconds": 60.0}] * 3
    assert durations(log) == {"epochs": 3, "minutes": 1.5, "cpu_minutes": 3.0}
