"""Labels in CSV files, with a header or without."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ocr.data.labels import LabelsError, find_labels

Found = Callable[[Path], "tuple[str, list[tuple[str, str]]]"]


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
def test_tables(tmp_path: Path, table: str, source: str, found: Found) -> None:
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
def test_quotes_and_separators_of_tables(
    tmp_path: Path, table: str, images: list[tuple[str, str]], found: Found
) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).touch()
    (tmp_path / "t.csv").write_text(table)
    assert found(tmp_path)[1] == images


def test_files_of_a_table_that_are_missing_are_listed(tmp_path: Path, found: Found) -> None:
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


def test_a_table_whose_name_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "7.png").touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb1\xea.csv")).write_text("7.png,AB\n")
    find_labels(tmp_path).source.encode()


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
