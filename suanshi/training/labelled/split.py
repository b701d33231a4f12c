"""Which of a folder's images are trained on, which choose the network, and which measure it.

Of many images a tenth is never trained on and a tenth of the rest chooses. Few images are needed for training, all of
them: a fifth measures a first part of the training, in which it is not, and is trained on in the second.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ocr.data.dataset import Entry, Folder
from ocr.errors import OcrError

FEW = 200
"""Below that number of images a tenth is too few to tell anything, and too many to do without."""

LEAST = 5
"""Images without which no part can be held out."""

PARTS_OF_FEW = 5
"""A fifth of few images measures."""


@dataclass(frozen=True)
class Split:
    """A folder's images by what they are for."""

    training: tuple[Entry, ...]
    validation: tuple[Entry, ...]
    """Those that choose the network and the threshold; none where there are few."""
    test: tuple[Entry, ...]
    """Those that measure. Where there are few they are trained on afterwards."""
    few: bool = False

    @property
    def everything(self) -> tuple[Entry, ...]:
        """All images."""
        return *self.training, *self.validation, *self.test


def split(folder: Folder, fold: int, *, known_weights: bool) -> Split:
    """Split a folder; `fold` says which part measures. Raises OcrError where there are too few.

    Few images are taken for few only with `known_weights` to begin with: without them a training needs images that
    tell when to stop.
    """
    if known_weights and len(folder.entries) < FEW:
        if len(folder.entries) < LEAST:
            raise OcrError(f"{folder.path}: {len(folder.entries)} images are too few, expected {LEAST} at least")
        ordered = sorted(folder.entries, key=_digest)
        held_out = ordered[fold % PARTS_OF_FEW :: PARTS_OF_FEW]
        rest = [entry for entry in ordered if entry not in held_out]
        return Split(tuple(rest), (), tuple(held_out), few=True)
    training, validation, test = (tuple(folder.part(part, fold)) for part in ("training", "validation", "test"))
    if not (training and validation and test):
        raise OcrError(f"{folder.path}: {len(folder.entries)} images are too few to be split into three parts")
    return Split(training, validation, test)


def _digest(entry: Entry) -> bytes:
    return hashlib.sha256(Path(entry.names[0]).as_posix().encode(errors="surrogateescape")).digest()
