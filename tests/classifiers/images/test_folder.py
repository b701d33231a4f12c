"""Folders and zips of classes: what is read, what is left out, what is refused, and the split."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifiers.images.folder import LEAST, read_folder, split, square
from ocr.errors import OcrError

Classes = Callable[..., Path]


def test_pictures_come_with_their_classes_and_shapes(classes: Classes) -> None:
    found = read_folder(classes(12, 10), 16)
    assert found.classes == ("blue", "red")
    assert found.counts == {"blue": 10, "red": 12}
    assert found.pixels.shape == (22, 16, 16, 3)
    np.testing.assert_allclose(found.ratios, 1.5)
    assert found.names[0] == "blue/blue.0.png"
    red = found.labels == 1
    assert (found.pixels[red, ..., 0].mean((1, 2)) > found.pixels[red, ..., 2].mean((1, 2))).all()


def test_what_is_no_picture_is_left_out_and_told(classes: Classes) -> None:
    folder = classes(12, 11)
    (folder / "red" / "text.png").write_text("no picture")
    (folder / "red" / "empty.jpg").touch()
    (folder / "red" / ".hidden").touch()
    (folder / "notes.txt").write_text("notes")
    shutil.copy(folder / "red" / "red.3.png", folder / "blue" / "copy.png")
    found = read_folder(folder, 16)
    assert found.counts == {"blue": 12, "red": 11}
    reasons = {each.name: each.reason for each in found.left_out}
    assert reasons.keys() == {"notes.txt", "red/empty.jpg", "red/red.3.png", "red/text.png"}
    assert reasons["notes.txt"] == "lies in no class's folder"
    assert reasons["red/empty.jpg"] == "is empty (0 bytes)"
    assert reasons["red/red.3.png"] == "the same picture as blue/copy.png"


@pytest.mark.parametrize("around", ["", "data/all/"])
def test_a_zip_is_read_like_its_folder(classes: Classes, tmp_path: Path, around: str) -> None:
    folder = classes(10, 10)
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as packed:
        for path in sorted(folder.rglob("*.png")):
            packed.write(path, f"{around}{path.relative_to(folder)}")
        packed.writestr(f"__MACOSX/{around}red/._red.0.png", b"x")
        packed.writestr(f"{around}red/broken.png", b"x")
    plain, zipped = read_folder(folder, 16), read_folder(tmp_path / "some.zip", 16)
    np.testing.assert_array_equal(plain.pixels, zipped.pixels)
    assert zipped.classes == plain.classes
    assert [each.name for each in zipped.left_out] == [f"{around}red/broken.png"]


def test_what_cannot_be_trained_on_is_refused(classes: Classes, tmp_path: Path) -> None:
    with pytest.raises(OcrError, match=rf"a class needs {LEAST} pictures .* red 9"):
        read_folder(classes(9, 10), 16)
    with pytest.raises(OcrError, match="two or more classes, found only red"):
        read_folder(classes(10), 16)
    with pytest.raises(OcrError, match="found none"):
        read_folder(tmp_path, 16)
    with pytest.raises(OcrError, match="no such folder"):
        read_folder(tmp_path / "gone", 16)
    (tmp_path / "text.zip").write_text("no zip")
    with pytest.raises(OcrError, match="neither a folder nor a zip"):
        read_folder(tmp_path / "text.zip", 16)
    with pytest.raises(OcrError, match="take more than 4 GB"):
        read_folder(classes(10, 10), 10_000)


def test_the_split_is_by_class_and_does_not_change_with_the_place(classes: Classes, tmp_path: Path) -> None:
    folder = classes(20, 10, 15)
    rest, part = split(read_folder(folder, 16), 0.2)
    assert part.counts == {"blue": 2, "green": 3, "red": 4}
    assert rest.counts == {"blue": 8, "green": 12, "red": 16}
    assert not {*rest.names} & {*part.names}
    moved = shutil.copytree(folder, tmp_path / "else" / "where")
    _, again = split(read_folder(moved, 8), 0.2)
    assert again.names == part.names
    _, more = split(rest, 0.01)
    assert more.counts == {"blue": 1, "green": 1, "red": 1}
    for share in (0, 1, float("nan")):
        with pytest.raises(OcrError, match="between 0 and 1"):
            split(rest, share)


def test_a_square_keeps_the_mean_and_its_input() -> None:
    image = np.random.default_rng(0).integers(0, 256, (64, 32, 3), np.uint8)
    before = image.copy()
    assert square(image, 16).shape == (16, 16, 3)
    assert abs(float(square(image, 16).mean()) - float(image.mean())) < 1
    np.testing.assert_array_equal(image, before)
    assert square(image[:1, :1], 16).shape == (16, 16, 3)


def test_files_deeper_in_a_class_belong_to_it(classes: Classes) -> None:
    folder = classes(12, 12)
    (folder / "red" / "more").mkdir()
    Image.new("RGB", (5, 5), (9, 9, 9)).save(folder / "red" / "more" / "x.png")
    found = read_folder(folder, 16)
    assert found.counts == {"blue": 12, "red": 13}
    assert "red/more/x.png" in found.names


def test_a_zip_from_a_stranger(classes: Classes, tmp_path: Path) -> None:
    """Odd names are read, those that lead out of it are told, and what is damaged or far too large is left out."""
    folder = classes(10, 10)
    with zipfile.ZipFile(tmp_path / "some.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for start, path in zip(["./", "/", "", ""] * 5, sorted(folder.rglob("*.png")), strict=True):
            packed.writestr(f"{start}{path.relative_to(folder)}".replace("/red.", "//red."), path.read_bytes())
        packed.writestr("red/bomb.png", b"\0" * 50_000_000)
        packed.writestr("../red/out.png", b"x")
        packed.writestr("red/damaged.png", bytes(range(256)) * 9)
    content = bytearray((tmp_path / "some.zip").read_bytes())
    place = content.index(b"red/damaged.png") + 60
    content[place : place + 4] = b"\xff\xff\xff\xff"
    (tmp_path / "some.zip").write_bytes(content)
    found = read_folder(tmp_path / "some.zip", 16)
    assert found.counts == {"blue": 10, "red": 10}
    reasons = {each.name: each.reason for each in found.left_out}
    assert reasons.keys() == {"red/bomb.png", "../red/out.png", "red/damaged.png"}
    assert "unpacks to 50000000 bytes" in reasons["red/bomb.png"]
    assert "leads out of the zip" in reasons["../red/out.png"]
    assert "damaged" in reasons["red/damaged.png"]
