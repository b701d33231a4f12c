"""labels.txt in both of its forms, and what is said about those that are in neither."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ocr.data import labels as labels_module
from ocr.data.labels import LabelsError, find_labels, read_labels
from ocr.errors import OcrError

Folder = Callable[..., Path]
Found = Callable[[Path], "tuple[str, list[tuple[str, str]]]"]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A function that makes a folder with labels.txt, text or bytes, and empty files of the names given."""

    def make(labels: str | bytes, *files: str) -> Path:
        for file in files:
            (tmp_path / file).touch()
        content = labels if isinstance(labels, bytes) else labels.encode()
        (tmp_path / "labels.txt").write_bytes(content)
        return tmp_path

    return make


def named(folder: Path) -> list[tuple[str, str]]:
    return [(path.relative_to(folder).as_posix(), text) for path, text in read_labels(folder)]


def test_contest_form_with_and_without_values(folder: Folder) -> None:
    made = folder("(3-7)+5 1\n1-2*3 -5\nAB12\n7/2 7/2\n1/3 0.33\n9/0 inf\n", "0.png", "1.png")
    assert named(made) == [
        ("0.png", "(3-7)+5"),
        ("1.png", "1-2*3"),
        ("2.png", "AB12"),
        ("3.png", "7/2"),
        ("4.png", "1/3"),
        ("5.png", "9/0"),
    ]


def test_file_form_with_spaces_tabs_folders_and_values(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "c.jpeg").touch()
    made = folder("a.png 1+2*3\n算式 二.png\t7/2\nmore/c.jpeg (1+2)*3 9\nplain 5\n", "a.png", "算式 二.png", "plain")
    assert named(made) == [
        ("a.png", "1+2*3"),
        ("算式 二.png", "7/2"),
        ("more/c.jpeg", "(1+2)*3"),
        ("plain", "5"),
    ]


def test_a_named_file_that_is_missing_is_listed(folder: Folder) -> None:
    assert named(folder("a.png 1\nb c.PNG 2\n", "a.png")) == [("a.png", "1"), ("b c.PNG", "2")]


def test_line_ends_and_byte_order_mark_do_not_matter(folder: Folder) -> None:
    made = folder("\ufeff1+2*3 7\r\n流=1;流/2 1/2\r\n\r\n\n".encode(), "0.png")
    assert named(made) == [("0.png", "1+2*3"), ("1.png", "流=1;流/2")]


@pytest.mark.parametrize("end", ["", "\n", "\n\n \n"])
def test_empty_lines_between_file_names_are_skipped(folder: Folder, end: str) -> None:
    assert named(folder(f"a.png 1\n\nb.png 2{end}", "a.png")) == [("a.png", "1"), ("b.png", "2")]


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ("1+2 3\na.png 1\n", "line 2: 'a.png 1' begins with the file a.png, but line 1 begins with no file's name"),
        ("a.png 1\n\n1+2 3\n", "line 3: '1+2 3' begins with no file's name, but line 1 begins with the file a.png"),
        ("1+2 3\n\n1+3 4\n", "line 2: is empty"),
        ("1+2 three\n", "line 1: '1+2 three' is no formula"),
        ("1 + 2 3\n", "line 1"),
        ("a.png\n", "line 1: has no text"),
        ("a.png 1 2 3\n", "line 1"),
        ("a.png AB 12\n", "line 1: 'AB 12' is no formula"),
        ("", "is empty"),
        (" \n\n", "is empty"),
        (b"1+2 3\n\xff\xfe 4\n", "is not UTF-8 (byte 6)"),
    ],
)
def test_what_fits_neither_form_is_refused(folder: Folder, labels: str | bytes, says: str) -> None:
    with pytest.raises(LabelsError) as caught:
        read_labels(folder(labels, "0.png", "a.png"))
    assert says in str(caught.value)
    assert "labels.txt" in str(caught.value)


def test_contest_form_without_any_of_its_images_is_refused(folder: Folder) -> None:
    with pytest.raises(LabelsError, match=r"2 lines without a file's name, but there is neither 0\.png"):
        read_labels(folder("1+0 1\n1+1 2\n", "x.png"))


def test_contest_form_about_images_that_count_from_one_is_refused(folder: Folder) -> None:
    with pytest.raises(LabelsError, match=r"would be about 0\.png, but the images are 1\.png to 2\.png"):
        find_labels(folder("1+0 1\n1+1 2\n", "1.png", "2.png"))


def test_missing_labels_and_folders_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(OcrError, match=r"has no labels\.txt; expected lines `expression value`"):
        read_labels(tmp_path)
    with pytest.raises(LabelsError, match="no such folder"):
        read_labels(tmp_path / "gone")
    (tmp_path / "labels.txt").mkdir()
    with pytest.raises(LabelsError):
        read_labels(tmp_path)


def test_odd_texts_are_found_as_they_stand(folder: Folder, found: Found) -> None:
    made = folder("a.png AB12\nb.png AB 12\nc.png\nd.png A B C\n", "a.png", "b.png", "c.png", "d.png")
    texts = [("a.png", "AB12"), ("b.png", "AB 12"), ("c.png", ""), ("d.png", "A B C")]
    assert found(made) == ("labels.txt", texts)


def test_numbers_behind_texts_without_operators_belong_to_them(folder: Folder, found: Found) -> None:
    made = folder("0.png AB 123\n1.png 12 34\n2.png CD 56\n", "0.png", "1.png", "2.png")
    assert found(made)[1] == [("0.png", "AB 123"), ("1.png", "12 34"), ("2.png", "CD 56")]
    assert [text for _, text in found(folder("0 1234\n1 5678\n", "0.png"))[1]] == ["0 1234", "1 5678"]


@pytest.mark.parametrize(
    "line", ["a.png,AB", "a.png, AB", "a.png: AB", "a.png;AB", "a.png\tAB", "C:\\data\\a.png AB", "other/a.png AB"]
)
def test_separators_and_folders_around_names(folder: Folder, line: str, found: Found) -> None:
    assert found(folder(f"{line}\ngone.png,CD\n", "a.png"))[1] == [("a.png", "AB"), ("gone.png", "CD")]


def test_a_name_with_a_comma(folder: Folder, found: Found) -> None:
    assert found(folder("a,b.png,CD\n", "a,b.png"))[1] == [("a,b.png", "CD")]


def test_values_behind_most_texts_are_values(folder: Folder, found: Found) -> None:
    made = folder("0.png 1+2 3\n1.png 4*2 8\n2.png 4 * 2 8\n", "0.png", "1.png", "2.png")
    assert found(made)[1] == [("0.png", "1+2"), ("1.png", "4*2"), ("2.png", "4 * 2 8")]
    assert found(folder("1+2 3\n1-2 -1\n", "0.png"))[1] == [("0.png", "1+2"), ("1.png", "1-2")]


def test_folders_without_any_labels(tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match=r"has no images and no labels\.txt"):
        find_labels(tmp_path)
    with pytest.raises(LabelsError, match="no such folder"):
        find_labels(tmp_path / "gone")


def test_a_line_of_blanks_is_looked_at_within_bounds(tmp_path: Path, looked_up: list[int]) -> None:
    (tmp_path / "0.png").touch()
    (tmp_path / "labels.txt").write_text("0.pn " + "1 " * 2000 + "\n")
    with pytest.raises(LabelsError, match="line 1"):
        read_labels(tmp_path)
    assert looked_up[0] <= 2 * labels_module.MOST_BLANKS
    (tmp_path / "labels.txt").write_text("0.png AB\n0.png " + "1 " * 16_000)
    with pytest.raises(LabelsError, match=r"labels\.txt, line 2: has 32006 characters; the limit is 4096"):
        read_labels(tmp_path)
