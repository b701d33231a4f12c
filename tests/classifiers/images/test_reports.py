"""Reports: confusions, the competition's CSV, and pictures that are pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifiers.images.folder import Pictures
from classifiers.images.reports import confusions, draw_confusions, draw_worst, write_predictions
from ocr.errors import OcrError

CHANCES = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]], np.float32)
LABELS = np.array([0, 0, 1])


def test_confusions_are_counted_by_row() -> None:
    assert confusions(CHANCES, LABELS).tolist() == [[1, 1], [0, 1]]
    assert confusions(np.eye(4, dtype=np.float32)[[3]], np.array([1])).sum() == 1


def test_predictions_are_the_competitions(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    write_predictions(["cat/1.jpg", "dog/2.jpg", "dog/x.y.png"], CHANCES, ("cat", "dog"), path)
    assert path.read_text().splitlines() == ["id,label", "1,0.100000", "2,0.800000", "x.y,0.700000"]
    three = np.array([[0.5, 0.25, 0.25], [0, 1, 0]], np.float32)
    write_predictions(["a/1.jpg", "b/1.jpg"], three, ("a", "b", "c"), path)
    assert path.read_text().splitlines() == [
        "id,a,b,c",
        "a/1.jpg,0.500000,0.250000,0.250000",
        "b/1.jpg,0.000000,1.000000,0.000000",
    ]
    with pytest.raises(OcrError, match=r"p\.csv.q\.csv: cannot be written"):
        write_predictions([], CHANCES[:0], ("a", "b"), path / "q.csv")


def test_pictures_are_drawn(tmp_path: Path) -> None:
    pixels = np.zeros((3, 8, 8, 3), np.uint8)
    given = Pictures(pixels, np.ones(3, np.float32), LABELS, ("a/1.png", "a/2.png", "b/3.png"), ("a", "b"))
    assert draw_worst(given, CHANCES, tmp_path / "worst.png") == 1
    assert draw_worst(given.take(np.array([0, 2])), CHANCES[[0, 2]], tmp_path / "none.png") == 0
    draw_confusions(confusions(CHANCES, LABELS), given.classes, tmp_path / "confusion.png")
    for path in tmp_path.glob("*.png"):
        with Image.open(path) as picture:
            assert picture.width > 100
