"""Labels in the names of images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ocr.data.labels import LabelsError, find_labels

Found = Callable[[Path], "tuple[str, list[tuple[str, str]]]"]


@pytest.mark.parametrize(
    ("pattern", "stems", "texts"),
    [
        (None, ["AB12", "CD34"], ["AB12", "CD34"]),
        (None, ["1-2", "1-3", "3+4"], ["1-2", "1-3", "3+4"]),
        (None, ["0077", "4821", "9921"], ["0077", "4821", "9921"]),
        ("{text}_{}", ["AB12_1", "AB12_2", "CD34_1"], ["AB12", "AB12", "CD34"]),
        ("{text}-{}", ["AB12-1699", "CD34-1700"], ["AB12", "CD34"]),
        ("captcha_{text}", ["captcha_AB", "captcha_CD", "other"], ["AB", "CD", ""]),
        ("{}_{text}", ["0007_AB", "0019_CD_2"], ["AB", "CD_2"]),
        ("{}_{text}_{}", ["0007_AB_1", "0019_CD_2"], ["AB", "CD"]),
        ("a.b*{text}", ["a.b*AB", "axb*CD"], ["AB", ""]),
    ],
)
def test_names(tmp_path: Path, pattern: str | None, stems: list[str], texts: list[str]) -> None:
    for stem in stems:
        (tmp_path / f"{stem}.PNG").touch()
    for other in ("readme.md", f"._{stems[0]}.PNG", "._labels.csv"):
        (tmp_path / other).touch()
    labels = find_labels(tmp_path, pattern)
    assert [(path.stem, text) for path, text in labels.images] == list(zip(stems, texts, strict=True))
    assert labels.source == ("the file names" if pattern is None else f"the file names, {pattern}")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (None, r"names such as 'AB_1' hold more than a text; say where it is with --pattern"),
        ("{}_{}", "does not hold {text} once"),
        ("{text}{text}", "does not hold {text} once"),
        ("x_{text}", "no name fits the pattern 'x_{text}', 'AB_1' for one"),
    ],
)
def test_names_without_a_pattern_that_fits(tmp_path: Path, pattern: str | None, why: str) -> None:
    (tmp_path / "AB_1.png").touch()
    with pytest.raises(LabelsError, match=why):
        find_labels(tmp_path, pattern)


@pytest.mark.parametrize("stems", [("7", "8", "9"), ("07", "08", "09", "10")])
def test_images_that_are_only_numbered_have_no_texts(tmp_path: Path, stems: tuple[str, ...]) -> None:
    for stem in stems:
        (tmp_path / f"{stem}.png").touch()
    with pytest.raises(LabelsError, match=r"only numbered; write their texts into labels\.txt"):
        find_labels(tmp_path)
