"""The course's experiment runs from end to end on a few images."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.captcha_course.__main__ import NETWORKS, command
from benchmarks.captcha_course.pictures import most_confused
from benchmarks.measuring import sets
from preprocessing.read import read_image


@pytest.mark.slow
def test_both_networks_are_trained_and_compared(tmp_path: Path) -> None:
    out, pictures = tmp_path / "course.json", tmp_path / "pictures"
    sizes = ["--steps", 2, "--steps-per-epoch", 1, "--batch-size", 2, "--held-out", 2, "--count", 2]
    places = ["--runs", tmp_path / "runs", "--pictures", pictures, "--out", out]
    call = [str(each) for each in (*sizes, "--stress", 0.5, *places)]
    alone = CliRunner().invoke(command, [*call, "--network", "course"], catch_exceptions=False)
    assert (alone.exit_code, out.exists()) == (0, False), alone.output
    result = CliRunner().invoke(command, call, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    record = json.loads(out.read_text(encoding="utf-8"))
    assert record["networks"].keys() == NETWORKS.keys()
    for found in record["networks"].values():
        assert found["images"] == 4
        for images in sets.captchas():
            assert found[images.title]["count"] == 2
            assert len(found[images.title]["by place"]) == 4
    assert "character 4" in result.output
    for name in ("curves", "confusions", "columns"):
        assert read_image(pictures / f"captcha-{name}.png").shape[1] > 400
    other = CliRunner().invoke(command, [*call[:-1], str(tmp_path / "other.json"), "--stress", "0.1"])
    assert other.exit_code == 1
    assert "is from a training with other settings (stress)" in other.output


def test_captchas_of_both_kinds_have_the_courses_size() -> None:
    ours, theirs = sets.captchas()
    assert (ours.seeded, theirs.seeded) == (True, False)
    for images in (ours, theirs):
        ((pixels, text),) = images.pairs(1, 3)
        assert pixels.shape == (80, 170, 3)
        assert len(text) == 4


def test_the_most_frequent_confusions_come_first() -> None:
    matrix = np.array([[9, 2, 0], [5, 9, 0], [0, 1, 9]])
    assert most_confused(matrix, "abc", 2) == [("b", "a", 5), ("a", "b", 2)]
    assert most_confused(np.eye(3, dtype=np.int64), "abc", 2) == []
