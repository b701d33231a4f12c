"""Typefaces to choose from, of one side of the split between training and test."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from fonts.catalogue import Split, Typeface


@dataclass(frozen=True, eq=False)
class Faces:
    """The typefaces of one split; `one` chooses among those that have every character of a text."""

    split: Split = "train"
    typefaces: tuple[Typeface, ...] = field(default=(), repr=False)

    def one(
        self, text: str, rng: np.random.Generator, *, families: tuple[str, ...] = (), styles: tuple[str, ...] = ()
    ) -> str:
        """Return the path of a typeface that draws all of `text` (blanks aside).

        Families (Typeface.family) are preferred where this split has some of them that cover the text, then styles
        (Typeface.style), then any typeface. Raises ValueError where none covers the text.
        """
        able = _able(self, "".join(sorted(set(text) - {" "})))
        if not able:
            raise ValueError(f"no typeface for {text!r} in the split {self.split}")
        for chosen in (
            [face for face in able if face.family in families],
            [face for face in able if face.style in styles],
        ):
            if chosen:
                return str(chosen[int(rng.integers(len(chosen)))].path)
        return str(able[int(rng.integers(len(able)))].path)

    def covers(self, text: str) -> bool:
        """Tell whether some typeface draws all of `text`."""
        return bool(_able(self, "".join(sorted(set(text) - {" "}))))


@lru_cache(maxsize=4096)
def _able(faces: Faces, characters: str) -> tuple[Typeface, ...]:
    return tuple(face for face in faces.typefaces if face.covers(characters))
