"""labels.txt: which image shows which text, in the contest's form or with a file name on each line."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ocr.errors import OcrError

LABELS = "labels.txt"

_IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"})
_VALUE = re.compile(r"[-+]?(\d+(/\d+|(\.\d*)?([eE][-+]?\d+)?)|inf|nan)")
_EXPECTED = "expected lines `expression value`, line i about i.png, or lines `file text`"


class LabelsError(OcrError):
    """Labels that are missing, or that cannot be told apart; the message names the file and the line."""


def read_labels(folder: str | os.PathLike[str]) -> list[tuple[Path, str]]:
    """Return the path of each labelled image in `folder` and the text that it shows, in the order of labels.txt.

    Lines say `expression value`, where the first is about 0.png, the next about 1.png and so on, or `file text`, where
    the file's name may hold spaces; in both a value may follow the text, or not, and is not kept. A file is known by
    being there, or by the suffix of an image: one that is named and missing is listed like the others. Raises
    LabelsError when there is no labels.txt, when the two forms are mixed, or when a line fits neither.
    """
    path = Path(folder) / LABELS
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
        return [(path.parent / file, _text(path, number, line[len(file) :])) for number, line, file in entries if file]
    for number, line in lines:
        if not line:
            raise LabelsError(f"{path}, line {number}: is empty, so it is unclear which image the next ones are about")
    labels = [(path.parent / f"{number - 1}.png", _text(path, number, line)) for number, line in lines]
    if not any(image.exists() for image, _ in labels):
        raise LabelsError(
            f"{path}: has {len(labels)} lines without a file's name, but there is neither 0.png nor another of theirs; "
            f"{_EXPECTED}"
        )
    return labels


def _lines(path: Path) -> list[tuple[int, str]]:
    """The lines of a file with their numbers, from 1, without surrounding space and empty lines at the end."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        what = "no such folder" if not path.parent.is_dir() else f"has no {LABELS}; {_EXPECTED}"
        raise LabelsError(f"{path.parent}: {what}") from None
    except UnicodeDecodeError as error:
        raise LabelsError(f"{path}: is not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise LabelsError(f"{path}: {error.strerror or error}") from error
    return list(enumerate((line.strip() for line in content.rstrip().split("\n")), start=1))


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


def _text(path: Path, number: int, rest: str) -> str:
    """The text in what follows the file's name on a line; a value may stand behind it."""
    fields = rest.split()
    if not fields:
        raise LabelsError(f"{path}, line {number}: has no text after the file's name")
    if len(fields) > 2 or (len(fields) == 2 and not _VALUE.fullmatch(fields[1])):
        raise LabelsError(f"{path}, line {number}: {rest.strip()!r} is no text with a number behind it; {_EXPECTED}")
    return fields[0]
