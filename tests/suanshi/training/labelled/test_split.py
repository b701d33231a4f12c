"""Which images of a folder are for what: three parts of many, two of few."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocr.data.dataset import Entry, Folder
from ocr.errors import OcrError
from suanshi.training.labelled.split import FEW, LEAST, split


def folder(count: int) -> Folder:
    entries = tuple(Entry((f"{number}.png",), Path(f"{number}.png"), "AB", (60, 20)) for number in range(count))
    return Folder(Path("data"), "labels.txt", entries, ())


@pytest.mark.parametrize("count", [LEAST, 10, 30, 60, FEW - 1])
def test_few_images_are_all_trained_on_and_a_fifth_measures(count: int) -> None:
    images = folder(count)
    measured: list[Entry] = []
    for fold in range(5):
        parts = split(images, fold, known_weights=True)
        assert parts.few
        assert not parts.validation
        assert set(parts.everything) == set(images.entries)
        assert len(parts.everything) == count
        assert not set(parts.training) & set(parts.test)
        assert count // 5 <= len(parts.test) <= -(-count // 5)
        measured += parts.test
    assert sorted(entry.names for entry in measured) == sorted(entry.names for entry in images.entries)


def test_many_images_and_those_without_a_start_have_three_parts() -> None:
    for images, known in ((folder(FEW), True), (folder(100), False)):
        parts = split(images, 0, known_weights=known)
        assert not parts.few
        assert list(parts.test) == images.part("test")
        assert list(parts.validation) == images.part("validation")
        assert list(parts.training) == images.part("training")


def test_too_few() -> None:
    with pytest.raises(OcrError, match="4 images are too few, expected 5 at least"):
        split(folder(LEAST - 1), 0, known_weights=True)
    with pytest.raises(OcrError, match="too few to be split into three parts"):
        split(folder(1), 0, known_weights=False)
