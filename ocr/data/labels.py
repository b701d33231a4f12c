"""Find the texts of a folder's images: in labels.txt, in a CSV file, or in the images' own names."""

from __future__ import annotations

import csv
import os
import re
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ocr.data.filename_labels import texts_in_names
from ocr.errors import LabelsError
from preprocessing.user_files import read_user_file

__all__ = ["LABELS", "NAMES", "TABLE", "Labels", "LabelsError", "find_labels", "read_labels"]

LABELS = "labels.txt"
NAMES = "the file names"
"""Beginning of the source of labels that are in file names."""
TABLE = "labels.csv"

_IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"})
_VALUE = re.compile(r"[-+]?(\d+(/\d+|(\.\d*)?([eE][-+]?\d+)?)|inf|nan)")
_EXPECTED = "expected lines `expression value`, line i about i.png, or lines `file text`"

_FILE_COLUMNS = ("file", "filename", "file_name", "image", "image_name", "img", "path", "filepath", "name", "id")
_TEXT_COLUMNS = ("text", "label", "labels", "captcha", "answer", "solution", "value", "code", "transcription", "target")
_SEPARATORS = ",;\t|"
_LOOKED_AT = 100
"""Rows of a table by which columns without a telling name are recognised."""

MOST_BYTES = 64_000_000
"""Bytes of a file of labels; the 200,000 lines of the contest have 6 million."""
MOST_LINES = 250_000
"""Lines of a file of labels."""
LONGEST_LINE = 4096
"""Characters of a line of labels.txt, and of a label in a table."""
LONGEST_ROW = 65_536
"""Characters of a line of a table."""
MOST_COLUMNS = 64
"""Columns of a table."""
MOST_BLANKS = 32
"""Blanks and separators that a file's name may hold in labels.txt: each may be its end, and is looked up."""

_OPERATOR = re.compile(r"[^\w\s]")


@dataclass(frozen=True)
class Labels:
    """Images and the text that each shows, as it was written down, and in words where these texts come from."""

    source: str
    images: tuple[tuple[Path, str], ...]


def find_labels(folder: str | os.PathLike[str], pattern: str | None = None) -> Labels:
    """Return the labelled images in `folder`: out of labels.txt, else labels.csv or the only CSV file, else the names.

    labels.txt: see read_labels; but a text that is missing, or holds blanks, is returned as it stands, for the caller
    to judge. CSV: with a header or without, the columns are found by their names or by what stands in them. Names: see
    texts_in_names about the `pattern`; an image that does not fit it has an empty text. Hidden files are passed over,
    and in labels.txt and labels.csv capital letters do not matter. Raises LabelsError.
    """
    path = Path(folder)
    if not path.is_dir():
        raise LabelsError(f"{path}: {'is a file, not a folder' if path.exists() else 'no such folder'}")
    files = sorted(file for file in path.iterdir() if not file.name.startswith("."))  # as macOS writes beside each
    if lines := _called(LABELS, files):
        return Labels(lines.name, tuple(_read_lines(lines, strict=False)))
    tables = [file for file in files if file.suffix.lower() == ".csv" and _is_file(file)]
    if table := _called(TABLE, files):
        tables = [table]
    if len(tables) > 1:
        named = ", ".join(table.name for table in tables)
        raise LabelsError(f"{path}: has several CSV files ({named}); call the one with the labels {TABLE}")
    if tables:
        return _read_table(tables[0])
    images = [file for file in files if file.suffix.lower() in _IMAGE_SUFFIXES and _is_file(file)]
    if not images:
        raise LabelsError(f"{path}: has no images and no {LABELS}")
    texts = texts_in_names(path, [file.stem for file in images], pattern)
    source = NAMES if pattern is None else f"{NAMES}, {pattern}"
    return Labels(source, tuple(zip(images, texts, strict=True)))


def _called(name: str, files: Sequence[Path]) -> Path | None:
    """The file of that name, or else of the same in other letters: Labels.txt."""
    alike = [file for file in files if file.name.lower() == name and file.exists()]
    return next((file for file in alike if file.name == name), alike[0] if alike else None)


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
    entries = [(number, line, _named(path.parent, line)) for number, line in lines if line]
    if not entries:
        raise LabelsError(f"{path}: is empty; {_EXPECTED}")
    first_number, _, first_file = entries[0]
    for number, line, file in entries:
        if (file is None) != (first_file is None):
            other = f"line {first_number} {_form(first_file)}"
            raise LabelsError(f"{path}, line {number}: {line!r} {_form(file)}, but {other}; {_EXPECTED}")
    if first_file is not None:
        named = [found for _, _, found in entries if found is not None]
        for (number, _, _), (image, _) in zip(entries, named, strict=True):
            _check_regular(path, number, image)
        texts = _texts(path, [number for number, _, _ in entries], [rest for _, rest in named], strict=strict)
        return [(file, text) for (file, _), text in zip(named, texts, strict=True)]
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
    for number, (image, _) in enumerate(labels, start=1):
        _check_regular(path, number, image)
    if not labels[0][0].exists() and all((path.parent / f"{number}.png").exists() for number, _ in lines):
        raise LabelsError(
            f"{path}: line 1 would be about 0.png, but the images are 1.png to {len(labels)}.png; write the file "
            "before each text, `1.png text`"
        )
    return labels


def _lines(path: Path) -> list[tuple[int, str]]:
    """The lines of a file with their numbers, from 1, without surrounding space and empty lines at the end."""
    content = _content(path, LONGEST_LINE)
    return list(enumerate((line.strip() for line in content.rstrip().split("\n")), start=1))


def _content(path: Path, longest: int) -> str:
    """Return the text of a file of labels, which has no more lines than may be and none longer than `longest`."""
    try:
        content = read_user_file(path, MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        what = "no such folder" if not path.parent.is_dir() else f"has no {LABELS}; {_EXPECTED}"
        raise LabelsError(f"{path.parent}: {what}") from None
    except UnicodeDecodeError as error:
        raise LabelsError(f"{path}: is not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise LabelsError(f"{path}: {error.strerror or error}") from error
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    if content.count("\n") > MOST_LINES:
        raise LabelsError(f"{path}: has {content.count(chr(10))} lines; the limit is {MOST_LINES}")
    if len(content) > longest:
        for number, line in enumerate(content.split("\n"), start=1):
            if len(line) > longest:
                raise LabelsError(f"{path}, line {number}: has {len(line)} characters; the limit is {longest}")
    return content


def _named(folder: Path, line: str) -> tuple[Path, str] | None:
    """The file that a line begins with and what follows its name, None when it begins with none."""
    ends = list(islice(re.finditer(r"\s*[,;:]\s*|\s+", line), MOST_BLANKS))
    names = [(line[: end.start()], line[end.end() :]) for end in ends]
    if len(ends) < MOST_BLANKS:
        names.append((line, ""))
    for name, rest in names:
        for spelled in (name, _without_folders(name)):
            if _is_file(folder / spelled):
                return folder / spelled, rest
    return next(((folder / name, rest) for name, rest in names if Path(name).suffix.lower() in _IMAGE_SUFFIXES), None)


def _without_folders(name: str) -> str:
    return re.split(r"[/\\]", name)[-1]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long for a name, or with a null byte
        return False


def _check_regular(path: Path, number: int, file: Path) -> None:
    """Raise LabelsError for an image that is no file: a pipe would be waited for, a device never ends."""
    try:
        mode = file.stat().st_mode
    except (OSError, ValueError):  # missing, which is told where it is read
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise LabelsError(f"{path}, line {number}: {file.name} is a pipe or a device, not a file")


def _form(named: tuple[Path, str] | None) -> str:
    return "begins with no file's name" if named is None else f"begins with the file {named[0].name}"


def _texts(path: Path, numbers: Sequence[int], rests: Sequence[str], *, strict: bool) -> list[str]:
    """The texts in what follows the files' names on the lines of those numbers; values may stand behind them."""
    if strict:
        return [_text(path, number, rest) for number, rest in zip(numbers, rests, strict=True)]
    fields = [rest.split() for rest in rests]
    valued = [_has_value(each) for each in fields]
    values = 2 * sum(valued) > len(fields)  # a few are blanks in a text that only look like it
    return [
        each[0] if values and has_one else rest.strip()
        for each, has_one, rest in zip(fields, valued, rests, strict=True)
    ]


def _has_value(fields: Sequence[str]) -> bool:
    """Whether fields are a formula and its value; what follows a text without any operator is part of that text."""
    return len(fields) == 2 and _OPERATOR.search(fields[0]) is not None and _VALUE.fullmatch(fields[1]) is not None


def _text(path: Path, number: int, rest: str) -> str:
    fields = rest.split()
    if not fields:
        raise LabelsError(f"{path}, line {number}: has no text after the file's name")
    if len(fields) > 1 and not _has_value(fields):
        raise LabelsError(f"{path}, line {number}: {rest.strip()!r} is no formula with a number behind it; {_EXPECTED}")
    return fields[0]


def _read_table(path: Path) -> Labels:
    """Read a CSV file with a column of files and one of texts."""
    rows = _rows(path, _content(path, LONGEST_ROW))
    if not rows:
        raise LabelsError(f"{path}: is empty; expected a column of files and one of texts")
    header = [cell.strip().lower() for cell in rows[0]]
    if len(header) < 2:
        raise LabelsError(f"{path}: has one column; expected one of files and one of texts")
    beyond = _files(path.parent, rows)
    found = Counter({column: count for column, count in beyond.items() if column < len(header)})
    if beyond and not found:
        raise LabelsError(f'{path}: files stand beyond the last column; put texts with separators in quotes, "a,b"')
    named_files = [header.index(name) for name in _FILE_COLUMNS if name in header]
    files = next((column for column in named_files if found[column]), None)  # an `id` may number them only
    if files is None and found:
        files = min(column for column in found if found[column] == max(found.values()))
    if files is None:
        files = next(iter(named_files), None)
    texts = _column(header, _TEXT_COLUMNS)
    if files is None:
        raise LabelsError(f"{path}: no column holds files of this folder; name one of them `file`, the other `text`")
    if texts in (None, files):
        texts = 1 - files if len(header) == 2 else None
    if texts is None:
        raise LabelsError(f"{path}: has {len(header)} columns, and it is unclear which holds the text; name it `text`")
    headed = not _names_image(path.parent, rows[0][files].strip())
    named = (
        (f"column {header[files]}", f"column {header[texts]}") if headed else (f"column {files + 1}", f"{texts + 1}")
    )
    images = []
    beyond_last = [any(cell.strip() for cell in row[len(header) :]) for row in rows]
    cut = texts == len(header) - 1 and 2 * sum(beyond_last) < len(rows)  # in most rows it is a column without a name
    for number, row in enumerate(rows[headed:], start=1 + headed):
        cells = [cell.strip() for cell in row] + [""] * len(header)
        if cut and any(surplus := cells[len(header) : len(row)]):
            cells[texts] = ", ".join((cells[texts], *surplus))  # with a blank, for the caller to judge
        if len(cells[texts]) > LONGEST_LINE:
            told = f"has a label of {len(cells[texts])} characters; the limit is {LONGEST_LINE}"
            raise LabelsError(f"{path}, row {number}: {told}")
        file = _image(path.parent, cells[files]) or path.parent / cells[files]
        _check_regular(path, number, file)
        images.append((file, cells[texts]))
    name = path.name.encode(errors="replace").decode()  # it may be bytes that are no text
    return Labels(f"{name}, files from its {named[0]}, texts from {named[1]}", tuple(images))


def _rows(path: Path, content: str) -> list[list[str]]:
    """Split a table at that separator which leaves files of the folder standing in the most rows."""
    tried: list[tuple[int, int, list[list[str]]]] = []
    problems: list[str] = []
    for separator in _SEPARATORS:
        try:
            rows = [row for row in _split(content, separator) if any(cell.strip() for cell in row)]
        except csv.Error as error:
            problems.append(f"{path}, separated by {separator!r}: {error}")
            continue
        several = [row for row in rows if len(row) > 1]
        tried.append((max(_files(path.parent, several).values(), default=0), len(several), rows))
    files, _, rows = max(tried, key=lambda each: each[:2], default=(0, 0, []))
    if problems and not files:
        raise LabelsError(problems[0])
    return rows


def _split(content: str, separator: str) -> list[list[str]]:
    """Split lines at a separator, quotes as they come; but one that is never closed would swallow all that follows."""
    lines = content.split("\n")
    try:
        return _read_rows(lines, separator, strict=True)
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise csv.Error("a quote is opened and never closed") from error
    return _read_rows(lines, separator, strict=False)


def _read_rows(lines: Sequence[str], separator: str, *, strict: bool) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=strict):
        if len(row) > MOST_COLUMNS:
            raise csv.Error(f"row {len(rows) + 1} has {len(row)} columns; the limit is {MOST_COLUMNS}")
        rows.append(row)
    return rows


def _files(folder: Path, rows: Sequence[Sequence[str]]) -> Counter[int]:
    """Count, by column, the first rows of a table that have a file of the folder there."""
    return Counter(
        column
        for row in rows[:_LOOKED_AT]
        for column, cell in enumerate(row)
        if _image(folder, cell.strip()) is not None
    )


def _names_image(folder: Path, cell: str) -> bool:
    return _image(folder, cell) is not None or Path(cell).suffix.lower() in _IMAGE_SUFFIXES


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    """The column with the first of the names that there is."""
    return next((header.index(name) for name in names if name in header), None)


def _image(folder: Path, cell: str) -> Path | None:
    """The file that a cell of a table is about: as it stands, without folders, or with the suffix of an image."""
    if not cell:
        return None
    for name in (cell, _without_folders(cell)):
        for suffix in ("", *sorted(_IMAGE_SUFFIXES)):
            if _is_file(folder / f"{name}{suffix}"):
                return folder / f"{name}{suffix}"
    return None
