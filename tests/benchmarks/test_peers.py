"""The benchmark against other readers, which need not be installed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from benchmarks.peers import __main__ as peers

Save = Callable[..., Path]
Call = Callable[..., Result]


def test_peers(call: Call, grey_bundle: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "find_spec", lambda name: object() if name == "ddddocr" else None)
    monkeypatch.setattr(peers, "ddddocr", _ddddocr())
    out = tmp_path / "peers.json"
    options = ["--count", 32, "--rounds", 3]
    result = call(peers.command, "--model", grey_bundle(), "--out", out, *options)
    record = json.loads(out.read_text(encoding="utf-8"))
    assert record["missing"] == ["RapidOCR line reader"]
    assert "RapidOCR line reader is not installed" in result.output
    assert record["speed"].keys() == {"suanshi", "ddddocr"}
    assert {each["reader"] for each in record["accuracy"]} == {"suanshi", "ddddocr"}


def _ddddocr() -> Callable[[], peers.Read]:
    def ddddocr() -> peers.Read:
        return lambda images: ["1 × 1"] * len(images)

    return ddddocr


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1 + 2×3=", "1+2*3"), ("（1－2）x3", "(1-2)*3"), ("[1−2]—3", "(1-2)-3"), ("", ""), ("1+2*3", "1+2*3")],
)
def test_answers_are_compared_in_their_favour(text: str, expected: str) -> None:
    assert peers.normalized(text) == expected
