"""The benchmark of trust: images without text, and what is trusted of them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from benchmarks.captchas.trust import __main__ as trust
from benchmarks.captchas.trust import alphabets as letters
from benchmarks.captchas.trust.nothing import CAPTCHA_SIZES, crop, empty_captchas, photographs
from tests.benchmarks.captchas.conftest import Fake, Known, WriteKind, equation

Call = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path, known: Known, write_kind: WriteKind) -> Path:
    """Two photographs, one of which the reader is sure of, an archive of three, and one kind of captchas."""
    folder = tmp_path / "data"
    (folder / "cats_dogs" / "cat").mkdir(parents=True)
    for number in range(2):
        Image.new("RGB", (50, 40), (250, 250, number * 200)).save(folder / "cats_dogs" / "cat" / f"{number}.png")
    for file in (folder / "cats_dogs" / "cat").iterdir():
        file.rename(file.with_suffix(".jpg"))  # a PNG by its content, so that its colour stays
    known[(250, 250, 200)] = Fake("meow", None, 0.999, True)
    with zipfile.ZipFile(folder / "cifar10_test_jpeg.zip", "w") as archive:
        for number in range(3):
            Image.new("RGB", (32, 32), (9, 9, number)).save(tmp_path / "tiny.png")
            archive.write(tmp_path / "tiny.png", f"airplane/{number}.png")
    pairs = [("1+2=?", equation("1+3=?", 0.995, trusted=True)), ("2+2=?", equation("2+2=?", 0.999, trusted=True))]
    write_kind("sums", pairs, folder / "captcha_kinds")
    return folder


def test_trust(data: Path, call: Call, by_heart: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "recognizer", by_heart)
    monkeypatch.setattr(letters, "FONT_FOLDERS", ())
    out, errors = tmp_path / "captcha_trust.json", tmp_path / "errors"
    options = ["--count", 4, "--docs", tmp_path, "--errors", errors, "--out", out]
    result = call(trust.command, "--data", data, *options)
    record = json.loads(out.read_text(encoding="utf-8"))
    sources = {(each["source"], each["shown"]): each for each in record["sources"]}
    assert sources["captchas, arithmetic", "1 kinds"]["wrong of trusted"] == 1
    photos = sources["cats and dogs", "whole"]
    assert (photos["count"], photos["trusted"], photos["answered"]) == (2, 1, 1)
    assert sources["cats and dogs", "captcha-sized crops"]["count"] == 4
    assert sources["CIFAR-10", "whole"]["count"] == 3
    assert sources["captchas without letters", "drawn here"]["count"] == 4
    assert record["trust"]["captchas"] == {"count": 2, "trusted": 2, "wrong of trusted": 1, "share": 0.5}
    assert record["at confidence"]["captchas"]["0.999"] == {"kept": 1, "wrong": 0}
    assert record["at confidence"]["nothing"]["0.999"]["wrong"] >= 1
    assert "Left out: tissue (GlaS)" in result.output
    assert {"trusted-captchas.png", "trusted-cats-and-dogs-whole.png"} <= {file.name for file in errors.iterdir()}
    assert "captchas without letters" in (tmp_path / "captcha-kinds.md").read_text(encoding="utf-8")


def test_it_wants_a_folder(tmp_path: Path) -> None:
    result = CliRunner().invoke(trust.command, ["--data", str(tmp_path / "none")])
    assert result.exit_code == 1
    assert "no such folder" in result.output


def test_images_without_text_come_again_with_their_seed(data: Path) -> None:
    for source in (empty_captchas(5, 1), *photographs(data, 5, 1)[0]):
        one, same = list(source.images()), list(source.images())
        assert all(np.array_equal(mine, other) for mine, other in zip(one, same, strict=True))
    sizes = {(image.shape[1], image.shape[0]) for image in empty_captchas(30, 2).images()}
    assert sizes <= set(CAPTCHA_SIZES)
    assert not np.array_equal(*(next(empty_captchas(1, seed).images())[:20, :48] for seed in (1, 2)))


@pytest.mark.parametrize("shape", [(32, 32), (400, 60), (20, 300)])
@pytest.mark.parametrize("size", CAPTCHA_SIZES)
def test_crops_have_their_size_whatever_they_are_cut_from(shape: tuple[int, int], size: tuple[int, int]) -> None:
    pixels = np.zeros((*shape, 3), np.uint8)
    assert crop(pixels, size, np.random.default_rng(0)).shape == (size[1], size[0], 3)


def test_letters_are_drawn_where_a_typeface_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "covers", lambda font, chars: chars == letters.ALPHABETS["Greek"])
    (tmp_path / "any.ttf").touch()
    found, missing = letters.alphabets(2, 0, [tmp_path])
    assert [source.name for source in found] == ["Greek letters"]
    assert len(missing) == len(letters.ALPHABETS) - 1


def test_a_file_that_is_no_typeface_covers_nothing(tmp_path: Path) -> None:
    (tmp_path / "any.ttf").touch()
    assert not letters.covers(tmp_path / "any.ttf", "a")
