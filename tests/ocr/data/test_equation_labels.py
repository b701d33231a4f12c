"""Labels of arithmetic captchas get the spelling of answers; those of text captchas stay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.data.dataset import read_folder
from ocr.data.equation_labels import as_answered, of_equations


@pytest.mark.parametrize(
    ("labels", "answers"),
    [
        (["3 x 5 = ?", "12+7=?", "8÷2"], ["3×5=?", "12+7=?", "8÷2"]),
        (["３＋５＝？", "7−2"], ["3+5=?", "7-2"]),
        (["3+5", "4x2", "9-1"], ["3+5", "4×2", "9-1"]),  # among equations an x is a sign
        (["4x2b", "6x42", "9a1c"], ["4x2b", "6x42", "9a1c"]),  # among texts it is a letter
        (["3x5", "4x2"], ["3x5", "4x2"]),  # nothing tells
        (["壹加贰等于?", "3 + 5", "3++"], ["壹加贰等于?", "3+5", "3++"]),
        ([], []),
    ],
)
def test_spelling(labels: list[str], answers: list[str]) -> None:
    assert as_answered(labels) == answers


def test_which_folders_are_arithmetic() -> None:
    assert of_equations(["3+5=?", "7*2", "ab"])
    assert not of_equations(["3+5=?", "ab", "cd"])
    assert not of_equations(["1234", "5678"])
    assert not of_equations([])


def test_a_folder_of_equations_keeps_blanks_and_rare_signs(tmp_path: Path) -> None:
    labels = ["3 + 5 = ?", "3 x 5 = ?", "8 / 2 = ?", "12 + 7 = ?", "3 ++ = ?"]
    for number in range(len(labels)):
        pixels = np.random.default_rng(number).integers(0, 256, (20, 60), np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{number}.png")
    lines = [f"{number}.png {label}\n" for number, label in enumerate(labels)]
    (tmp_path / "labels.txt").write_text("".join(lines), encoding="utf-8")
    folder = read_folder(tmp_path)
    assert [entry.text for entry in folder.entries] == ["3+5=?", "3×5=?", "8/2=?", "12+7=?"]
    assert [each.reason for each in folder.left_out] == ["the label '3 ++ = ?' holds a blank"]
