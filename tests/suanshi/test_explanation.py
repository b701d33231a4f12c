"""Titles of the pictures that explain answers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from ocr.inference.reader import Reading
from ocr.inference.recognizer import Recognition
from ocr.inputs import ModelInput
from ocr.tasks import TASKS
from preprocessing.read import load_image
from suanshi.explanation import tile


def test_a_name_that_no_typeface_writes_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    titles: list[str] = []
    monkeypatch.setattr("ocr.evaluation.explain.explain", lambda *_, title, **__: titles.append(title))
    answer = Recognition("1+1", Fraction(2), 1.0, (), None, "arithmetic")
    prepared = ModelInput(np.zeros((60, 60, 1), np.uint8), 60)
    image = load_image(np.zeros((60, 60, 3), np.uint8))
    reading = Reading("a.png", answer, prepared, image, spec=TASKS["arithmetic"])
    for number, name in enumerate(["plain.png", "流.png", "\ue000.png", "a\nb.png"], start=1):
        tile(reading, name, number)
    assert titles == ["plain.png", "流.png", "image 3", "image 4"]
