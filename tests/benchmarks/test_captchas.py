"""The benchmark of text captchas, on a few images and a reader that needs no training."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from benchmarks.captchas import __main__ as captchas
from preprocessing.read import read_image

Save = Callable[..., Path]
Call = Callable[..., Result]


def test_captchas(call: Call, grey_bundle: Save, tmp_path: Path) -> None:
    out = tmp_path / "captchas.json"
    options = ["--out", out, "--count", 3, "--others", 2, "--pictures", tmp_path]
    result = call(captchas.command, "--model", grey_bundle(task="captcha"), *options)
    assert read_image(tmp_path / "captcha-errors.png").ndim == 3
    record = json.loads(out.read_text(encoding="utf-8"))
    assert [each["count"] for each in record["sets"]] == [3, 2, 2, 2, 2]
    assert record["not allowed"] == 0
    assert record["milliseconds"] > 0
    assert "four digits, by the captcha library, told so" in result.output


def test_captchas_want_a_model_of_theirs(grey_bundle: Save) -> None:
    result = CliRunner().invoke(captchas.command, ["--model", str(grey_bundle())])
    assert result.exit_code == 1
    assert "not captchas" in result.output
