"""Curves of trainings are drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from classifiers.figures import draw_curves


@pytest.mark.parametrize("highest_loss", [None, 2.0])
def test_curves_are_drawn(tmp_path: Path, highest_loss: float | None) -> None:
    row = {"epoch": 0, "loss": 1e9, "val_loss": float("nan"), "dice": 0.5, "val_dice": 0.6}
    log = [row, {**row, "epoch": 1, "loss": 1.0, "val_loss": 1.5}]
    draw_curves({"one": log, "two": log}, "dice", tmp_path / "curves.png", highest_loss=highest_loss)
    with Image.open(tmp_path / "curves.png") as picture:
        assert picture.width > 100
