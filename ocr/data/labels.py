"""Find the texts of a folder's images: in labels.txt, in a CSV file, or in the images' own names."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from ocr.data.csv_labels import read_table
from ocr.data.filename_labels import texts_in_names
from ocr.data.label_file import (
    EXPECTED,
    IMAGE_SUFFIXES,
    LABELS,
    LONGEST_LINE,
    Labels,
    check_regular,
    is_file,
    read_text,
    without_folders,
)
from ocr.errors import LabelsError

__all__ = ["LABELS", "NAMES", "TABLE", "Labels", "LabelsError", "find_labels", "read_labels"]

NAMES = "the file names"
"""Beginning of the source of labels that are in file names."""
TABLE = "labels.csv"

_VALUE = re.compile(r"[-+]?(\d+(/\d+|(\.\d*)?([eE][-+]?\d+)?)|inf|nan)")

MOST_BLANKS = 32
"""Blanks and separators that a file's name may hold in labels.txt: each may be its end, and is looked up."""

_OPERATOR = re.compile(r"[^\w\s]")


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
    tables = [file for file in files if file.suffix.lower() == ".csv" and is_file(file)]
    if table := _called(TABLE, files):
        tables = [table]
    if len(tables) > 1:
        named = ", ".join(table.name for table in tables)
        raise LabelsError(f"{path}: has several CSV files ({named}); call the one with the labels {TABLE}")
    if tables:
        return read_table(tables[0])
    images = [file for file in files if file.suffix.lower() in IMAGE_SUFFIXES and is_file(file)]
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
        raise LabelsError(f"{path}: is empty; {EXPECTED}")
    first_number, _, first_file = entries[0]
    for number, line, file in entries:
        if (file is None) != (first_file is None):
            other = f"line {first_number} {_form(first_file)}"
            raise LabelsError(f"{path}, line {number}: {line!r} {_form(file)}, but {other}; {EXPECTED}")
    if first_file is not None:
        named = [found for _, _, found in entries if found is not None]
        for (number, _, _), (image, _) in zip(entries, named, strict=True):
            check_regular(path, number, image)
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
            f"{EXPECTED}"
        )
    for number, (image, _) in enumerate(labels, start=1):
        check_regular(path, number, image)
    if not labels[0][0].exists() and all((path.parent / f"{number}.png").exists() for number, _ in lines):
        raise LabelsError(
            f"{path}: line 1 would be about 0.png, but the images are 1.png to {len(labels)}.png; write the file "
            "before each text, `1.png text`"
        )
    return labels


def _lines(path: Path) -> list[tuple[int, str]]:
    """The lines of a file with their numbers, from 1, without surrounding space and empty lines at the end."""
    content = read_text(path, LONGEST_LINE)
    return list(enumerate((line.strip() for line in content.rstrip().split("\n")), start=1))


def _named(folder: Path, line: str) -> tuple[Path, str] | None:
    """The file that a line begins with and what follows its name, None when it begins with none."""
    ends = list(islice(re.finditer(r"\s*[,;:]\s*|\s+", line), MOST_BLANKS))
    names = [(line[: end.start()], line[end.end() :]) for end in ends]
    if len(ends) < MOST_BLANKS:
        names.append((line, ""))
    for name, rest in names:
        for spelled in (name, without_folders(name)):
            if is_file(folder / spelled):
                return folder / spelled, rest
    return next(((folder / name, rest) for name, rest in names if Path(name).suffix.lower() in IMAGE_SUFFIXES), None)


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
        raise LabelsError(f"{path}, line {number}: {rest.strip()!r} is no formula with a number behind it; {EXPECTED}")
    return fields[0]
