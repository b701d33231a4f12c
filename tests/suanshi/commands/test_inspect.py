"""suanshi inspect: what it prints, and the picture."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from preprocessing.read import read_image
from suanshi.main import suanshi


def call(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, ["inspect", *map(str, arguments)])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "数据"
    folder.mkdir()
    for number, text in enumerate(("2b7", "77c", "cb2", "2 b", "7bc")):
        image = cv2.putText(np.full((30, 80), 255, np.uint8), text, (5, 25), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
        if text != "7bc":
            cv2.imencode(".png", image[:, : 80 - 10 * (number == 1)])[1].tofile(folder / f"{text}.png")
    (folder / "7bc.png").touch()
    (folder / "2b7.jpg").write_bytes((folder / "2b7.png").read_bytes())
    return folder


def test_what_is_found(data: Path) -> None:
    result = call(data)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "images      3, labels from the file names",
        "sizes       80x30 (2), 70x30 (1)",
        "lengths     3 (3)",
        "characters  4: 27bc",
        "            2 2  7 3  b 2  c 2",
        "copies      1, of which one each is used",
        "left out    2",
        "  2 b.png: the label '2 b' holds a blank",
        "  7bc.png: is empty (0 bytes)",
    ]
    assert result.stderr == ""


def test_json(data: Path) -> None:
    entry = json.loads(call(data, "--json").stdout)
    assert (entry["folder"], entry["images"], entry["lengths"]) == (str(data), 3, {"3": 3})
    assert entry["characters"] == {"2": 2, "7": 3, "b": 2, "c": 2}
    assert entry["copies"] == [["2b7.jpg", "2b7.png"]]
    assert [each["file"] for each in entry["left out"]] == ["2 b.png", "7bc.png"]


def test_picture(data: Path, tmp_path: Path) -> None:
    picture = tmp_path / "sheet.png"
    assert call(data, "--picture", picture).exit_code == 0
    height, width, _ = read_image(picture).shape
    assert (height, width) == (120, 3 * 224 + 8)


def test_wrong_calls(data: Path, tmp_path: Path) -> None:
    for wrong, says in (
        ((tmp_path / "gone",), "does not exist"),
        ((data, "--picture", tmp_path / "x.jpg"), "ends in .png"),
        ((data, "--picture", tmp_path / "gone" / "x.png"), "no such folder"),
        ((tmp_path,), "has no images and no labels.txt"),
    ):
        result = call(*wrong)
        assert result.exit_code == 2
        assert says in result.output
        assert "Traceback" not in result.output


def test_the_picture_spares_the_images(data: Path) -> None:
    for name in ("2b7.png", "2 b.png"):
        before = (data / name).read_bytes()
        result = call(data, "--picture", data / name)
        assert result.exit_code == 2
        assert "is one of the images" in result.output
        assert (data / name).read_bytes() == before


def test_the_picture_is_not_put_among_images_that_are_named_after_their_texts(data: Path) -> None:
    result = call(data, "--picture", data / "sheet.png")
    assert result.exit_code == 2
    assert "would be one of the labelled images" in result.stderr
    assert not (data / "sheet.png").exists()
