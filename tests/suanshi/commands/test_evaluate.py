"""suanshi evaluate: folders and drawings, what is printed where, how calls end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from generators.contest.look import LOOKS
from generators.contest.sampler import sampler
from generators.evaluation_images import drawn
from generators.folder import write_folder
from generators.stream import HELD_OUT_SEEDS
from ocr.evaluation.contact_sheet import contact_sheet
from preprocessing.read import read_image
from suanshi.main import suanshi
from suanshi.training.synthetic_task import PLAIN_STYLES

Save = Callable[..., Path]
Write = Callable[..., Any]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, ["evaluate", *map(str, arguments)])


@pytest.fixture
def data(tmp_path: Path, write_grey: Write) -> Path:
    """Three images in the contest's form: one read right, one labelled as another, one with another text and value."""
    folder = tmp_path / "数据"
    folder.mkdir()
    for number, text in enumerate(("1+2*3", "7-2", "4*2")):
        Image.fromarray(write_grey(text)).save(folder / f"{number}.png")
    (folder / "labels.txt").write_text("1+2*3 7\n1-2 -1\n4+4 8\n", encoding="utf-8")
    return folder


def test_a_folder(grey_bundle: Save, data: Path) -> None:
    result = call("--model", grey_bundle(), "--data", data)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["images", "3"]
    assert lines[1].split() == ["text", "33.3333%", "(2", "wrong)"]
    assert lines[2].split() == ["value", "66.6667%", "(1", "wrong)"]
    assert "1 -> 7  1" in result.stdout
    assert "+ -> *  1" in result.stdout


def test_characters_that_the_reader_does_not_know(grey_bundle: Save, data: Path) -> None:
    (data / "labels.txt").write_text("1+2*3 7\n7÷2 3.5\n4×2 8\n", encoding="utf-8")
    result = call("--model", grey_bundle(), "--data", data)
    assert result.exit_code == 0
    assert result.stderr == "suanshi: 2 of 3 labels hold characters that the model does not know: ×÷\n"
    assert "×  0 read of 1, read 0 times\n" in result.stdout
    assert "-  0 read of 0, read 1 times\n" in result.stdout


def test_json(grey_bundle: Save, data: Path) -> None:
    result = call("--model", grey_bundle(), "--data", data, "--json")
    entry = json.loads(result.stdout)
    assert (entry["count"], entry["right"], entry["value_right"], entry["unreadable"]) == (3, 1, 2, [])
    assert [(each["expected"], each["got"]) for each in entry["errors"]] == [("1-2", "7-2"), ("4+4", "4*2")]


def test_files_that_cannot_be_read_are_named_and_the_rest_is_measured(grey_bundle: Save, data: Path) -> None:
    (data / "0.png").write_text("no image")
    (data / "2.png").unlink()
    result = call("--model", grey_bundle(), "--data", data)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0].split() == ["images", "1"]
    first, second = result.stderr.splitlines()
    assert "0.png: is not an image" in first
    assert "2.png: no such file" in second


def test_no_file_can_be_read(grey_bundle: Save, data: Path) -> None:
    for image in data.glob("*.png"):
        image.write_bytes(b"")
    result = call("--model", grey_bundle(), "--data", data)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0].split() == ["images", "0"]


def test_errors_become_a_picture(grey_bundle: Save, data: Path, tmp_path: Path) -> None:
    picture = tmp_path / "errors.png"
    result = call("--model", grey_bundle(), "--data", data, "--errors", picture)
    assert result.exit_code == 0, result.output
    height, width, _ = read_image(picture).shape
    assert width > 2 * 180
    assert height > 60


def test_no_errors_no_picture(grey_bundle: Save, data: Path, tmp_path: Path) -> None:
    (data / "labels.txt").write_text("1+2*3 7\n7-2 5\n4*2 8\n", encoding="utf-8")
    picture = tmp_path / "errors.png"
    result = call("--model", grey_bundle(), "--data", data, "--errors", picture)
    assert result.exit_code == 0
    assert "nothing was read wrong" in result.stderr
    assert not picture.exists()


@pytest.mark.parametrize("options", [(), ("--look", "wide", "--held-out", "--jobs", "2", "--seed", "5")])
def test_drawn_images(grey_bundle: Save, options: tuple[str, ...]) -> None:
    bundle = grey_bundle()
    results = [call("--model", bundle, "--synthetic", 3, "--json", *options) for _ in range(2)]
    assert results[0].exit_code == 0, results[0].output
    assert results[0].stdout == results[1].stdout
    entry = json.loads(results[0].stdout)
    assert entry["count"] == entry["valued"] == 3
    assert all(len(each["expected"]) in (5, 7) for each in entry["errors"])


def test_captchas_are_drawn_for_a_captcha_reader(grey_bundle: Save) -> None:
    result = call("--model", grey_bundle(task="captcha"), "--synthetic", 2, "--json")
    entry = json.loads(result.stdout)
    assert entry["valued"] == 0
    assert all(len(each["expected"]) == 4 for each in entry["errors"])


def test_drawings_are_those_that_generate_writes_for_a_held_out_seed(tmp_path: Path) -> None:
    draw = sampler("contest")
    list(write_folder(draw, tmp_path, count=3, seed=HELD_OUT_SEEDS[7], label=str))
    labels = (tmp_path / "labels.txt").read_text(encoding="utf-8").split()
    for jobs in (1, 2):
        images = list(drawn(draw, count=3, seed=7, jobs=jobs))
        assert [text for _, text in images] == labels
        for number, (pixels, _) in enumerate(images):
            assert np.array_equal(pixels, read_image(tmp_path / f"{number}.png"))


def test_options_agree_with_the_generators() -> None:
    assert set(PLAIN_STYLES) == set(LOOKS)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["--data", ".", "--synthetic", "3"],
        ["--data", "gone"],
        ["--data", ".", "--look", "wide"],
        ["--data", ".", "--held-out"],
        ["--data", "."],
        ["--synthetic", "0"],
        ["--synthetic", "3", "--seed", "-1"],
        ["--synthetic", "3", "--seed", "1000000"],
        ["--synthetic", "3", "--look", "odd"],
        ["--synthetic", "3", "--errors", "out.jpg"],
        ["--synthetic", "3", "--errors", "gone/out.png"],
        ["--synthetic", "3", "--model", "gone"],
    ],
)
def test_wrong_calls_end_with_2(
    grey_bundle: Save, wrong: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = grey_bundle()
    monkeypatch.chdir(tmp_path)
    result = call("--model", model, *wrong)
    assert result.exit_code == 2
    assert result.stderr
    assert "Traceback" not in result.output


def test_a_sheet_needs_images() -> None:
    with pytest.raises(ValueError, match="at least one"):
        contact_sheet([])
