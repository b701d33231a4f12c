"""The comparison of drawn lines with the contest's."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from benchmarks.look_pages import __main__ as look_pages
from benchmarks.look_pages.measure import measure
from preprocessing.read import read_image

Call = Callable[..., Result]


def test_look(call: Call, page_data: Path, tmp_path: Path) -> None:
    out, picture = tmp_path / "look.json", tmp_path / "mine" / "look.png"
    options = ["--data", page_data / "lines", "--count", 3, "--tries", 2, "--picture", picture]
    result = call(look_pages.command, "--out", out, *options)
    lines = json.loads(out.read_text(encoding="utf-8"))["lines"]
    assert lines["drawn"]["expression"]["count"] == 3
    assert "| stroke width, assignment" in result.output
    assert "67 to 214" in result.output
    assert read_image(picture).shape[1] > 600


def test_measures_of_a_known_line() -> None:
    crop = np.full((50, 200, 3), (250, 248, 240), np.uint8)
    crop[5:45, 20:28] = crop[5:45, 60:68] = (40, 60, 120)
    crop[20, :] = (200, 30, 30)  # an arc, across both strokes
    crop[40:43, 100:103] = crop[10:13, 150:153] = (20, 160, 40)
    found = measure(crop)
    assert found is not None
    assert (found.width, found.height, found.glyph_height) == (200, 50, 40)
    assert found.stroke_width == pytest.approx(8, abs=1.5)
    assert found.arcs == 1
    assert found.dots == 2
    assert found.contrast == pytest.approx(306, abs=2)
    assert measure(np.full((50, 200, 3), 250, np.uint8)) is None
