"""The comparison of drawings with the contest's images."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image

from benchmarks.look import __main__ as look
from benchmarks.measuring import sets
from preprocessing.read import read_image

Call = Callable[..., Result]


def test_look(call: Call, tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    pairs = list(sets.contest().pairs(3, 1))
    for number, (pixels, _) in enumerate(pairs):
        Image.fromarray(pixels).save(real / f"{number}.png")
    (real / "labels.txt").write_text("".join(f"{text}\n" for _, text in pairs), encoding="utf-8")
    out, picture = tmp_path / "look.json", tmp_path / "docs" / "look.png"
    options = ["--data", real, "--count", 8, "--tries", 3, "--picture", picture, "--out", out]
    result = call(look.command, *options)
    assert "| stroke width " in result.output
    record = json.loads(out.read_text(encoding="utf-8"))
    assert record["images"].keys() == {"real", "drawn"}
    assert read_image(picture).shape[1] > 3 * 360


def test_measures_of_a_known_image() -> None:
    image = np.full((60, 180, 3), 250, np.uint8)
    image[10:50, 20:28] = 100  # a bar of 8 by 40, and three dots, one darker
    for left, shade in ((100, 100), (120, 100), (140, 20)):
        image[30:33, left : left + 3] = shade
    found = look.measure(image)
    assert found is not None
    assert found.dots == 3
    assert found.contrast == 150
    assert found.ink_end == pytest.approx(28, abs=1)
    assert found.glyph_height == pytest.approx(40, abs=2)
    assert found.stroke_width == pytest.approx(8, abs=1.5)
    assert look.measure(np.full((60, 180, 3), 250, np.uint8)) is None
