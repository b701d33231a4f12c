"""`suanshi generate`: the contest's form, the same for a seed, and wrong calls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from ocr.data.labels import read_labels
from ocr.text.expression import evaluate
from ocr.text.grammar import ARITHMETIC, CAPTCHA, FORMULA
from suanshi.commands.generate import command


def call(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_arithmetic_is_labelled_with_its_value(tmp_path: Path) -> None:
    assert call("arithmetic", tmp_path, "--count", 5, "--seed", 3).exit_code == 0
    lines = (tmp_path / "labels.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 5
    for number, line in enumerate(lines):
        text, value = line.split(" ")
        assert ARITHMETIC.contains(text)
        assert str(evaluate(text).value) == value
        assert Image.open(tmp_path / f"{number}.png").size == (180, 60)
    assert [text for _, text in read_labels(tmp_path)] == [line.split(" ")[0] for line in lines]


def test_captchas_and_formulas(tmp_path: Path) -> None:
    assert call("captcha", tmp_path / "c", "--count", 2).exit_code == 0
    assert all(CAPTCHA.contains(text) for _, text in read_labels(tmp_path / "c"))
    assert call("formula", tmp_path / "f", "--count", 2).exit_code == 0
    for line in (tmp_path / "f" / "labels.txt").read_text(encoding="utf-8").splitlines():
        text, _, value = line.partition(" ")
        assert FORMULA.contains(text)
        exact = evaluate(text).value
        assert exact is not None
        assert abs(float(value) - exact) <= abs(exact) * 1e-12 + 0.005


@pytest.mark.parametrize("look", ["contest", "wide", "library"])
def test_looks_and_seeds(tmp_path: Path, look: str) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert call("arithmetic", tmp_path / name, "--count", 2, "--seed", seed, "--look", look).exit_code == 0
    a, b, c = ((tmp_path / name / "1.png").read_bytes() for name in "abc")
    assert a == b != c


def test_held_out_typefaces_draw_otherwise(tmp_path: Path) -> None:
    assert call("arithmetic", tmp_path / "a", "--count", 1).exit_code == 0
    assert call("arithmetic", tmp_path / "b", "--count", 1, "--held-out").exit_code == 0
    a, b = (np.asarray(Image.open(tmp_path / name / "0.png")) for name in "ab")
    assert not np.array_equal(a, b)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["poetry", "out", "--count", "1"], 2, "poetry"),
        (["arithmetic", "out"], 2, "--count"),
        (["arithmetic", "out", "--count", "0"], 2, "--count"),
        (
            ["formula", "out", "--count", "1", "--look", "library"],
            2,
            "style 'library' is unknown; known are contest, wide",
        ),
        (["arithmetic", "taken", "--count", "1"], 1, "has a labels.txt already"),
        (["arithmetic", "file", "--count", "1"], 2, "is a file"),
        (["arithmetic", "file/in", "--count", "1"], 1, "file/in: Not a directory"),
    ],
)
def test_wrong_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "labels.txt").write_text("mine\n", encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = call(*arguments)
    assert result.exit_code == code
    assert message in result.output
    assert "Traceback" not in result.output
