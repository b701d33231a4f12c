"""What is made of the texts of other readers, and the process that they run in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from benchmarks.captchas import other_readers
from benchmarks.captchas.truth import truths


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("8 X 8=?", "=?", "8×8"),
        ("7+3=9", "=?", "7+3"),  # the question mark was taken for a 9
        ("7+39", "=?", "7+3"),  # so it was here, and the equals sign was lost
        ("7+3?", "=?", "7+3"),
        ("7+3-", "=?", "7+3"),
        ("3十5二", "=", "3+5"),
        ("15-12", "", "15-12"),
        ("l+O", "", "1+0"),
        ("", "=?", ""),
    ],
)
def test_equations_are_repaired_in_favour_of_the_reader(text: str, end: str, expected: str) -> None:
    assert other_readers.repaired(text, end) == expected


def test_kinds_are_read_by_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def run(command: list[str], given: str) -> str:
        asked.append((command[2:], json.loads(given)))
        return json.dumps([["1+29", "5+5=7"], ["AB-cd", "x"]])

    monkeypatch.setattr(other_readers, "run_process", run)
    files = [tmp_path / "0.png", tmp_path / "1.png"]
    kinds = {"sums": (files, truths(["1+2=?", "5-5=?"])), "texts": (files, truths(["abcd", "y"]))}
    found = other_readers.read_kinds("python", "ddddocr", kinds)
    assert {kind: (each["right"], each["count"]) for kind, each in found.items()} == {"sums": (1, 2), "texts": (1, 2)}
    ((arguments, requests),) = asked  # type: ignore[misc]
    assert arguments == ["ddddocr"]
    assert "+" in requests[0]["characters"]
    assert "+" not in requests[1]["characters"]


def test_a_python_without_them_says_so() -> None:
    assert len(other_readers.missing({}, "python")) == 2
    assert other_readers.missing({"ddddocr": "1", "rapidocr": "3"}, "python") == []
    with pytest.raises(click.ClickException, match="expected a Python interpreter"):
        other_readers.installed("/no/such/python")


def test_the_process_needs_nothing_of_this_project() -> None:
    done = subprocess.run(
        [sys.executable, "-I", str(other_readers.PROCESS)], capture_output=True, text=True, check=True
    )
    assert isinstance(json.loads(done.stdout), dict)
