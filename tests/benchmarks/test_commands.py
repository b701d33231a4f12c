"""Each benchmark runs from end to end, on a few images and a reader that needs no training."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from benchmarks import accuracy, captchas, look, peers, sets, speed
from preprocessing.read import read_image

Save = Callable[..., Path]
Write = Callable[..., Any]


def call(command: click.Command, *arguments: object) -> Result:
    result = CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def data(tmp_path: Path, write_grey: Write) -> Path:
    folder = tmp_path / "real"
    folder.mkdir()
    for number, text in enumerate(("1+2*3", "7-2-1")):
        Image.fromarray(write_grey(text)).save(folder / f"{number}.png")
    Image.fromarray(write_grey("8")).save(folder / "nobody_knows.png")
    (folder / "labels.txt").write_text("1+2*3 7\n7-2+1 6\n", encoding="utf-8")
    return folder


def test_accuracy(grey_bundle: Save, data: Path, tmp_path: Path) -> None:
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


def test_captchas(grey_bundle: Save, tmp_path: Path) -> None:
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


def test_the_sets_differ_in_typefaces_and_the_library_draws_by_itself() -> None:
    assert sets.contest().seeded
    assert not sets.library().seeded
    ours, theirs = ({*share.fonts} for share in (_share(sets.contest()), _share(sets.held_out_typefaces()[0])))
    assert ours
    assert theirs
    assert not ours & theirs
    first, second = (list(sets.library().pairs(2, 3)) for _ in range(2))
    assert [text for _, text in first] == [text for _, text in second]
    assert first[0][0].shape == (60, 180, 3)
    assert not np.array_equal(first[0][0], second[0][0])


def _share(images: sets.ImageSet) -> Any:
    assert not isinstance(images.sample, sets.LibraryImages)
    return images.sample.shares[0]


def test_speed(grey_bundle: Save, tmp_path: Path) -> None:
    out = tmp_path / "speed.json"
    options = ["--rounds", 3, "--images", 64, "--drawings", 4, "--part", "drawing", "--part", "reading"]
    call(speed.command, "--model", grey_bundle(), "--out", out, *options)
    record = json.loads(out.read_text(encoding="utf-8"))
    assert record["drawing"]["captcha library"]["times_as_fast"] == 1
    assert record["drawing"]["ours, contest look"]["median"] > 0
    assert record["reading"]["batch"].keys() == {"1", "8", "32", "64"}
    for each in record["reading"]["batch"].values():
        assert all(seconds > 0 for seconds in each["seconds_an_image"].values())


def test_networks_are_skipped_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "find_spec", lambda name: None)
    out = tmp_path / "speed.json"
    result = call(speed.command, "--out", out, "--part", "networks")
    assert "pip install 'suanshi[train]'" in result.output
    assert json.loads(out.read_text(encoding="utf-8"))["networks"]["missing"]


def test_ratios_are_medians_of_pairs() -> None:
    assert speed.ratio([2.0, 9.0, 3.0], [1.0, 1.0, 1.0]) == 3.0
    calls: list[str] = []
    times = speed.interleaved({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, 3)
    assert "".join(calls) == "abababab"
    assert {name: len(each) for name, each in times.items()} == {"a": 3, "b": 3}


def test_peers(grey_bundle: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_look(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    pairs = list(sets.contest().pairs(3, 1))
    for number, (pixels, _) in enumerate(pairs):
        Image.fromarray(pixels).save(real / f"{number}.png")
    (real / "labels.txt").write_text("".join(f"{text}\n" for _, text in pairs), encoding="utf-8")
    out, picture = tmp_path / "look.json", tmp_path / "docs" / "look.png"
    options = ["--data", real, "--count", 8, "--tries", 3, "--picture", picture, "--out", out]
    result = call(look.command, *options)
    assert "| stroke width " in result.output
    record = json.loads(out.read_text(encoding="utf-8"))
    assert record["images"].keys() == {"real", "drawn"}
    assert read_image(picture).shape[1] > 3 * 360


def test_measures_of_a_known_image() -> None:
    image = np.full((60, 180, 3), 250, np.uint8)
    image[10:50, 20:28] = 100  # a bar of 8 by 40, and three dots, one darker
    for left, shade in ((100, 100), (120, 100), (140, 20)):
        image[30:33, left : left + 3] = shade
    found = look.measure(image)
    assert found is not None
    assert found.dots == 3
    assert found.contrast == 150
    assert found.ink_end == pytest.approx(28, abs=1)
    assert found.glyph_height == pytest.approx(40, abs=2)
    assert found.stroke_width == pytest.approx(8, abs=1.5)
    assert look.measure(np.full((60, 180, 3), 250, np.uint8)) is None
