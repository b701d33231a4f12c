"""benchmarks.service: it starts the service, asks it, and says what is not measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.service.__main__ import command
from benchmarks.service.clients import Load

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_service_is_measured_alone(tmp_path: Path) -> None:
    out = tmp_path / "service.json"
    options = [
        "--clients",
        "1",
        "--clients",
        "3",
        "--count",
        "7",
        "--rounds",
        "1",
        "--data",
        str(EXAMPLES / "captchas"),
    ]
    done = CliRunner().invoke(command, [*options, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "Not measured: ddddocr's service" in done.output
    rows = json.loads(out.read_text())["loads"]
    assert [(row["service"], row["clients"], row["requests"]) for row in rows] == [("Suanshi", 1, 7), ("Suanshi", 3, 7)]
    assert all(row["images a second"] > 0 and row["p99, ms"] >= row["median, ms"] > 0 for row in rows)


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert "has no ddddocr" in run(command, ["--peer", sys.executable]).output
    assert "expected a Python interpreter" in run(command, ["--peer", str(tmp_path / "python")]).output
    assert "holds no images" in run(command, ["--data", str(tmp_path)]).output


@pytest.mark.parametrize(("share", "milliseconds"), [(0.5, 51.0), (0.99, 100.0), (0.0, 1.0)])
def test_times_that_a_share_stays_within(share: float, milliseconds: float) -> None:
    load = Load(1.0, [number / 1000 for number in range(100, 0, -1)], {200: 100})
    assert load.milliseconds(share) == pytest.approx(milliseconds)
    assert load.per_second == 100
