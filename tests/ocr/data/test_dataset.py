"""What a folder of labelled images holds, what is left out of it, and a split that more images do not move."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.data.dataset import FOLDS, Entry, read_folder
from ocr.errors import OcrError


def save(path: Path, seed: int, size: tuple[int, int] = (40, 20)) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0]), np.uint8)
    Image.fromarray(pixels).save(path, "PNG")


def entry(*names: str) -> Entry:
    return Entry(names, Path(names[0]), "AB", (40, 20))


def test_what_can_be_used_and_what_cannot(tmp_path: Path) -> None:
    labels = {f"{number}.png": "ab12" for number in range(12)}
    for number, name in enumerate(labels):
        save(tmp_path / name, number, (60, 20) if number == 3 else (40, 20))
    labels |= {"9.png": "a b", "10.png": "ab1€", "11.png": "ab12ab12ab12"}
    labels["2.png"] = "流b12"  # a Chinese character may well occur once
    (tmp_path / "5.png").write_bytes((tmp_path / "4.png").read_bytes())
    (tmp_path / "7.png").write_bytes((tmp_path / "6.png").read_bytes())
    labels["7.png"] = "cd34"
    (tmp_path / "8.png").write_bytes(b"")
    lines = [f"{name} {text}" for name, text in labels.items()]
    (tmp_path / "labels.txt").write_text("\n".join([*lines, "gone.png ab12", "0.png ab12"]), encoding="utf-8")
    folder = read_folder(tmp_path)
    assert [each.names for each in folder.entries] == [
        ("0.png",),
        ("1.png",),
        ("2.png",),
        ("3.png",),
        ("4.png", "5.png"),
    ]
    assert folder.copies == (("4.png", "5.png"),)
    assert folder.sizes == {(40, 20): 4, (60, 20): 1}
    assert folder.lengths == {4: 5}
    assert folder.vocabulary == "12ab流"
    conflict = "the same image has different labels: 6.png says ab12, 7.png says cd34"
    assert {each.name: each.reason for each in folder.left_out} == {
        "6.png": conflict,
        "7.png": conflict,
        "8.png": "is empty (0 bytes)",
        "9.png": "the label 'a b' holds a blank",
        "10.png": "the label holds '€', which no other does",
        "11.png": "the label has 12 characters where others have 4",
        "gone.png": "no such file",
    }
    told = folder.to_json()
    assert (told["images"], told["sizes"], told["copies"]) == (5, {"40x20": 4, "60x20": 1}, [["4.png", "5.png"]])
    assert {"file": "9.png", "text": "a b", "reason": "the label 'a b' holds a blank"} in told["left out"]


def test_copies_are_known_by_their_pixels(tmp_path: Path) -> None:
    save(tmp_path / "AB_1.png", 1)
    Image.open(tmp_path / "AB_1.png").save(tmp_path / "AB_2.bmp")
    save(tmp_path / "CD_1.png", 2)
    assert read_folder(tmp_path, "{text}_{}").copies == (("AB_1.png", "AB_2.bmp"),)


def test_nothing_that_can_be_used(tmp_path: Path) -> None:
    (tmp_path / "AB.png").write_bytes(b"no image")
    with pytest.raises(OcrError, match=r"none of its 1 labelled images can be used \(AB\.png: is not an image"):
        read_folder(tmp_path)


def test_the_split_is_by_name_alone() -> None:
    names = [f"{number}.png" for number in range(3000)]
    parts = [entry(name).part(fold=2) for name in names]
    assert [parts.count(part) for part in ("test", "validation", "training")] == [291, 261, 2448]
    held_out = [{name for name in names if entry(name).part(fold) == "test"} for fold in range(FOLDS)]
    assert set.union(*held_out) == set(names)
    assert sum(map(len, held_out)) == len(names)
    assert entry("e\u0301.png").part() == entry("é.png").part()


def test_the_split_does_not_depend_on_how_the_folder_is_spelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, elsewhere = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    elsewhere.mkdir()
    save(inside / "a.png", 1)
    save(elsewhere / "b.png", 2)
    (inside / "labels.csv").write_text(f"file,text\n{inside / 'a.png'},AB\n{elsewhere / 'b.png'},CD\n")
    monkeypatch.chdir(tmp_path)
    for spelled in (inside, Path("in"), Path("out/../in")):
        assert {each.names[0] for each in read_folder(spelled).entries} == {"a.png", str(elsewhere / "b.png")}


def test_a_copy_does_not_move_a_test_image_into_training() -> None:
    held_out = next(f"{n}.png" for n in range(100) if entry(f"{n}.png").part() == "test")
    trained = next(f"{n}.png" for n in range(100) if entry(f"{n}.png").part() == "training")
    assert entry(trained, held_out).part() == entry(held_out, trained).part() == "test"


def test_the_fingerprint_is_of_names_and_texts(tmp_path: Path) -> None:
    prints = []
    for files in (["AB.png", "CD.png"], ["CD.png", "AB.png"], ["AB.png", "CE.png"]):
        folder = tmp_path / str(len(prints))
        folder.mkdir()
        for number, file in enumerate(files):
            save(folder / file, number)
        prints.append(read_folder(folder).fingerprint)
    assert prints[0] == prints[1] != prints[2]


def test_what_stands_in_a_file_outside_of_the_folder_is_not_told(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "passwords").write_text("user:x:0:0:secret\n")
    (inside / "labels.txt").write_text("../passwords AB\n")
    with pytest.raises(OcrError, match="not an image of a known format") as caught:
        read_folder(inside)
    assert "secret" not in str(caught.value)
    assert "x:0" not in str(caught.value)
