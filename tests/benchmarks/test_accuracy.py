"""The benchmark of accuracy, on a few images and a reader that needs no training."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from PIL import Image

from benchmarks.accuracy import __main__ as accuracy

Save = Callable[..., Path]
Write = Callable[..., Any]
Call = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path, write_grey: Write) -> Path:
    folder = tmp_path / "real"
    folder.mkdir()
    for number, text in enumerate(("1+2*3", "7-2-1")):
        Image.fromarray(write_grey(text)).save(folder / f"{number}.png")
    Image.fromarray(write_grey("8")).save(folder / "nobody_knows.png")
    (folder / "labels.txt").write_text("1+2*3 7\n7-2+1 6\n", encoding="utf-8")
    return folder


def test_accuracy(call: Call, grey_bundle: Save, data: Path, tmp_path: Path) -> None:
    out, errors = tmp_path / "accuracy.json", tmp_path / "errors"
    options = ["--count", 4, "--others", 2, "--errors", errors, "--data", data, "--data", tmp_path / "gone"]
    result = call(accuracy.command, "--model", grey_bundle(), "--out", out, *options)
    record = json.loads(out.read_text(encoding="utf-8"))
    assert [each["count"] for each in record["sets"]] == [4, 2, 2, 2, 2, 2, 2, 2]
    assert record["sets"][-1]["right"] == 1
    assert record["sets"][-1]["errors"][0]["got"] == "7-2-1"
    assert record["missing"] == ["gone: not there"]
    assert [(each["file"], each["text"]) for each in record["unlabelled"]] == [("nobody_knows.png", "8")]
    assert "Not measured: gone: not there." in result.output
    assert "| real images, real " in result.output
    assert (errors / "real-images--real.png").exists()
