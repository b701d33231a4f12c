"""Read a folder of classes, one sub-folder each, or a zip of it, into memory, and split it by the files' names."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ocr.errors import OcrError, UnreadableImageError
from preprocessing.archive import PictureZip, ZipError, is_zip
from preprocessing.arrays import Pixels
from preprocessing.read import read_image

LEAST = 10
"""Pictures that a class must have, so that training, validation and test get some."""

MOST_BYTES = 4_000_000_000
"""Memory that the decoded pictures may take."""

MOST_THREADS = 4
"""Pictures that are decoded at once: each may take as much memory as the largest that is read."""

SYSTEM_FOLDERS = frozenset({"__MACOSX"})


@dataclass(frozen=True)
class LeftOut:
    """A file that is not used, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Pictures:
    """Decoded pictures: `pixels` (N, side, side, 3), RGB, each squeezed to a square; `ratios` (N,), width by height
    before that; `labels` (N,), places in `classes`; `names`, of the files below the folder, with slashes."""

    pixels: Pixels
    ratios: NDArray[np.float32]
    labels: NDArray[np.int64]
    names: tuple[str, ...]
    classes: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    @property
    def counts(self) -> dict[str, int]:
        """The number of pictures of each class."""
        return {name: int((self.labels == place).sum()) for place, name in enumerate(self.classes)}

    def take(self, places: NDArray[np.int64]) -> Pictures:
        """Return some of the pictures, in the order of `places`."""
        names = tuple(self.names[place] for place in places)
        return Pictures(self.pixels[places], self.ratios[places], self.labels[places], names, self.classes)

    def at(self, side: int) -> Pixels:
        """Return all pictures (N, side, side, 3) at another size."""
        return np.stack([square(each, side) for each in self.pixels])


def square(image: Pixels, side: int) -> Pixels:
    """Return an image (H, W, 3) squeezed, or stretched, to (side, side, 3)."""
    if image.shape[:2] == (side, side):
        return image
    shrinks = image.shape[0] * image.shape[1] > side * side
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR  # the first averages what the second would skip
    return np.asarray(cv2.resize(image, (side, side), interpolation=how), np.uint8)


def read_folder(source: Path, side: int) -> Pictures:
    """Return all pictures in a folder of classes, or a zip of such, as squares of `side` pixels.

    Files that are no pictures, copies of other files and files outside of the classes' folders are left out and listed.
    Raises OcrError for fewer than two classes, a class of fewer than LEAST pictures, and more pictures than fit.
    """
    if side < 1:
        raise OcrError(f"side is {side}: expected a number of pixels")
    with ExitStack() as stack:
        names, read, astray = _opened(source, stack)
        classes, files, left_out = _classes(names)
        left_out += astray
        if len(classes) < 2:
            found = f"only {classes[0]}" if classes else "none"
            raise OcrError(f"{source}: expected a folder for each of two or more classes, found {found}")
        if len(files) * side * side * 3 > MOST_BYTES:
            raise OcrError(
                f"{source}: {len(files)} pictures of {side}x{side} take more than {MOST_BYTES / 1e9:.0f} GB; "
                "choose a smaller size or fewer pictures"
            )
        pixels = np.empty((len(files), side, side, 3), np.uint8)
        ratios: list[float] = []
        kept: list[tuple[str, int]] = []
        seen: dict[bytes, str] = {}

        def decode(name: str) -> tuple[Pixels, float] | LeftOut:
            try:
                image = read(name)
            except (UnreadableImageError, ZipError) as error:
                return LeftOut(name, str(error).rpartition(f"{name}: ")[2])
            return square(image, side), image.shape[1] / image.shape[0]

        with ThreadPoolExecutor(MOST_THREADS) as pool:
            decoded = pool.map(decode, [name for name, _ in files])
            for (name, label), each in zip(files, tqdm(decoded, "reading", len(files), disable=None), strict=True):
                if isinstance(each, LeftOut):
                    left_out.append(each)
                    continue
                digest = hashlib.sha256(each[0].tobytes()).digest()
                if digest in seen:
                    left_out.append(LeftOut(name, f"the same picture as {seen[digest]}"))
                    continue
                seen[digest] = name
                pixels[len(kept)] = each[0]
                ratios.append(each[1])
                kept.append((name, label))
    counts = Counter(label for _, label in kept)
    if few := [f"{name} {counts[place]}" for place, name in enumerate(classes) if counts[place] < LEAST]:
        raise OcrError(f"{source}: a class needs {LEAST} pictures that can be read; too few have {', '.join(few)}")
    labels = np.array([label for _, label in kept], np.int64)
    every = tuple(name for name, _ in kept)
    return Pictures(pixels[: len(kept)], np.array(ratios, np.float32), labels, every, classes, tuple(left_out))


def split(pictures: Pictures, share: float) -> tuple[Pictures, Pictures]:
    """Return the pictures without a share of each class, and that share.

    The share are the first by the hash of their names (the file's, not the folders'), so it doesn't depend on where
    the folder lies, and hardly on what is added to it. Each class keeps and gives one picture at least.
    """
    if not 0 < share < 1:
        raise OcrError(f"a share of {share:g}: expected one between 0 and 1")
    given = np.zeros(len(pictures), bool)
    for label in range(len(pictures.classes)):
        places = np.flatnonzero(pictures.labels == label)
        order = sorted(places, key=lambda place: _hash(pictures.names[place]))
        given[order[: min(max(round(share * len(places)), 1), len(places) - 1)]] = True
    return pictures.take(np.flatnonzero(~given)), pictures.take(np.flatnonzero(given))


def _hash(name: str) -> str:
    return hashlib.sha256(PurePosixPath(name).name.encode(errors="surrogateescape")).hexdigest() + name


def _opened(source: Path, stack: ExitStack) -> tuple[list[str], Callable[[str], Pixels], list[LeftOut]]:
    """Return the names of all files in a folder or zip, what decodes one of them, and which of a zip are no names."""
    if source.is_dir():
        paths = [path for path in source.rglob("*") if path.is_file()]
        return [path.relative_to(source).as_posix() for path in paths], lambda name: read_image(source / name), []
    if not source.exists():
        raise OcrError(f"{source}: no such folder")
    if not is_zip(source):
        raise OcrError(f"{source}: is neither a folder nor a zip")
    packed = stack.enter_context(PictureZip(source))
    astray = [LeftOut(name, reason) for name, reason in packed.left_out.items()]
    return list(packed.sizes), lambda name: read_image(packed.read(name)), astray


def _classes(names: Sequence[str]) -> tuple[tuple[str, ...], list[tuple[str, int]], list[LeftOut]]:
    """Return the classes in alphabetical order, each file's name and class, and the files in no class's folder.

    One folder around all classes is passed through, as zips have it.
    """
    parts = sorted(
        parts
        for parts in (PurePosixPath(name).parts for name in names)
        if not any(part.startswith(".") or part in SYSTEM_FOLDERS for part in parts)
    )
    depth = 0
    while len({each[depth] for each in parts if len(each) > depth + 1}) == 1 and any(
        len(each) > depth + 2 for each in parts
    ):
        depth += 1
    inside = [each for each in parts if len(each) > depth + 1]
    classes = tuple(sorted({each[depth] for each in inside}))
    files = [("/".join(each), classes.index(each[depth])) for each in inside]
    outside = [LeftOut("/".join(each), "lies in no class's folder") for each in parts if len(each) <= depth + 1]
    return classes, files, outside
