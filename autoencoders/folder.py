"""Read folders of fingerprints, TIFF, BMP or PNG files, and split them by finger or by image."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.errors import OcrError, UnreadableImageError
from preprocessing.arrays import Pixels
from preprocessing.read import ImageSource, read_image

Split = Literal["finger", "image"]
SPLITS: tuple[Split, ...] = ("finger", "image")

SUFFIXES = (".tif", ".tiff", ".bmp", ".png")
SIDE = 224  # as in networks.py, which takes seconds to import
HELD_OUT = 0.2
"""Share of the fingers, or of the images, that is never trained on."""

_NAME = re.compile(r"(?P<finger>.+)_\d+")  # FVC's: 101_3.tif is the third impression of finger 101


@dataclass(frozen=True)
class Fingerprints:
    """The readable files of a folder in the order of their names.

    fingers: the name of each file's finger. images: (N, 224, 224, 1) uint8. left_out: a message for each file that
    could not be read, with its name.
    """

    paths: tuple[Path, ...]
    fingers: tuple[str, ...]
    images: NDArray[np.uint8] = field(repr=False)
    left_out: tuple[str, ...] = ()

    def held_out(self, split: Split) -> NDArray[np.bool_]:
        """Return for each image whether it is held out: a fifth of the images, or all images of a fifth of the fingers.

        Which these are depends on names only: those with the least hashes. Raises OcrError for fewer than two.
        """
        keys = self.fingers if split == "finger" else [path.name for path in self.paths]
        different = sorted(set(keys), key=_hash)
        if len(different) < 2:
            raise OcrError(f"{len(different)} {split}s can't be split in two parts; expected more of them")
        chosen = {*different[: max(1, round(HELD_OUT * len(different)))]}
        return np.array([key in chosen for key in keys])


def read_folder(folder: Path) -> Fingerprints:
    """Read the fingerprints in `folder`, not in folders within it.

    A file `101_3.tif` shows finger `101`; one with another name is its own finger. Raises OcrError where there is
    nothing to read.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    except OSError as error:
        raise OcrError(f"{folder}: {error.strerror or error}") from error
    paths, images, left_out = [], [], []
    for path in files:
        try:
            images.append(to_input(read_fingerprint(path)))
            paths.append(path)
        except UnreadableImageError as error:
            left_out.append(str(error))
    if not images:
        why = f"none of its {len(files)} files can be read; the first: {left_out[0]}" if files else "has none"
        raise OcrError(f"{folder}: {why}; expected fingerprints as {', '.join(SUFFIXES)}")
    return Fingerprints(tuple(paths), tuple(map(finger_of, paths)), np.stack(images), tuple(left_out))


def finger_of(path: Path) -> str:
    """Return the name of the finger that a file shows."""
    match = _NAME.fullmatch(path.stem)
    return match["finger"] if match else path.name


def read_fingerprint(source: ImageSource) -> Pixels:
    """Return a fingerprint in grey (H, W), uint8, at its own size. Raises UnreadableImageError."""
    return np.asarray(cv2.cvtColor(read_image(source), cv2.COLOR_RGB2GRAY), np.uint8)


def to_input(grey: Pixels) -> Pixels:
    """Bring a grey picture (H, W), uint8, to the network's size: (224, 224, 1), whatever its proportions, as in the
    course."""
    way = cv2.INTER_AREA if min(grey.shape) >= SIDE else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, (SIDE, SIDE), interpolation=way), np.uint8)[..., None]


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()


def counts(found: Fingerprints, held_out: NDArray[np.bool_]) -> dict[str, int]:
    """Return how many images and fingers are on both sides of a split; fingers on both are counted as shared."""

    def fingers(side: NDArray[np.bool_]) -> set[str]:
        return {finger for finger, inside in zip(found.fingers, side, strict=True) if inside}

    ours, theirs = fingers(~held_out), fingers(held_out)
    return {
        "training images": int((~held_out).sum()),
        "validation images": int(held_out.sum()),
        "training fingers": len(ours),
        "validation fingers": len(theirs),
        "fingers on both sides": len(ours & theirs),
    }
