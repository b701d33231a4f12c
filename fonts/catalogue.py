"""The catalogue: which typefaces there are, what each can draw, and which are for training.

`catalogue.json` has one entry per file in `files/`. Whole families are held out, so that a reader tested on held-out
typefaces has seen no sister of theirs. An entry claims only characters that can be told apart in that typeface: where
`1` is drawn like `I`, or `0` like `O`, the letter is not claimed, nor are small letters that are drawn as capitals.
The Chinese typefaces hold the simplified forms of a few characters, and most of them digits and signs in their style.

There are two ways to ask. `faces` sees all typefaces and all that they can draw. `typefaces` sees what there was in the
beginning, `characters` without `more`, and always will: what is drawn from a seed depends on how many typefaces there
are to choose from, and models were trained and measured with those drawings. Where further characters in a file change
how the rasteriser fits the old ones to pixels, there is a second cut for `faces`, and `seen_by` tells the two apart.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

FOLDER = Path(__file__).resolve().parent
FORMAT_VERSION = 1

Split = Literal["train", "held_out", "all"]
# outline: hollow, shadowed or dotted; pixel: in pixels or segments; song to brush: Chinese
# fmt: off
Style = Literal[
    "sans", "serif", "slab", "mono", "hand", "display", "outline", "pixel", "stencil", "song", "hei", "kai", "brush"
]
# fmt: on
STYLES: tuple[str, ...] = get_args(Style)
SeenBy = Literal["both", "typefaces", "faces"]

ENTRY_TYPES: dict[str, type] = {
    "file": str,  # in files/
    "name": str,  # ours, which is the name inside the file too
    "family": str,  # the family that it was cut from, which decides on which side of the split it is
    "style": str,
    "weight": int,  # 400 regular, 700 bold
    "held_out": bool,
    "characters": str,  # those that it is known to draw legibly; with `more`, all of them
    "licence": str,  # SPDX identifier
    "licence_file": str,  # in licences/
    "copyright": str,
    "origin": str,  # package and version
    "source": str,  # file inside that package
}
OPTIONAL_TYPES: dict[str, type] = {
    "more": str,  # further characters, which only `faces` tells of
    "seen_by": str,  # "typefaces" or "faces", for what only one of the two tells of
    "number": int,  # which typeface of a collection (.ttc)
}
DRAWING_KEYS = ("name", "family", "style", "weight", "held_out", "characters")


class CatalogueError(ValueError):
    """The catalogue, or what was asked of it, does not fit."""


@dataclass(frozen=True)
class Typeface:
    """One font file. `characters` holds every character that may be drawn with it, as far as who gave it tells of them
    (see `typefaces` and `faces`); `weight` is 100 to 900."""

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

    It tells of the first typefaces and their first characters only, and so gives the same for ever; for anything new
    take `faces`. The result is empty when no typeface covers them. Raises CatalogueError for an unknown split.
    """
    return _chosen("typefaces", split, covering)


def faces(split: Split, covering: str = "", *, styles: Collection[Style] | None = None) -> tuple[Typeface, ...]:
    """Return all typefaces of one side of the split that draw all characters of `covering`, in catalogue order.

    With `styles`, only such. The same question gets the same tuple. It is empty when no typeface fits; it grows, and
    its order may change, with the catalogue. Raises CatalogueError for an unknown split or style.
    """
    return _faces(split, covering, None if styles is None else frozenset(styles))


@lru_cache(maxsize=256)
def _faces(split: Split, covering: str, styles: frozenset[str] | None) -> tuple[Typeface, ...]:
    if unknown := (styles or frozenset()) - set(STYLES):
        raise CatalogueError(f"unknown styles {sorted(unknown)}: expected some of {', '.join(STYLES)}")
    return tuple(face for face in _chosen("faces", split, covering) if styles is None or face.style in styles)


def _chosen(asked: SeenBy, split: Split, covering: str) -> tuple[Typeface, ...]:
    if split not in get_args(Split):
        raise CatalogueError(f"unknown split {split!r}: expected one of {', '.join(get_args(Split))}")
    every = (face for face in _catalogue(asked) if split == "all" or face.held_out == (split == "held_out"))
    return tuple(face for face in every if face.covers(covering))


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
    if unknown := set(entry) - set(ENTRY_TYPES) - set(OPTIONAL_TYPES):
        raise CatalogueError(f"{label}: unknown keys {sorted(unknown)}")
    if missing := set(ENTRY_TYPES) - set(entry):
        raise CatalogueError(f"{label}: missing keys {sorted(missing)}")
    for key, expected in (ENTRY_TYPES | OPTIONAL_TYPES).items():
        if (
            key in entry and type(entry[key]) is not expected
        ):  # a bool is an int too, so isinstance would let it pass as a weight
            raise CatalogueError(f"{label}: {key!r} is {entry[key]!r}, expected {expected.__name__}")
    for key, value, allowed in (
        ("style", entry["style"], STYLES),
        ("seen_by", entry.get("seen_by", "both"), get_args(SeenBy)),
    ):
        if value not in allowed:
            raise CatalogueError(f"{label}: {key} {value!r}, expected one of {', '.join(allowed)}")


@lru_cache(maxsize=2)
def _catalogue(asked: SeenBy) -> tuple[Typeface, ...]:
    found = []
    for entry in read_entries((FOLDER / "catalogue.json").read_text(encoding="utf-8")):
        if entry.get("seen_by", "both") in ("both", asked):
            values = {key: entry[key] for key in DRAWING_KEYS}
            if asked == "faces":
                values["characters"] += entry.get("more", "")
            found.append(Typeface(path=FOLDER / "files" / entry["file"], **values))
    return tuple(found)
