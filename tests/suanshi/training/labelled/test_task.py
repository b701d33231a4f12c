"""What a folder's images make of the task: the input's size, the lengths, the grammar."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.bundle import bundle_folder, load_bundle
from ocr.data.dataset import Folder, read_folder
from ocr.errors import OcrError
from suanshi.training.labelled.task import length_of, of_length, own_task, within


def folder_of(sizes: list[tuple[int, int]], text: str, tmp_path: Path) -> Folder:
    tmp_path.mkdir(exist_ok=True)
    for number, (width, height) in enumerate(sizes):
        pixels = np.random.default_rng(number).integers(0, 256, (height, width), np.uint8)
        cv2.imwrite(str(tmp_path / f"{text}_{number}.png"), pixels)
    cv2.imwrite(str(tmp_path / f"{text[::-1]}_0.png"), np.zeros((sizes[0][1], sizes[0][0]), np.uint8))
    return read_folder(tmp_path, "{text}_{}")


@pytest.mark.parametrize(
    ("sizes", "text", "expected"),
    [
        ([(200, 50)], "abcde", (50, 200, 200)),  # as high as they are
        ([(400, 200)], "abcd", (64, 128, 128)),  # large ones are shrunk
        ([(170, 80)], "abcd", (80, 170, 172)),  # those of 80 rows not: 0 and O would become the same
        ([(60, 30)], "abcdefgh", (48, 96, 96)),  # characters must not get too narrow
        ([(100, 50), (300, 50)], "abc", (50, 300, 64)),  # of any width
    ],
)
def test_the_input_fits_the_images(
    sizes: list[tuple[int, int]], text: str, expected: tuple[int, int, int], tmp_path: Path
) -> None:
    task, stride = own_task(folder_of(sizes, text, tmp_path), "captcha", "compact")
    assert (task.height, task.max_width, task.width_step) == expected
    assert stride == 4


def test_arithmetic_keeps_its_grammar_where_all_texts_fit(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    assert (
        own_task(folder_of([(180, 60)], "1+2+3", tmp_path / "one"), "arithmetic", "compact")[0].grammar == "arithmetic"
    )
    (tmp_path / "two").mkdir()
    assert own_task(folder_of([(180, 60)], "1+2", tmp_path / "two"), "arithmetic", "compact")[0].grammar == "any"


def test_images_too_narrow_for_their_texts(tmp_path: Path) -> None:
    folder = folder_of([(200, 50)] * 30 + [(20, 50)], "aabbcc", tmp_path)
    task, stride = own_task(folder, "captcha", "compact")
    assert within(folder, task, stride) == folder  # padded to 64 pixels it is wide enough
    kept = within(folder, dataclasses.replace(task, width_step=20), stride)
    assert len(kept.entries) == len(folder.entries) - 1
    assert [each.reason for each in kept.left_out] == ["the label needs 9 columns of the network, the image gives 5"]


def test_lengths_that_heads_take(tmp_path: Path) -> None:
    folder = folder_of([(200, 50)] * 19, "abc", tmp_path)
    assert length_of(folder, None) == length_of(folder, 3) == 3
    assert of_length(folder, 3) == folder
    other = dataclasses.replace(folder.entries[0], names=("odd.png",), text="ab")
    mixed = dataclasses.replace(folder, entries=(*folder.entries, other))
    assert length_of(mixed, None) == 3
    assert length_of(mixed, 2) == 2
    kept = of_length(mixed, 3)
    assert kept.entries == folder.entries
    assert [(each.name, each.reason) for each in kept.left_out] == [
        ("odd.png", "the network is for texts of 3 characters")
    ]
    half = dataclasses.replace(folder, entries=(*folder.entries[:1], other))
    for found, length in ((half, None), (mixed, 4)):
        with pytest.raises(
            OcrError, match=r"texts of one length only, there are 1 of 2 characters, .* of 3 characters"
        ):
            length_of(found, length)


def test_a_known_bundle_sees_images_as_it_did(tmp_path: Path) -> None:
    folder = folder_of([(160, 60)], "abcd", tmp_path)
    shipped = load_bundle(bundle_folder("library")).config
    task, stride = own_task(folder, "captcha", "fine", shipped)
    assert (task.height, task.unscaled_from, task.max_width) == (80, 60, 160)
    assert within(folder, task, stride) == folder


def test_a_reader_of_any_captcha_keeps_its_language_where_it_fits(tmp_path: Path) -> None:
    shipped = load_bundle(bundle_folder("captcha")).config
    for text, kept, added in (("kiaKC", True, ""), ("1+2", True, ""), ("9x-", False, ""), ("añb", False, "ñ")):
        folder = folder_of([(160, 60)], text, tmp_path / text)
        task, _ = own_task(folder, "captcha", "broad", shipped)
        assert task.grammar == ("any captcha" if kept else "any")
        assert task.vocabulary == shipped.vocabulary + added
        assert (task.input, task.height, task.max_width) == ("colour", 48, 512)


def test_a_reader_of_any_captcha_does_not_keep_characters_that_are_none_of_the_folder(tmp_path: Path) -> None:
    shipped = load_bundle(bundle_folder("captcha")).config
    task, _ = own_task(folder_of([(160, 60)], "жя1ю", tmp_path), "captcha", "broad", shipped)
    assert (task.grammar, task.vocabulary) == ("any", "1жюя")
