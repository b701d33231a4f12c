"""suanshi recognize: what is printed where, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from preprocessing.read import read_image
from suanshi.main import suanshi

ROOT = Path(__file__).parents[3]
Save = Callable[..., Path]
Write = Callable[..., Any]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, [str(argument) for argument in arguments])


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "suanshi.main", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, **{**pipes, **options})


def test_a_line_per_image(grey_bundle: Save, images: list[Path]) -> None:
    result = call("recognize", *images, "--model", grey_bundle())
    assert result.exit_code == 0
    assert result.stdout == f"{images[0]}\t1+2*3\t7\n{images[1]}\t7/2\t7/2\n{images[2]}\t1/(2-2)\t\n"
    assert result.stderr == f"suanshi: {images[2]}: division by zero\n"


def test_json(grey_bundle: Save, images: list[Path]) -> None:
    result = call("recognize", *images, "--json", "--model", grey_bundle())
    assert result.exit_code == 0
    assert result.stderr == ""
    entries = [json.loads(line) for line in result.stdout.splitlines()]
    keys = ["file", "text", "value", "confidence", "trusted", "threshold", "kind", "model", "problem", "characters"]
    assert all(list(entry) == keys for entry in entries)
    assert [entry["trusted"] for entry in entries] == [True, True, True]
    assert {entry["kind"] for entry in entries} == {"arithmetic"}
    assert [entry["file"] for entry in entries] == list(map(str, images))
    assert [entry["value"] for entry in entries] == ["7", "7/2", None]
    assert [entry["problem"] for entry in entries] == [None, None, "division by zero"]
    assert entries[0]["confidence"] > 0.99
    assert {**entries[0]["characters"][1], "confidence": None} == {
        "symbol": "+",
        "confidence": None,
        "start": 8,
        "end": 12,
    }
    assert "算式" in result.stdout


def bad_files(folder: Path) -> dict[Path, str]:
    """Write files that are no images into `folder`; return what should be said of each."""
    good = folder / "whole.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (80, 80, 3), dtype=np.uint8)).save(good)
    contents = {"empty.png": b"", "text.png": b"hello", "half.png": good.read_bytes()[:900]}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {
        folder / "empty.png": "is empty",
        folder / "text.png": "not an image",
        folder / "half.png": "truncated",
        folder / "none.png": "no such file",
    }


def test_good_files_are_done_between_bad_ones(grey_bundle: Save, images: list[Path], tmp_path: Path) -> None:
    bad = bad_files(tmp_path)
    mixed = [path for path in bad for path in (path, images[0])]
    result = call("recognize", *mixed, "--model", grey_bundle())
    assert result.exit_code == 1
    assert result.stdout == f"{images[0]}\t1+2*3\t7\n" * len(bad)
    for path, why in bad.items():
        assert any(line.startswith(f"suanshi: {path}: ") and why in line for line in result.stderr.splitlines())
    assert "Traceback" not in result.stderr
    result = call("recognize", *mixed, "--model", grey_bundle(), "--json")
    assert result.exit_code == 1
    entries = [json.loads(line) for line in result.stdout.splitlines()]
    assert [entry["file"] for entry in entries] == list(map(str, mixed))
    for entry, why in zip(entries[::2], bad.values(), strict=True):
        assert (entry["text"], entry["value"], entry["confidence"], entry["characters"]) == (None, None, 0, [])
        assert why in entry["problem"]


def test_more_files_than_a_batch_come_in_order(grey_bundle: Save, images: list[Path]) -> None:
    many = [images[index % 2] for index in range(150)]
    result = call("recognize", *many, "--model", grey_bundle())
    assert [line.split("\t")[0] for line in result.stdout.splitlines()] == list(map(str, many))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "expected images: files, folders, - for standard input, or --files-from"),
        (["a.png", "--model", "poetry"], "neither a shipped model nor a folder"),
        (["a.png", "--colour"], "No such option"),
        (["a.png", "--length", "0"], "--length"),
        (["a.png", "--model", "arithmetic", "--length", "4"], "reads arithmetic, not captchas"),
        (["a.png", "--model", "arithmetic", "--alphabet", "123"], "reads arithmetic, not captchas"),
        (["a.png", "--explain", "out.jpg"], "ends in .png"),
        (["a.png", "--explain", "nowhere/out.png"], "no such folder"),
    ],
)
def test_wrong_calls_end_with_2(arguments: list[str], why: str) -> None:
    result = call("recognize", *arguments)
    assert result.exit_code == 2
    assert why in result.stderr
    assert result.stdout == ""
    assert isinstance(result.exception, SystemExit)


def test_explain_writes_one_picture(grey_bundle: Save, images: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    result = call("recognize", *images, tmp_path / "none.png", "--model", grey_bundle(), "--explain", out)
    assert result.exit_code == 1
    height, width, _ = read_image(out).shape
    assert width > 3 * 450
    one = tmp_path / "one.png"
    assert call("recognize", images[0], "--model", grey_bundle(), "--explain", one).exit_code == 0
    assert read_image(one).shape[1] < width / 2  # three in a row
    assert height == read_image(one).shape[0]


def test_explain_does_not_overwrite_its_input(grey_bundle: Save, images: list[Path]) -> None:
    before = images[0].read_bytes()
    result = call("recognize", images[0], "--model", grey_bundle(), "--explain", images[0])
    assert result.exit_code == 2
    assert "one of the images" in result.stderr
    assert images[0].read_bytes() == before


def test_doubtful_answers_are_named(grey_bundle: Save, images: list[Path]) -> None:
    doubtful = Image.open(images[0]).point(lambda level: level - 3 if level == 255 - 6 * 13 else level)
    doubtful.save(images[0])  # "*" lies half-way to the next character
    bundle = grey_bundle(threshold=0.9889)
    result = call("recognize", *images[:2], "--model", bundle)
    assert result.exit_code == 0
    (line,) = result.stderr.splitlines()
    start, _, end = line.partition("confidence ")
    assert start == f"suanshi: {images[0]}: doubtful, "
    assert end.endswith(" is below the model's 0.9889")
    assert 0.01 <= float(end.split()[0]) < 0.9889
    assert call("recognize", *images[:2], "--model", bundle, "--json").stderr == ""


def test_where_nothing_is_read_the_text_is_empty(grey_bundle: Save, tmp_path: Path) -> None:
    path = tmp_path / "blank.png"
    Image.new("RGB", (180, 60), "black").save(path)
    bundle = grey_bundle(channels=("stretched",), grammar="arithmetic")
    result = call("recognize", path, "--model", bundle)
    assert result.exit_code == 1
    assert result.stdout == f"{path}\t\t\t?\n"
    assert result.stderr == f"suanshi: {path}: no text found\n"
    entry = json.loads(call("recognize", path, "--model", bundle, "--json").stdout)
    assert (entry["text"], entry["value"], entry["characters"]) == ("", None, [])
    assert entry["problem"] == "no text found"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses such names")
def test_a_file_name_stays_on_its_line(grey_bundle: Save, images: list[Path]) -> None:
    path = images[0].rename(images[0].parent / "a\tb\nc\rd\\e.png")
    result = call("recognize", path, "--model", grey_bundle())
    assert result.stdout == f"{path.parent}/a\\tb\\nc\\rd\\\\e.png\t1+2*3\t7\n"
    result = call("recognize", path, "--model", grey_bundle(), "--json")
    assert json.loads(result.stdout)["file"] == str(path)
    assert "\\t, \\n, \\r and \\\\" in " ".join(call("recognize", "--help").stdout.split())


def test_captchas_of_an_alphabet_and_a_length(grey_bundle: Save, write_grey: Write, tmp_path: Path) -> None:
    image = write_grey("12+4")
    image[:, 16:20] += 3  # a + that is nearly a 9
    image[:, 16] -= 1
    image[:, 24:28] = 255 - 3  # between nothing and a 0, a little nearer to nothing
    image[:, 24] += 1
    path, model = tmp_path / "a.png", grey_bundle(task="captcha")
    Image.fromarray(image).save(path)
    digits = ("--alphabet", "0123456789")
    for options, text in (((), "12+"), (digits, "129"), (("--length", 4), "12+0"), ((*digits, "--length", 4), "1290")):
        result = call("recognize", path, "--model", model, *options)
        assert result.exit_code == 0
        assert result.stdout.split("\t")[:2] == [str(path), text]
    result = call("recognize", path, "--model", model, "--alphabet", "1é")
    assert result.exit_code == 2
    assert "does not know 'é'" in result.stderr


def test_a_file_without_permission_is_named_and_the_others_read(
    grey_bundle: Save, images: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: Any, *arguments: Any, **options: Any) -> Any:
        if os.fspath(name) == str(images[0]):
            raise PermissionError(13, "Permission denied")
        return opened(name, *arguments, **options)

    opened, access = open, os.access
    monkeypatch.setattr("os.access", lambda path, mode: os.fspath(path) != str(images[0]) and access(path, mode))
    monkeypatch.setattr("builtins.open", refuse)
    result = call("recognize", *images, "--model", grey_bundle())
    assert result.exit_code == 1
    assert f"{images[0]}: no permission to read it" in result.stderr
    assert len(result.stdout.splitlines()) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_once_and_for_everything(grey_bundle: Save, images: list[Path], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    picture = ("--explain", tmp_path / "e.png")
    for options in (("--model", grey_bundle()), ()):  # by default an unsure answer is read by another model, too
        writer = threading.Thread(target=lambda: pipe.write_bytes(images[0].read_bytes()))
        writer.start()
        result = call("recognize", pipe, *options, *picture)
        writer.join()
        assert result.exit_code == (1 if "no text found" in result.stderr else 0), result.stderr
        assert "not drawn" not in result.stderr
        (tmp_path / "e.png").unlink()


def test_only_trusted_answers_are_printed_where_told_so(grey_bundle: Save, images: list[Path]) -> None:
    image = Image.open(images[0]).point(lambda level: level - 3 if level == 255 - 6 * 13 else level)
    image.save(images[0])  # "*" lies half-way to the next character
    bundle = grey_bundle(threshold=0.9889)
    doubtful = call("recognize", images[0], "--model", bundle)
    assert doubtful.stdout == f"{images[0]}\t1+2*3\t7\t?\n"
    assert call("recognize", images[0], "--model", bundle, "--only-trusted").stdout == ""
    assert call("recognize", images[1], "--model", bundle, "--only-trusted").stdout.endswith("\t7/2\n")


@pytest.mark.parametrize(("length", "shown"), [("4-2", "no number of characters"), ("x", "no number of characters")])
def test_lengths_are_numbers_or_ranges(length: str, shown: str) -> None:
    result = call("recognize", "a.png", "--length", length)
    assert result.exit_code == 2
    assert shown in result.stderr
