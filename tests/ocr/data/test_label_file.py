"""Limits on files of labels, and what is no file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ocr.data import label_file
from ocr.data.labels import LabelsError, find_labels, read_labels

Found = Callable[[Path], "tuple[str, list[tuple[str, str]]]"]


@pytest.mark.parametrize(("name", "line"), [("Labels.txt", "7.png AB"), ("LABELS.CSV", "7.png,AB")])
def test_capital_letters_in_the_names_of_label_files(tmp_path: Path, name: str, line: str, found: Found) -> None:
    (tmp_path / "7.png").touch()
    (tmp_path / "other.csv").touch()
    (tmp_path / name).write_text(f"{line}\n")
    source, images = found(tmp_path)
    assert source.startswith(name)
    assert images == [("7.png", "AB")]


def test_files_of_labels_are_no_longer_than_their_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0.png").touch()
    monkeypatch.setattr(label_file, "MOST_LINES", 10)
    (tmp_path / "labels.txt").write_text("0.png A\n" * 11)
    with pytest.raises(LabelsError, match=r"labels\.txt: has 11 lines; the limit is 10"):
        find_labels(tmp_path)
    monkeypatch.setattr(label_file, "MOST_BYTES", 50)
    with pytest.raises(LabelsError, match=r"labels\.txt: is larger than 5e-05 MB, the limit"):
        find_labels(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("name", ["labels.txt", "labels.csv"])
def test_pipes_and_devices_are_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    (tmp_path / "0.png").touch()
    if name == "labels.txt":
        with pytest.raises(LabelsError, match=r"labels\.txt: is a pipe or a device"):
            find_labels(tmp_path)
        (tmp_path / name).unlink()
        (tmp_path / name).symlink_to("/dev/zero")
    with pytest.raises(LabelsError):
        read_labels(tmp_path) if name == "labels.txt" else find_labels(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("labels.txt", "0.png A\n1.png B\n", 2),
        ("labels.txt", "1+2 3\n1+3 4\n", 2),
        ("labels.csv", "file,text\n0.png,A\n1.png,B\n", 3),
    ],
)
def test_images_that_are_no_files_are_named(tmp_path: Path, name: str, content: str, line: int) -> None:
    (tmp_path / "0.png").touch()
    (tmp_path / name).write_text(content)
    os.mkfifo(tmp_path / "1.png")
    with pytest.raises(LabelsError, match=rf"(line|row) {line}: 1\.png is a pipe or a device"):
        find_labels(tmp_path)
    (tmp_path / "1.png").unlink()
    (tmp_path / "1.png").symlink_to("/dev/zero")
    with pytest.raises(LabelsError, match=rf"(line|row) {line}: 1\.png is a pipe or a device"):
        find_labels(tmp_path)
