"""Which image of a folder shows which text: by labels.txt, by a table in a CSV file, or by the images' own names."""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ocr.errors import OcrError

LABELS = "labels.txt"
TABLE = "labels.csv"

_IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"})
_VALUE = re.compile(r"[-+]?(\d+(/\d+|(\.\d*)?([eE][-+]?\d+)?)|inf|nan)")
_EXPECTED = "expected lines `expression value`, line i about i.png, or lines `file text`"

_FILE_COLUMNS = ("file", "filename", "file_name", "image", "image_name", "img", "path", "filepath", "name", "id")
_TEXT_COLUMNS = ("text", "label", "labels", "captcha", "answer", "solution", "value", "code", "transcription", "target")
_LOOKED_AT = 100
"""Rows of a table by which columns without a telling name are recognised."""

_SUFFIX = re.compile(r"[^_-]+(?=[_-])")


class LabelsError(OcrError):
    """Labels that are missing, or that cannot be told apart; the message names the file and the line."""


@dataclass(frozen=True)
class Labels:
    """Images and the text that each shows, as it was written down, and in words where these texts come from."""

    source: str
    images: tuple[tuple[Path, str], ...]


def find_labels(folder: str | os.PathLike[str]) -> Labels:
    """Return the labelled images in `folder`: out of labels.txt, else labels.csv or the only CSV file, else the names.

    labels.txt: see read_labels; but a text that is missing, or holds blanks, is returned as it stands, for the caller
    to judge. CSV: with a header or without, the columns are found by their names or by what stands in them. Names: the
    stem is the text, or what stands before its first `_` or `-` where these tell images of one text apart. Raises
    LabelsError.
    """
    path = Path(folder)
    if not path.is_dir():
        raise LabelsError(f"{path}: {'is a file, not a folder' if path.exists() else 'no such folder'}")
    if (path / LABELS).exists():
        return Labels(LABELS, tuple(_read_lines(path / LABELS, strict=False)))
    tables = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv" and _is_file(file))
    if (path / TABLE).exists():
        tables = [path / TABLE]
    if len(tables) > 1:
        named = ", ".join(table.name for table in tables)
        raise LabelsError(f"{path}: has several CSV files ({named}); call the one with the labels {TABLE}")
    return _read_table(tables[0]) if tables else _read_names(path)


def read_labels(folder: str | os.PathLike[str]) -> list[tuple[Path, str]]:
    """Return the path of each labelled image in `folder` and the text that it shows, in the order of labels.txt.

    Lines say `expression value`, where the first is about 0.png, the next about 1.png and so on, or `file text`, where
    the file's name may hold spaces; in both a value may follow the text, or not, and is not kept. A file is known by
    being there, or by the suffix of an image: one that is named and missing is listed like the others. Raises
    LabelsError when there is no labels.txt, when the two forms are mixed, or when a line fits neither.
    """
    return _read_lines(Path(folder) / LABELS, strict=True)


def _read_lines(path: Path, *, strict: bool) -> list[tuple[Path, str]]:
    """Read labels.txt; unless `strict`, texts that are missing or hold blanks are kept as they are."""
    lines = _lines(path)
    entries = [(number, line, _file_name(path.parent, line)) for number, line in lines if line]
    if not entries:
        raise LabelsError(f"{path}: is empty; {_EXPECTED}")
    first_number, _, first_file = entries[0]
    for number, line, file in entries:
        if (file is None) != (first_file is None):
            other = f"line {first_number} {_form(first_file)}"
            raise LabelsError(f"{path}, line {number}: {line!r} {_form(file)}, but {other}; {_EXPECTED}")
    if first_file is not None:
        rests = [line[len(file or "") :] for _, line, file in entries]
        texts = _texts(path, [number for number, _, _ in entries], rests, strict=strict)
        return [(path.parent / (file or ""), text) for (_, _, file), text in zip(entries, texts, strict=True)]
    for number, line in lines:
        if not line:
            raise LabelsError(f"{path}, line {number}: is empty, so it is unclear which image the next ones are about")
    texts = _texts(path, [number for number, _ in lines], [line for _, line in lines], strict=strict)
    labels = [(path.parent / f"{number - 1}.png", text) for (number, _), text in zip(lines, texts, strict=True)]
    if not any(image.exists() for image, _ in labels):
        raise LabelsError(
            f"{path}: has {len(labels)} lines without a file's name, but there is neither 0.png nor another of theirs; "
            f"{_EXPECTED}"
        )
    return labels


def _lines(path: Path) -> list[tuple[int, str]]:
    """The lines of a file with their numbers, from 1, without surrounding space and empty lines at the end."""
    content = _content(path)
    return list(enumerate((line.strip() for line in content.rstrip().split("\n")), start=1))


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        what = "no such folder" if not path.parent.is_dir() else f"has no {LABELS}; {_EXPECTED}"
        raise LabelsError(f"{path.parent}: {what}") from None
    except UnicodeDecodeError as error:
        raise LabelsError(f"{path}: is not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise LabelsError(f"{path}: {error.strerror or error}") from error


def _file_name(folder: Path, line: str) -> str | None:
    """The file that a line begins with, None when it begins with none."""
    ends = [match.start() for match in re.finditer(r"\s+", line)] + [len(line)]
    names = [line[:end] for end in ends]
    for name in names:
        if _is_file(folder / name):
            return name
    return next((name for name in names if Path(name).suffix.lower() in _IMAGE_SUFFIXES), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long for a name, or with a null byte
        return False


def _form(file: str | None) -> str:
    return "begins with no file's name" if file is None else f"begins with the file {file}"


def _texts(path: Path, numbers: Sequence[int], rests: Sequence[str], *, strict: bool) -> list[str]:
    """The texts in what follows the files' names on the lines of those numbers; values may stand behind them."""
    if strict:
        return [_text(path, number, rest) for number, rest in zip(numbers, rests, strict=True)]
    fields = [rest.split() for rest in rests]
    valued = [len(each) == 2 and _VALUE.fullmatch(each[1]) is not None for each in fields]
    values = 2 * sum(valued) > len(fields)  # a few are blanks in a text that only look like it
    return [
        each[0] if values and has_one else rest.strip()
        for each, has_one, rest in zip(fields, valued, rests, strict=True)
    ]


def _text(path: Path, number: int, rest: str) -> str:
    fields = rest.split()
    if not fields:
        raise LabelsError(f"{path}, line {number}: has no text after the file's name")
    if len(fields) > 2 or (len(fields) == 2 and not _VALUE.fullmatch(fields[1])):
        raise LabelsError(f"{path}, line {number}: {rest.strip()!r} is no text with a number behind it; {_EXPECTED}")
    return fields[0]


def _read_table(path: Path) -> Labels:
    """Read a CSV file with a column of files and one of texts."""
    content = _content(path)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(content[:10_000], delimiters=",;\t|")
    except csv.Error:  # as of one column only, which is told below
        dialect = csv.excel
    try:
        rows = [row for row in csv.reader(content.splitlines(), dialect) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise LabelsError(f"{path}: {error}") from error
    if not rows:
        raise LabelsError(f"{path}: is empty; expected a column of files and one of texts")
    header = [cell.strip().lower() for cell in rows[0]]
    if len(header) < 2:
        raise LabelsError(f"{path}: has one column; expected one of files and one of texts")
    files, texts = _column(header, _FILE_COLUMNS), _column(header, _TEXT_COLUMNS)
    if files is None:
        found = Counter(
            column
            for row in rows[:_LOOKED_AT]
            for column, cell in enumerate(row)
            if _image(path.parent, cell.strip()) is not None
        )
        files = min((column for column in found if found[column] == max(found.values())), default=None)
    if files is None:
        raise LabelsError(f"{path}: no column holds files of this folder; name one of them `file`, the other `text`")
    if texts == files:
        texts = None
    if texts is None and len(header) == 2:
        texts = 1 - files
    if texts is None:
        raise LabelsError(f"{path}: has {len(header)} columns, and it is unclear which holds the text; name it `text`")
    headed = files < len(header) and _image(path.parent, rows[0][files].strip()) is None
    named = (
        (f"column {header[files]}", f"column {header[texts]}") if headed else (f"column {files + 1}", f"{texts + 1}")
    )
    images = []
    for row in rows[headed:]:
        cells = [cell.strip() for cell in row] + [""] * len(header)
        images.append((_image(path.parent, cells[files]) or path.parent / cells[files], cells[texts]))
    return Labels(f"{path.name}, files from its {named[0]}, texts from {named[1]}", tuple(images))


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    """The column with the first of the names that there is."""
    return next((header.index(name) for name in names if name in header), None)


def _image(folder: Path, cell: str) -> Path | None:
    """The file that a cell of a table is about: as it stands, without folders, or with the suffix of an image."""
    if not cell:
        return None
    for name in (cell, re.split(r"[/\\]", cell)[-1]):
        for suffix in ("", *sorted(_IMAGE_SUFFIXES)):
            if _is_file(folder / f"{name}{suffix}"):
                return folder / f"{name}{suffix}"
    return None


def _read_names(folder: Path) -> Labels:
    """Take the texts from the images' own names."""
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in _IMAGE_SUFFIXES and _is_file(file))
    if not files:
        raise LabelsError(f"{folder}: has no images and no {LABELS}")
    stems = [unicodedata.normalize("NFC", file.stem) for file in files]
    if not _numbered(stems):
        return Labels("the file names", tuple(zip(files, stems, strict=True)))
    texts = [_before(stem) for stem in stems]
    return Labels("the file names, up to their first _ or -", tuple(zip(files, texts, strict=True)))


def _before(stem: str) -> str:
    found = _SUFFIX.match(stem)
    return found.group() if found else stem


def _numbered(stems: Sequence[str]) -> bool:
    """Whether what follows the first `_` or `-` of a stem is there to tell images of one text apart.

    That is so when all stems have it, after different beginnings, or when the beginnings are as long as the stems
    without it, and one of them comes more than once: 1-2, 1-3 and 3+4 are texts.
    """
    cut = [_before(stem) for stem in stems]
    with_suffix = [text for text, stem in zip(cut, stems, strict=True) if text != stem]
    plain = {len(text) for text, stem in zip(cut, stems, strict=True) if text == stem}
    if not plain:
        return len(set(cut)) > 1
    return len(set(cut)) < len(cut) and bool(with_suffix) and {len(text) for text in with_suffix} <= plain
