"""labels.txt in both of its forms, and what is said about those that are in neither."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ocr.data import labels as labels_module
from ocr.data.labels import LabelsError, find_labels, read_labels
from ocr.errors import OcrError

Folder = Callable[..., Path]


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


def found(folder: Path) -> tuple[str, list[tuple[str, str]]]:
    labels = find_labels(folder)
    return labels.source, [(path.relative_to(folder).as_posix(), text) for path, text in labels.images]


def test_odd_texts_are_found_as_they_stand(folder: Folder) -> None:
    made = folder("a.png AB12\nb.png AB 12\nc.png\nd.png A B C\n", "a.png", "b.png", "c.png", "d.png")
    texts = [("a.png", "AB12"), ("b.png", "AB 12"), ("c.png", ""), ("d.png", "A B C")]
    assert found(made) == ("labels.txt", texts)


def test_numbers_behind_texts_without_operators_belong_to_them(folder: Folder) -> None:
    made = folder("0.png AB 123\n1.png 12 34\n2.png CD 56\n", "0.png", "1.png", "2.png")
    assert found(made)[1] == [("0.png", "AB 123"), ("1.png", "12 34"), ("2.png", "CD 56")]
    assert [text for _, text in found(folder("0 1234\n1 5678\n", "0.png"))[1]] == ["0 1234", "1 5678"]


@pytest.mark.parametrize(
    "line", ["a.png,AB", "a.png, AB", "a.png: AB", "a.png;AB", "a.png\tAB", "C:\\data\\a.png AB", "other/a.png AB"]
)
def test_separators_and_folders_around_names(folder: Folder, line: str) -> None:
    assert found(folder(f"{line}\ngone.png,CD\n", "a.png"))[1] == [("a.png", "AB"), ("gone.png", "CD")]


def test_a_name_with_a_comma(folder: Folder) -> None:
    assert found(folder("a,b.png,CD\n", "a,b.png"))[1] == [("a,b.png", "CD")]


def test_values_behind_most_texts_are_values(folder: Folder) -> None:
    made = folder("0.png 1+2 3\n1.png 4*2 8\n2.png 4 * 2 8\n", "0.png", "1.png", "2.png")
    assert found(made)[1] == [("0.png", "1+2"), ("1.png", "4*2"), ("2.png", "4 * 2 8")]
    assert found(folder("1+2 3\n1-2 -1\n", "0.png"))[1] == [("0.png", "1+2"), ("1.png", "1-2")]


@pytest.mark.parametrize(
    ("table", "source"),
    [
        ("filename,label\n1.png,AB\nb.png,CD\n", "t.csv, files from its column filename, texts from column label"),
        ("id;when;captcha\n1.png;2020;AB\nb;2021;CD\n", "t.csv, files from its column id, texts from column captcha"),
        ("id,captcha,fname\n7,AB,1.png\n8,CD,b.png\n", "t.csv, files from its column fname, texts from column captcha"),
        ("1.png;AB\nb.png;CD\n", "t.csv, files from its column 1, texts from 2"),
        ("what,where\nAB,1.png\nCD,other/b.png\n", "t.csv, files from its column where, texts from column what"),
        ('AB,"1.png"\nCD,b.png\n', "t.csv, files from its column 2, texts from 1"),
        (
            "\ufeffFile\tText\r\n1\tAB\r\n\r\nb.png\t CD \r\n",
            "t.csv, files from its column file, texts from column text",
        ),
    ],
)
def test_tables(tmp_path: Path, table: str, source: str) -> None:
    for name in ("1.png", "b.png"):
        (tmp_path / name).touch()
    (tmp_path / "t.csv").write_text(table, encoding="utf-8", newline="")
    assert found(tmp_path) == (source, [("1.png", "AB"), ("b.png", "CD")])


@pytest.mark.parametrize(
    ("table", "images"),
    [
        ("file,text\na.png,'ab\nb.png,c'd\n", [("a.png", "'ab"), ("b.png", "c'd")]),
        ("a.png;a,b\nb.png;c,d,e\n", [("a.png", "a,b"), ("b.png", "c,d,e")]),
        ("gone.png,AB\na.png,CD\n", [("gone.png", "AB"), ("a.png", "CD")]),
        ('"a.png", "say ""hi"""\n', [("a.png", 'say "hi"')]),
        ("file,text\na.png,c,d\nb.png,e\n", [("a.png", "c, d"), ("b.png", "e")]),  # a blank, which is told of
        ("file,text\na.png,c,0.9\nb.png,e,0.8\n", [("a.png", "c"), ("b.png", "e")]),
        ('"a.png" ,"AB" \nb.png,"C"D"\n', [("a.png", "AB"), ("b.png", 'CD"')]),
    ],
)
def test_quotes_and_separators_of_tables(tmp_path: Path, table: str, images: list[tuple[str, str]]) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).touch()
    (tmp_path / "t.csv").write_text(table)
    assert found(tmp_path)[1] == images


def test_files_of_a_table_that_are_missing_are_listed(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,text\na.png,AB\ngone.png,CD\n")
    (tmp_path / "other.csv").write_text("neither")
    (tmp_path / "a.png").touch()
    assert found(tmp_path)[1] == [("a.png", "AB"), ("gone.png", "CD")]


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        (
            {"a.csv": "x,y\n", "b.csv": "x,y\n"},
            "several CSV files (a.csv, b.csv); call the one with the labels labels.csv",
        ),
        ({"a.csv": ""}, "is empty"),
        ({"a.csv": "AB\nCD\n"}, "has one column"),
        ({"a.csv": "u,v\nAB,CD\n"}, "no column holds files of this folder"),
        ({"a.csv": "u,v,w\n1.png,AB,CD\n"}, "unclear which holds the text"),
        ({"a.csv": b"file,text\n1.png,\xff\n"}, "is not UTF-8"),
        ({"a.csv": "text,file\nf(1,2,3,4),1.png\n"}, "files stand beyond the last column"),
        ({"a.csv": 'file,text\n1.png,"AB\n2.png,CD\n'}, "separated by ',': a quote is opened and never closed"),
    ],
)
def test_tables_that_cannot_be_understood(tmp_path: Path, tables: dict[str, str | bytes], says: str) -> None:
    (tmp_path / "1.png").touch()
    for name, content in tables.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(LabelsError) as caught:
        find_labels(tmp_path)
    assert says in str(caught.value)


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


@pytest.mark.parametrize(("name", "line"), [("Labels.txt", "7.png AB"), ("LABELS.CSV", "7.png,AB")])
def test_capital_letters_in_the_names_of_label_files(tmp_path: Path, name: str, line: str) -> None:
    (tmp_path / "7.png").touch()
    (tmp_path / "other.csv").touch()
    (tmp_path / name).write_text(f"{line}\n")
    source, images = found(tmp_path)
    assert source.startswith(name)
    assert images == [("7.png", "AB")]


def test_a_table_whose_name_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "7.png").touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb1\xea.csv")).write_text("7.png,AB\n")
    find_labels(tmp_path).source.encode()


def test_folders_without_any_labels(tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match=r"has no images and no labels\.txt"):
        find_labels(tmp_path)
    with pytest.raises(LabelsError, match="no such folder"):
        find_labels(tmp_path / "gone")


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list with one entry: how often a name was looked up in the folder."""
    count, usual = [0], labels_module._is_file

    def counted(path: Path) -> bool:
        count[0] += 1
        return usual(path)

    monkeypatch.setattr(labels_module, "_is_file", counted)
    return count


def test_a_line_of_blanks_is_looked_at_within_bounds(tmp_path: Path, looked_up: list[int]) -> None:
    (tmp_path / "0.png").touch()
    (tmp_path / "labels.txt").write_text("0.pn " + "1 " * 2000 + "\n")
    with pytest.raises(LabelsError, match="line 1"):
        read_labels(tmp_path)
    assert looked_up[0] <= 2 * labels_module.MOST_BLANKS
    (tmp_path / "labels.txt").write_text("0.png AB\n0.png " + "1 " * 16_000)
    with pytest.raises(LabelsError, match=r"labels\.txt, line 2: has 32006 characters; the limit is 4096"):
        read_labels(tmp_path)


def test_files_of_labels_are_no_longer_than_their_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0.png").touch()
    monkeypatch.setattr(labels_module, "MOST_LINES", 10)
    (tmp_path / "labels.txt").write_text("0.png A\n" * 11)
    with pytest.raises(LabelsError, match=r"labels\.txt: has 11 lines; the limit is 10"):
        find_labels(tmp_path)
    monkeypatch.setattr(labels_module, "MOST_BYTES", 50)
    with pytest.raises(LabelsError, match=r"labels\.txt: is larger than 5e-05 MB, the limit"):
        find_labels(tmp_path)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("file,text\n0.png,AB" + ",x" * 200 + "\n", "row 2 has 202 columns; the limit is 64"),
        ("file,text\n0.png,AB\n0.png," + "x" * 70_000, "line 3: has 70006 characters; the limit is 65536"),
        ("file,text\n0.png,AB\n0.png," + "x" * 5_000, "row 3: has a label of 5000 characters; the limit is 4096"),
    ],
)
def test_tables_that_are_too_wide(tmp_path: Path, table: str, says: str, looked_up: list[int]) -> None:
    (tmp_path / "0.png").touch()
    (tmp_path / "labels.csv").write_text(table)
    with pytest.raises(LabelsError) as caught:
        find_labels(tmp_path)
    assert str(tmp_path / "labels.csv") in str(caught.value)
    assert says in str(caught.value)
    assert looked_up[0] < 1000


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
