"""What measurements keep and how they are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.measuring.record import provenance, table, write_json
from benchmarks.measuring.timing import spread


def test_provenance_says_how(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    arguments = ["x", "--data", "../elsewhere/round1", "--model", str(tmp_path / "mine"), f"--out={tmp_path}/a.json"]
    monkeypatch.setattr("sys.argv", [*arguments, "--errors", "build/errors", "--count", "3"])
    found = provenance("accuracy", seed=4)
    assert found["command"] == (
        "python -m benchmarks.accuracy --data round1 --model mine --out=a.json --errors build/errors --count 3"
    )
    assert found["seed"] == 4
    assert found["processor"]
    assert {"python", "numpy", "onnxruntime"} <= found["versions"].keys()


def test_table_is_markdown() -> None:
    lines = table(("what", "n"), [("a|b", 1), ("c", 200)]).splitlines()
    assert lines == ["| what |   n |", "| ---- | --: |", "| a\\|b |   1 |", "| c    | 200 |"]
    assert table(("a", "b"), []).splitlines() == ["| a   |   b |", "| --- | --: |"]


def test_results_are_written_as_json(tmp_path: Path) -> None:
    path = tmp_path / "results" / "a.json"
    write_json({"times": spread([3.0, 1.0, 2.0])}, path)
    times = json.loads(path.read_text(encoding="utf-8"))["times"]
    assert times == {"median": 2.0, "least": 1.0, "most": 3.0, "runs": 3}
