"""The catalogue: which typefaces there are, what each can draw, and which are for training.

`catalogue.json` has one entry per file in `files/`. Whole families are held out, so that a reader tested on held-out
typefaces has seen no sister of theirs. An entry claims only characters that can be told apart in that typeface: where
`1` is drawn like `I`, or `0` like `O`, the letter is not claimed, nor are small letters that are drawn as capitals.
The Chinese typefaces hold the simplified forms of a few characters, and most of them digits and signs in their style.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

FOLDER = Path(__file__).resolve().parent
FORMAT_VERSION = 1

Split = Literal["train", "held_out", "all"]
Style = Literal["sans", "serif", "slab", "mono", "hand", "display", "song", "hei", "kai", "brush"]

ENTRY_TYPES: dict[str, type] = {
    "file": str,  # in files/
    "name": str,  # ours, which is the name inside the file too
    "family": str,  # the family that it was cut from, which decides on which side of the split it is
    "style": str,
    "weight": int,  # 400 regular, 700 bold
    "held_out": bool,
    "characters": str,  # those that it is known to draw legibly
    "licence": str,  # SPDX identifier
    "licence_file": str,  # in licences/
    "copyright": str,
    "origin": str,  # package and version
    "source": str,  # file inside that package
}
DRAWING_KEYS = ("name", "family", "style", "weight", "held_out", "characters")


class CatalogueError(ValueError):
    """The catalogue, or what was asked of it, does not fit."""


@dataclass(frozen=True)
class Typeface:
    """One font file. `characters` holds every character that may be drawn with it; `weight` is 100 to 900."""

    name: str
    family: str
    style: Style
    weight: int
    path: Path
    held_out: bool
    characters: str

    def covers(self, text: str) -> bool:
        """Tell whether every character of `text` may be drawn with this typeface."""
        return set(text) <= set(self.characters)


@lru_cache(maxsize=64)
def typefaces(split: Split = "train", covering: str = "0123456789+-*()=") -> tuple[Typeface, ...]:
    """Return the typefaces of one side of the split that draw all characters of `covering`, in catalogue order.

    The result is empty when no typeface covers them. Raises CatalogueError for an unknown split.
    """
    if split not in get_args(Split):
        raise CatalogueError(f"unknown split {split!r}: expected one of {', '.join(get_args(Split))}")
    chosen = (face for face in _catalogue() if split == "all" or face.held_out == (split == "held_out"))
    return tuple(face for face in chosen if face.covers(covering))


def read_entries(text: str) -> list[dict[str, Any]]:
    """Return the entries of a catalogue (JSON text); raise CatalogueError for unknown, missing or mistyped keys."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise CatalogueError(f"the catalogue is not JSON: {error}") from error
    if not isinstance(document, dict) or set(document) != {"format_version", "typefaces"}:
        raise CatalogueError("the catalogue must hold exactly 'format_version' and 'typefaces'")
    if document["format_version"] != FORMAT_VERSION:
        raise CatalogueError(f"catalogue format {document['format_version']!r}, expected {FORMAT_VERSION}")
    if not isinstance(document["typefaces"], list):
        raise CatalogueError("'typefaces' must be a list")
    for entry in document["typefaces"]:
        _check_entry(entry)
    return document["typefaces"]


def _check_entry(entry: Any) -> None:
    if not isinstance(entry, dict):
        raise CatalogueError(f"an entry must be an object, not {entry!r}")
    label = entry.get("name", entry.get("file", "an entry without a name"))
    if unknown := set(entry) - set(ENTRY_TYPES):
        raise CatalogueError(f"{label}: unknown keys {sorted(unknown)}")
    if missing := set(ENTRY_TYPES) - set(entry):
        raise CatalogueError(f"{label}: missing keys {sorted(missing)}")
    for key, expected in ENTRY_TYPES.items():
        if type(entry[key]) is not expected:  # a bool is an int too, so isinstance would let it pass as a weight
            raise CatalogueError(f"{label}: {key!r} is {entry[key]!r}, expected {expected.__name__}")
    if entry["style"] not in get_args(Style):
        raise CatalogueError(f"{label}: style {entry['style']!r}, expected one of {', '.join(get_args(Style))}")


@lru_cache(maxsize=1)
def _catalogue() -> tuple[Typeface, ...]:
    entries = read_entries((FOLDER / "catalogue.json").read_text(encoding="utf-8"))
    return tuple(
        Typeface(path=FOLDER / "files" / entry["file"], **{key: entry[key] for key in DRAWING_KEYS})
        for entry in entries
    )
