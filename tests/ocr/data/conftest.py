from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ocr.data.labels import find_labels

Found = Callable[[Path], "tuple[str, list[tuple[str, str]]]"]


@pytest.fixture
def found() -> Found:
    """A function that returns the source of a folder's labels, and the files within it with their texts."""

    def find(folder: Path) -> tuple[str, list[tuple[str, str]]]:
        labels = find_labels(folder)
        return labels.source, [(path.relative_to(folder).as_posix(), text) for path, text in labels.images]

    return find


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list with one entry: how often a file was looked up."""
    count, usual = [0], Path.is_file

    def counted(path: Path) -> bool:
        count[0] += 1
        return usual(path)

    monkeypatch.setattr(Path, "is_file", counted)
    return count
