"""Folders of fingerprints: what is read, whose finger it is, and which part is held out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autoencoders.folder import SIDE, Fingerprints, counts, finger_of, read_folder, to_input
from ocr.errors import OcrError


def write(path: Path, size: tuple[int, int] = (30, 40)) -> None:
    values = np.random.default_rng(len(path.name)).integers(0, 256, size, dtype=np.uint8)
    Image.fromarray(values).save(path)


def test_tiff_bmp_and_png_are_read_and_the_rest_is_listed(tmp_path: Path) -> None:
    for name in ("101_1.tif", "101_2.BMP", "102_1.png", "left thumb.tiff"):
        write(tmp_path / name)
    (tmp_path / "103_1.tif").write_bytes(b"")
    (tmp_path / "103_2.png").write_text("no picture", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not even tried", encoding="utf-8")
    found = read_folder(tmp_path)
    assert [path.name for path in found.paths] == ["101_1.tif", "101_2.BMP", "102_1.png", "left thumb.tiff"]
    assert found.fingers == ("101", "101", "102", "left thumb.tiff")
    assert found.images.shape == (4, SIDE, SIDE, 1)
    assert [Path(reason.split(": ")[0]).name for reason in found.left_out] == ["103_1.tif", "103_2.png"]


@pytest.mark.parametrize(
    ("name", "finger"), [("101_3.tif", "101"), ("a_b_12.png", "a_b"), ("_1.png", "_1.png"), ("x_y.bmp", "x_y.bmp")]
)
def test_the_name_tells_the_finger(name: str, finger: str) -> None:
    assert finger_of(Path(name)) == finger


def test_folders_without_fingerprints_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OcrError, match=r"has none; expected fingerprints as \.tif"):
        read_folder(tmp_path)
    (tmp_path / "1.png").write_bytes(b"")
    with pytest.raises(OcrError, match="none of its 1 files can be read; the first"):
        read_folder(tmp_path)
    with pytest.raises(OcrError, match="No such file"):
        read_folder(tmp_path / "none")


def fingerprints(fingers: int, impressions: int) -> Fingerprints:
    paths = [Path(f"{100 + finger}_{each + 1}.tif") for finger in range(fingers) for each in range(impressions)]
    return Fingerprints(tuple(paths), tuple(map(finger_of, paths)), np.zeros((len(paths), 1, 1, 1), np.uint8))


def test_splits_are_a_fifth_and_fingers_stay_whole() -> None:
    found = fingerprints(10, 8)
    by_finger, by_image = found.held_out("finger"), found.held_out("image")
    assert by_finger.sum() == by_image.sum() == 16
    assert counts(found, by_finger)["fingers on both sides"] == 0
    assert counts(found, by_image)["fingers on both sides"] > 4
    assert counts(found, by_finger)["validation fingers"] == 2


def test_a_split_depends_on_names_only() -> None:
    found = fingerprints(5, 4)
    turned = Fingerprints(found.paths[::-1], found.fingers[::-1], found.images)
    for split in ("finger", "image"):
        np.testing.assert_array_equal(turned.held_out(split)[::-1], found.held_out(split))


def test_too_few_for_a_split_are_refused() -> None:
    with pytest.raises(OcrError, match="1 fingers can't be split"):
        fingerprints(1, 8).held_out("finger")
    assert fingerprints(1, 8).held_out("image").sum() == 2


@pytest.mark.parametrize("size", [(388, 374), (10, 500), (224, 224)])
def test_any_size_becomes_the_networks(size: tuple[int, int]) -> None:
    assert to_input(np.full(size, 9, np.uint8)).shape == (SIDE, SIDE, 1)
    assert (to_input(np.full(size, 9, np.uint8)) == 9).all()


def test_the_side_is_the_networks() -> None:
    from autoencoders import networks

    assert networks.SIDE == SIDE
