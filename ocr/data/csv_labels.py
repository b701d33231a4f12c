"""Read labels from a CSV file: find its separator, the column of files and the column of texts."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ocr.data.label_file import IMAGE_SUFFIXES, LONGEST_LINE, Labels, check_regular, is_file, read_text, without_folders
from ocr.errors import LabelsError

_FILE_COLUMNS = ("file", "filename", "file_name", "image", "image_name", "img", "path", "filepath", "name", "id")
_TEXT_COLUMNS = ("text", "label", "labels", "captcha", "answer", "solution", "value", "code", "transcription", "target")
_SEPARATORS = ",;\t|"
_LOOKED_AT = 100
"""Rows of a table by which columns without a telling name are recognised."""

LONGEST_ROW = 65_536
"""Characters of a line of a table."""
MOST_COLUMNS = 64
"""Columns of a table."""


def read_table(path: Path) -> Labels:
    """Read a CSV file with a column of files and one of texts."""
    rows = _rows(path, read_text(path, LONGEST_ROW))
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
        check_regular(path, number, file)
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
    return _image(folder, cell) is not None or Path(cell).suffix.lower() in IMAGE_SUFFIXES


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    """The column with the first of the names that there is."""
    return next((header.index(name) for name in names if name in header), None)


def _image(folder: Path, cell: str) -> Path | None:
    """The file that a cell of a table is about: as it stands, without folders, or with the suffix of an image."""
    if not cell:
        return None
    for name in (cell, without_folders(cell)):
        for suffix in ("", *sorted(IMAGE_SUFFIXES)):
            if is_file(folder / f"{name}{suffix}"):
                return folder / f"{name}{suffix}"
    return None
