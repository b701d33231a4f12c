"""suanshi recognize and info: what is printed where, and how calls end."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from ocr.inference.reader import Reading
from ocr.inference.recognizer import Recognition
from ocr.inputs import ModelInput
from ocr.tasks import TASKS
from preprocessing.read import load_image, read_image
from suanshi.explanation import tile
from suanshi.image_arguments import find_images
from suanshi.main import COMMANDS, suanshi

ROOT = Path(__file__).parents[3]
Save = Callable[..., Path]
Write = Callable[..., Any]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, [str(argument) for argument in arguments])


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "suanshi.main", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, **{**pipes, **options})


@pytest.fixture
def images(tmp_path: Path, write_grey: Write) -> list[Path]:
    """Images of 1+2*3, 7/2 and 1/(2-2), the second with a Chinese name."""
    folder = tmp_path / "images"
    folder.mkdir()
    paths = [folder / name for name in ("a.png", "算式 二.png", "c.png")]
    for path, text in zip(paths, ("1+2*3", "7/2", "1/(2-2)"), strict=True):
        Image.fromarray(write_grey(text)).save(path)
    return paths


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
        ([], "Missing argument"),
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


def test_a_real_process_under_the_c_locale(grey_bundle: Save, images: list[Path]) -> None:
    environment = {**os.environ, "LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    environment["PYTHONCOERCECLOCALE"] = "0"
    missing = images[0].parent / "none.png"
    process = start("recognize", *images[:2], missing, "--model", grey_bundle(), env=environment)
    out, err = process.communicate()
    assert out.decode() == f"{images[0]}\t1+2*3\t7\n{images[1]}\t7/2\t7/2\n"
    assert process.returncode == 1
    assert err.decode().strip() == f"suanshi: {missing}: no such file"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse file names that are no text")
def test_a_file_name_that_is_no_text(grey_bundle: Save, images: list[Path]) -> None:
    name = os.fsencode(images[0].parent) + b"/\xff\xfe.png"
    os.rename(images[0], name)
    for option in ([], ["--json"]):
        process = start("recognize", os.fsdecode(name), os.fsdecode(name) + "x", *option, "--model", grey_bundle())
        out, err = process.communicate()
        assert process.returncode == 1
        assert b"no such file" in err
        assert b"Traceback" not in err
        if option:
            assert json.loads(out.splitlines()[0].decode())["file"] == os.fsdecode(name)
        else:
            assert out == name + b"\t1+2*3\t7\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals and pipes of Unix")
def test_a_closed_pipe_is_quiet(grey_bundle: Save, images: list[Path]) -> None:
    process = start("recognize", *images[:1] * 5000, "--model", grey_bundle())
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals and pipes of Unix")
def test_ctrl_c_is_quiet(grey_bundle: Save, images: list[Path]) -> None:
    process = start("recognize", *images[:1] * 20000, "--model", grey_bundle())
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline()  # it is reading by now, and soon waits for someone to take its lines
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    assert process.stderr.read().strip() == b""
    assert process.wait() == 130


def test_info_shows_a_bundle_and_its_card(grey_bundle: Save, tmp_path: Path) -> None:
    folder = grey_bundle()
    result = call("info", folder)
    assert result.exit_code == 0
    for shown in (folder.name, "0123456789", "height 60, width up to 180", "made for tests", "exact", "1.0", "0.9"):
        assert shown in result.stdout
    assert call("info", "poetry").exit_code == 2
    (folder / "bundle.json").write_text("{")
    result = call("info", folder)
    assert result.exit_code == 2
    assert "not valid JSON" in result.stderr
    assert call("info").exit_code == 0


def test_help_lists_all_commands() -> None:
    result = call("--help")
    assert result.exit_code == 0
    for name, summary in COMMANDS.items():
        assert name in result.stdout
        assert summary in result.stdout
        assert call(name, "--help").exit_code == 0
    assert call("poetry").exit_code == 2


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


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [["--help"], ["info"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told_in_a_line(arguments: list[str], unbuffered: str) -> None:
    with open("/dev/full", "wb") as full:
        process = start(*arguments, stdout=full, env={**os.environ, "PYTHONUNBUFFERED": unbuffered})
        _, err = process.communicate()
    assert err == b"suanshi: stdout: No space left on device\n"
    assert process.returncode == 1


def test_a_name_that_no_typeface_writes_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    titles: list[str] = []
    monkeypatch.setattr("ocr.evaluation.explain.explain", lambda *_, title, **__: titles.append(title))
    answer = Recognition("1+1", Fraction(2), 1.0, (), None, "arithmetic")
    prepared = ModelInput(np.zeros((60, 60, 1), np.uint8), 60)
    image = load_image(np.zeros((60, 60, 3), np.uint8))
    reading = Reading("a.png", answer, prepared, image, spec=TASKS["arithmetic"])
    for number, name in enumerate(["plain.png", "流.png", "\ue000.png", "a\nb.png"], start=1):
        tile(reading, name, number)
    assert titles == ["plain.png", "流.png", "image 3", "image 4"]


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


def test_folders_and_standard_input_hold_images(grey_bundle: Save, images: list[Path]) -> None:
    (images[0].parent / "notes.txt").write_text("no image")
    folder, bundle = images[0].parent, grey_bundle()
    texts = [line.split("\t")[1] for line in call("recognize", folder, "--model", bundle).stdout.splitlines()]
    assert texts == ["1+2*3", "1/(2-2)", "7/2"]  # sorted by name
    process = start("recognize", "-", "--model", bundle, stdin=subprocess.PIPE)
    out, _ = process.communicate(images[0].read_bytes())
    assert out.decode() == "-\t1+2*3\t7\n"
    (folder / "empty").mkdir()
    assert "holds no images" in call("recognize", folder / "empty", "--model", bundle).stderr


def test_numbered_files_of_a_folder_come_in_the_order_of_numbers(tmp_path: Path) -> None:
    for name in ("10.png", "9.png", "b.png", "a.png"):
        (tmp_path / name).touch()
    assert [Path(name).name for name in find_images([str(tmp_path)])[1]] == ["9.png", "10.png", "a.png", "b.png"]


def test_only_trusted_answers_are_printed_where_told_so(grey_bundle: Save, images: list[Path]) -> None:
    image = Image.open(images[0]).point(lambda level: level - 3 if level == 255 - 6 * 13 else level)
    image.save(images[0])  # "*" lies half-way to the next character
    bundle = grey_bundle(threshold=0.9889)
    doubtful = call("recognize", images[0], "--model", bundle)
    assert doubtful.stdout == f"{images[0]}\t1+2*3\t7\t?\n"
    assert call("recognize", images[0], "--model", bundle, "--only-trusted").stdout == ""
    assert call("recognize", images[1], "--model", bundle, "--only-trusted").stdout.endswith("\t7/2\n")


def test_an_image_as_text_is_never_printed_whole(grey_bundle: Save, images: list[Path]) -> None:
    url = "data:image/png;base64," + base64.b64encode(images[0].read_bytes()).decode()
    assert call("recognize", url, "--model", grey_bundle()).stdout == "data URL\t1+2*3\t7\n"


@pytest.mark.parametrize(("length", "shown"), [("4-2", "no number of characters"), ("x", "no number of characters")])
def test_lengths_are_numbers_or_ranges(length: str, shown: str) -> None:
    result = call("recognize", "a.png", "--length", length)
    assert result.exit_code == 2
    assert shown in result.stderr
