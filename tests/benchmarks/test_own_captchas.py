"""The benchmark of own captchas: what it damages in a folder, and that it runs to its end."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from benchmarks.own_captchas.__main__ import command, make_messy
from generators.contest.sampler import captcha_sampler
from ocr.data.dataset import read_folder


@pytest.fixture(scope="module")
def captchas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, sample, rng = tmp_path_factory.mktemp("captchas"), captcha_sampler(), np.random.default_rng(0)
    for _ in range(60):
        pixels, text = sample(rng)
        Image.fromarray(pixels).save(folder / f"{text}.png")
    return folder


def test_a_messy_folder_is_as_messy_as_it_says(captchas: Path, tmp_path: Path) -> None:
    made = make_messy(captchas, tmp_path / "messy")
    assert made == {"images": 60, "wrong labels": 3, "empty files": 3, "smaller": 15}
    whole, messy = read_folder(captchas), read_folder(tmp_path / "messy")
    truth = {entry.path.name: entry.text for entry in whole.entries}
    assert sum(truth[entry.path.name] != entry.text for entry in messy.entries) == 3
    assert Counter("empty" in each.reason for each in messy.left_out) == {True: 3, False: 1}
    assert set(messy.sizes) == {(170, 80), (136, 64)}


@pytest.mark.slow
def test_it_trains_and_tells(captchas: Path, tmp_path: Path) -> None:
    quick = [f"--option={each}" for each in ("--steps=2", "--steps-per-epoch=2", "--batch-size=2")]
    places = ["--data", str(captchas), "--runs", str(tmp_path / "runs"), "--out", str(tmp_path / "own.json")]
    result = CliRunner().invoke(command, [*places, "--folds", "1", *quick], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    record = json.loads((tmp_path / "own.json").read_text(encoding="utf-8"))
    (fold,) = record["folds"]
    assert fold["fold"] == 0
    assert fold["steps"] in (1, 2)  # of so few images the first part of training tells how many are enough
    assert 0 < fold["images"] < 20
    assert [*record["reached"].values()][:2] == [False, True]
    assert "mean of at least 97%: no" in result.output
    again = CliRunner().invoke(command, [*places, "--folds", "1", *quick], catch_exceptions=False)
    assert again.exit_code == 0, again.output
    assert json.loads((tmp_path / "own.json").read_text(encoding="utf-8"))["folds"][0]["minutes"] == fold["minutes"]
