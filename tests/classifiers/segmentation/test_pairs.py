"""Pictures with masks: pairs in a folder, values of a mask, splits, and targets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from classifiers.segmentation.pairs import (
    CORE,
    OBJECT,
    Pair,
    cores,
    read_mask,
    read_pairs,
    sample,
    split,
    split_by_prefix,
)
from ocr.errors import OcrError


def save(path: Path, array: NDArray[np.generic]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


def test_pairs_of_a_folder(tmp_path: Path) -> None:
    image, mask = np.zeros((8, 9, 3), np.uint8), np.zeros((8, 9), np.uint8)
    mask[2:4, 2:4], mask[5:7, 2:4] = 3, 7
    save(tmp_path / "b.jpg", image)
    save(tmp_path / "b_mask.png", mask)
    save(tmp_path / "in" / "a.png", image)
    save(tmp_path / "in" / "a_anno.png", mask)
    save(tmp_path / "alone.png", image)
    save(tmp_path / "c.png", image)
    save(tmp_path / "c_mask.png", mask[:5])
    save(tmp_path / "d_mask.png", mask)
    save(tmp_path / "e.png", image)
    save(tmp_path / "e_mask.jpg", mask)
    (tmp_path / "f.png").write_bytes(b"")
    save(tmp_path / "f_mask.png", mask)
    pairs, left_out = read_pairs(tmp_path)
    assert [pair.name for pair in pairs] == ["b", "in/a"]
    assert set(np.unique(pairs[0].objects)) == {0, 1, 2}
    assert {each.name: each.reason for each in left_out} == {
        "c_mask.png": "the picture has 9x8 and the mask 9x5 pixels",
        "d_mask.png": "has no pictures of its name beside it",
        "e_mask.jpg": "a mask has to be a PNG, BMP or TIFF, which keep every value",
        "f_mask.png": "is empty (0 bytes)",
    }
    for folder, message in ((tmp_path / "gone", "no such folder"), (tmp_path / "in" / "no", "no picture with a mask")):
        if "no such" not in message:
            folder.mkdir()
        with pytest.raises(OcrError, match=message):
            read_pairs(folder)


def test_masks_of_all_kinds(tmp_path: Path) -> None:
    two = np.zeros((6, 9), np.uint8)
    two[1:3, 1:3], two[4:6, 5:8] = 255, 255
    save(tmp_path / "binary.png", two)
    save(tmp_path / "deep.png", (two.astype(np.uint16) + np.arange(9, dtype=np.uint16) * 300) * (two > 0))
    coloured = np.zeros((6, 9, 3), np.uint8)
    coloured[1:3, 1:3], coloured[4:6, 5:8] = (255, 0, 0), (0, 0, 255)
    save(tmp_path / "coloured.png", coloured)
    palette = Image.fromarray((two > 0).astype(np.uint8) + (np.arange(9) > 4).astype(np.uint8) * (two > 0))
    palette.putpalette([0, 0, 0, 9, 9, 9, 9, 9, 9])
    palette.save(tmp_path / "palette.png")
    for name, count in (("binary", 2), ("deep", 5), ("coloured", 2), ("palette", 2)):
        found = read_mask(tmp_path / f"{name}.png")
        assert found.max() == count, name
        np.testing.assert_array_equal(found > 0, two > 0, name)


def test_parts_are_fixed_by_names() -> None:
    pairs = [Pair(str(each), np.zeros((1, 1, 3), np.uint8), np.zeros((1, 1), np.int32)) for each in range(20)]
    rest, given = split(pairs, 0.2)
    assert len(given) == 4
    assert {pair.name for pair in rest} | {pair.name for pair in given} == set(map(str, range(20)))
    assert [pair.name for pair in split(pairs[::-1], 0.2)[1]] == [pair.name for pair in given[::-1]]
    assert [len(part) for part in split(pairs[:2], 0.9)] == [1, 1]
    with pytest.raises(OcrError):
        split(pairs[:1], 0.5)


def test_parts_by_the_names_beginning() -> None:
    one, two, three = (Pair(name, np.zeros((4, 4, 3)), np.zeros((4, 4))) for name in ("in/test_1", "test/1", "a_test"))
    rest, given = split_by_prefix([one, two, three], "test")
    assert [pair.name for pair in rest] == ["test/1", "a_test"]
    assert [pair.name for pair in given] == ["in/test_1"]
    for start in ("z", ""):
        with pytest.raises(OcrError, match=f"begin with {start!r}: expected some, and some others"):
            split_by_prefix([one, two, three], start)


def test_cores_of_objects_that_touch_do_not() -> None:
    objects = np.zeros((30, 40), np.int32)
    objects[5:25, 0:20], objects[5:25, 20:40], objects[1:4, 1:4] = 1, 2, 3
    deep = cores(objects, 4)
    assert deep[15, 0]  # the edge of the picture is no outline
    assert not deep[15, 17:23].any()
    assert not deep[5:9].any()
    assert deep[2, 2]  # a small object has a core, too
    assert deep[10, 15]
    assert not cores(np.zeros((5, 5), np.int32), 4).any()
    halved = sample(Pair("a", np.zeros((30, 40, 3), np.uint8), objects), 0.5)
    assert halved.image.shape == (15, 20, 3)
    assert (halved.targets[..., CORE] <= halved.targets[..., OBJECT]).all()
