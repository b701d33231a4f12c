"""The benchmark of speed, on a few images and a reader that needs no training."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from benchmarks.measuring.timing import interleaved, ratio
from benchmarks.speed import __main__ as speed

Save = Callable[..., Path]
Call = Callable[..., Result]


def test_speed(call: Call, grey_bundle: Save, tmp_path: Path) -> None:
    out = tmp_path / "speed.json"
    options = ["--rounds", 3, "--images", 64, "--drawings", 4, "--part", "drawing", "--part", "reading"]
    call(speed.command, "--model", grey_bundle(), "--out", out, *options)
    record = json.loads(out.read_text(encoding="utf-8"))
    assert record["drawing"]["captcha library"]["times_as_fast"] == 1
    assert record["drawing"]["ours, contest look"]["median"] > 0
    assert record["reading"]["batch"].keys() == {"1", "8", "32", "64"}
    for each in record["reading"]["batch"].values():
        assert all(seconds > 0 for seconds in each["processor_seconds_an_image"].values())


def test_networks_are_skipped_without_the_extra(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.measuring.timing.find_spec", lambda name: None)
    out = tmp_path / "speed.json"
    result = call(speed.command, "--out", out, "--part", "networks")
    assert "pip install -e '.[train]'" in result.output
    assert json.loads(out.read_text(encoding="utf-8"))["networks"]["missing"]


def test_ratios_are_medians_of_pairs() -> None:
    assert ratio([2.0, 9.0, 3.0], [1.0, 1.0, 1.0]) == 3.0
    calls: list[str] = []
    times = interleaved({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, 3)
    assert "".join(calls) == "abababab"
    assert {name: len(each) for name, each in times.items()} == {"a": 3, "b": 3}
