"""The benchmark of kinds, on a few plain images and a reader that knows them by heart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks.captchas import kinds, other_readers
from tests.benchmarks.captchas.conftest import Fake, WriteKind, equation

Call = Callable[..., Result]


@pytest.fixture
def data(write_kind: WriteKind) -> Path:
    write_kind("sums", [("1+2=?", equation("1+2=?", 0.99, trusted=True)), ("8x8=?", equation("8×8", 0.9))])
    write_kind("multicolor_math", [("1+2", Fake("x"))])
    folder = write_kind("letters", [("aBcd", Fake("ABCD")), ("1234", Fake("1284", None, 0.99, True)), ("x", Fake("x"))])
    (folder / "ddddocr.json").write_text('{"sums": {"right": 0.5, "exact": 0.1, "of": 100}}', encoding="utf-8")
    return folder


def test_kinds(data: Path, call: Call, by_heart: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], given: str) -> str:
        if len(command) == 2:
            return '{"ddddocr": "1.6.1"}'
        return json.dumps([["a"] * len(request["files"]) for request in json.loads(given)])

    monkeypatch.setattr(kinds, "recognizer", by_heart)
    monkeypatch.setattr(other_readers, "run_process", run)
    out, errors, docs = tmp_path / "out" / "captcha_kinds.json", tmp_path / "errors", tmp_path / "docs"
    result = call(kinds.command, "--data", data, "--peers", "--errors", errors, "--docs", docs, "--out", out)
    record = json.loads(out.read_text(encoding="utf-8"))
    rows = {row["kind"]: row for row in record["kinds"]}
    assert {kind: row["right"] for kind, row in rows.items()} == {"letters": 2, "multicolor_math": 0, "sums": 2}
    assert record["means"]["arithmetic"] == {"kinds": 1, "mean": 1.0, "lowest": 1.0, "lowest kind": "sums"}
    assert record["means"]["text"]["mean"] == pytest.approx(2 / 3)
    assert record["means of exact text"]["text"]["mean"] == pytest.approx(1 / 3)
    assert record["means of peers"]["ddddocr"]["text"]["mean"] == 0
    assert "arithmetic, ddddocr" in result.output
    assert record["trust"]["trusted"] == 2
    assert record["trust"]["wrong of trusted"] == 1
    assert record["reached"]["arithmetic: mean of at least 98%"]
    assert not record["reached"]["text: none under 85%"]
    assert record["not ahead of"] == {"ddddocr": ["multicolor_math"], "ddddocr, other images": []}
    assert {"command", "processor", "versions", "date"} <= record.keys()
    assert "RapidOCR line reader is not installed" in result.output
    assert "multicolor_math *" in result.output
    assert sorted(file.name for file in errors.iterdir()) == ["letters.png", "multicolor_math.png"]
    page = (docs / "captcha-kinds.md").read_text(encoding="utf-8")
    assert "| sums " in page
    assert "Not measured yet: `python -m benchmarks.captchas.trust --help`" in page


def test_one_kind_alone(
    data: Path, call: Call, by_heart: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "recognizer", by_heart)
    out = tmp_path / "out.json"
    call(kinds.command, "--data", data, "--only", "sums", "--docs", tmp_path, "--out", out)
    assert [row["kind"] for row in json.loads(out.read_text(encoding="utf-8"))["kinds"]] == ["sums"]


@pytest.mark.parametrize(("only", "message"), [((), "no such folder"), (("--only", "sum"), "no such folder")])
def test_without_data_it_says_what_it_wants(tmp_path: Path, only: tuple[str, ...], message: str) -> None:
    result = CliRunner().invoke(kinds.command, ["--data", str(tmp_path / "none"), *only])
    assert result.exit_code == 1
    assert message in result.output


def test_an_unknown_kind_is_named(data: Path) -> None:
    result = CliRunner().invoke(kinds.command, ["--data", str(data), "--only", "sum"])
    assert result.exit_code == 1
    assert "has no kind sum; it has letters, multicolor_math, sums" in result.output


def test_a_file_that_is_no_image_is_an_error_not_an_end(data: Path, known: object) -> None:
    from benchmarks.captchas.answers import answers
    from ocr.errors import UnreadableImageError

    def broken(image: object) -> Fake:
        raise UnreadableImageError("0.png: is empty")

    (answer,) = answers(broken, [data / "sums" / "0.png"], "sums")
    assert (answer.text, answer.value, answer.trusted, answer.problem) == ("", None, False, "0.png: is empty")
