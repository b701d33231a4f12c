"""Read a folder of labelled images: its contents, the images that can be trained on, and its fixed split.

The split is by a hash of each file's name: images that are added later move none of the others to another part, but for
copies, which may take their original out of the training, never into it.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ocr.data.equation_labels import as_answered
from ocr.data.labels import find_labels
from ocr.errors import OcrError, UnreadableImageError
from ocr.text.equation import EQUATION
from preprocessing.read import read_image

Part = Literal["training", "validation", "test"]

FOLDS = 10
"""A fold is a tenth: that many can be held out in turn, and one in ten of the rest chooses the network."""

RARE_LENGTH = 0.01
"""Largest share of the labels that have a length that is far off."""

_HANZI = (("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"))
_KANA_HANGUL = (("\u3040", "\u30ff"), ("\uac00", "\ud7a3"))


@dataclass(frozen=True, slots=True)
class Entry:
    """An image and its text. names: of the file and of its copies, within the folder. size: width, height in pixels."""

    names: tuple[str, ...]
    path: Path
    text: str
    size: tuple[int, int]

    def part(self, fold: int = 0) -> Part:
        """Return which part it belongs to when the tenth `fold` is held out; copies go where one of them would."""
        parts = {_part(name, fold) for name in self.names}
        order: tuple[Part, ...] = ("test", "validation", "training")
        return next(part for part in order if part in parts)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that cannot be used, or should not, its label and why."""

    name: str
    text: str
    reason: str


@dataclass(frozen=True)
class Folder:
    """A folder of labelled images.

    source: where the labels come from, in words. entries: what can be used, each image once. left_out: the rest, but
    for copies with the same label.
    """

    path: Path
    source: str
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]

    @cached_property
    def sizes(self) -> Counter[tuple[int, int]]:
        """Count the images of each size (width, height)."""
        return Counter(entry.size for entry in self.entries)

    @cached_property
    def lengths(self) -> Counter[int]:
        """Count the texts of each length."""
        return Counter(len(entry.text) for entry in self.entries)

    @cached_property
    def characters(self) -> Counter[str]:
        """Count each character in the texts."""
        return Counter(char for entry in self.entries for char in entry.text)

    @property
    def vocabulary(self) -> str:
        """The characters, sorted."""
        return "".join(sorted(self.characters))

    @property
    def copies(self) -> tuple[tuple[str, ...], ...]:
        """The names of files with the same pixels and the same text."""
        return tuple(entry.names for entry in self.entries if len(entry.names) > 1)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the names and texts of all that can be used, in hexadecimal."""
        lines = sorted(f"{name}\0{entry.text}\n" for entry in self.entries for name in entry.names)
        return hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()

    def part(self, part: Part, fold: int = 0) -> list[Entry]:
        """Return the entries of one part when the tenth `fold` is held out."""
        return [entry for entry in self.entries if entry.part(fold) == part]

    def to_json(self) -> dict[str, Any]:
        """Return all that is known as what json.dumps takes."""
        return {
            "folder": str(self.path),
            "labels": self.source,
            "images": len(self.entries),
            "sizes": {f"{width}x{height}": count for (width, height), count in self.sizes.most_common()},
            "lengths": {str(length): self.lengths[length] for length in sorted(self.lengths)},
            "characters": {char: self.characters[char] for char in self.vocabulary},
            "copies": [list(names) for names in self.copies],
            "left out": [{"file": each.name, "text": each.text, "reason": each.reason} for each in self.left_out],
        }


def read_folder(folder: str | os.PathLike[str], pattern: str | None = None) -> Folder:
    """Read every labelled image in `folder` once, and find out which can be used; `pattern` as for find_labels.

    Left out are files that are no images, texts that are empty or hold blanks or are much longer or shorter than the
    others, characters other than 0-9, A-Z, a-z and East Asian ones that occur once only, and images that are there more
    than once with different texts. Equations are spelled as a reader answers them (ocr.data.equation_labels). Raises
    LabelsError where no labels are found, OcrError where nothing can be used.
    """
    path = Path(folder)
    labels = find_labels(path, pattern)
    left_out: list[LeftOut] = []
    seen: dict[bytes, dict[str, Entry]] = {}  # by pixels, then by text
    answers = as_answered([text for _, text in labels.images])
    texts = _odd_texts(answers)
    for (file, _), text in zip(labels.images, answers, strict=True):
        name = _name(file, path)
        try:
            pixels = read_image(file)
        except UnreadableImageError as error:
            left_out.append(LeftOut(name, text, str(error).removeprefix(f"{file}: ")))
            continue
        if text in texts:
            left_out.append(LeftOut(name, text, texts[text]))
            continue
        digest = hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).digest()
        alike = seen.setdefault(digest, {})
        names = {*alike[text].names, name} if text in alike else {name}
        alike[text] = Entry(tuple(sorted(names)), file, text, (pixels.shape[1], pixels.shape[0]))
    entries: list[Entry] = []
    for same in seen.values():
        if len(same) == 1:
            entries += same.values()
            continue
        told = ", ".join(f"{entry.names[0]} says {text}" for text, entry in sorted(same.items()))
        left_out += [
            LeftOut(name, text, f"the same image has different labels: {told}")
            for text, entry in same.items()
            for name in entry.names
        ]
    if not entries:
        raise OcrError(f"{path}: none of its {len(labels.images)} labelled images can be used ({_reasons(left_out)})")
    return Folder(path, labels.source, tuple(entries), tuple(left_out))


def _name(file: Path, folder: Path) -> str:
    whole = Path(os.path.abspath(file))  # where a table names it so, it is the same file however the folder is spelled
    try:
        return whole.relative_to(os.path.abspath(folder)).as_posix()
    except ValueError:  # a table may name files that lie elsewhere
        return whole.as_posix()


def _odd_texts(texts: list[str]) -> dict[str, str]:
    """Return the texts that should not be trained on, and why."""
    odd = {text: reason for text in set(texts) if (reason := _oddity(text))}
    sound = [text for text in texts if text not in odd]
    if not sound:
        return odd
    middle = statistics.median_low(len(text) for text in sound)
    lengths, shown = Counter(map(len, sound)), Counter("".join(sound))
    most = max(1.0, RARE_LENGTH * len(sound))
    for text in set(sound):
        far = abs(len(text) - middle) > max(2, middle / 2)
        if far and lengths[len(text)] <= most:
            odd[text] = f"the label has {len(text)} characters where others have {middle}"
        elif EQUATION.contains(text):  # a sign may well occur once
            continue
        elif lone := [char for char in text if shown[char] == 1 and not _plain(char)]:
            odd[text] = f"the label holds {lone[0]!r}, which no other does"
    return odd


def _oddity(text: str) -> str | None:
    """Say what is odd about a text by itself."""
    if not text:
        return "the label is empty"
    if any(char.isspace() for char in text):
        return f"the label {text!r} holds a blank"
    return None if text.isprintable() else f"the label {text!r} holds a character that cannot be shown"


def _plain(char: str) -> bool:
    """Whether a character is a digit, a letter or East Asian: one of many, of which some occur once only."""
    return (char.isascii() and char.isalnum()) or any(low <= char <= high for low, high in (*_HANZI, *_KANA_HANGUL))


def _part(name: str, fold: int) -> Part:
    # The same name is composed otherwise on other systems.
    digest = hashlib.sha256(unicodedata.normalize("NFC", name).encode(errors="surrogateescape")).digest()
    if int.from_bytes(digest[:8], "big") % FOLDS == fold:
        return "test"
    return "validation" if int.from_bytes(digest[8:16], "big") % FOLDS == 0 else "training"


def _reasons(left_out: list[LeftOut], most: int = 3) -> str:
    told = [f"{each.name}: {each.reason}" for each in left_out[:most]]
    return "; ".join([*told, *(["..."] if len(left_out) > most else [])])
