"""Read pictures with masks of their objects from a folder, and make a network's targets of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.measure import label
from skimage.segmentation import find_boundaries

from classifiers.images.folder import LeftOut
from ocr.errors import OcrError, UnreadableImageError
from preprocessing.arrays import Pixels
from preprocessing.read import read_image

Labels = NDArray[np.int32]

ENDINGS = ("_anno", "_mask")
"""What the name of a mask has after that of its picture."""

MASKS = frozenset({".png", ".bmp", ".tif", ".tiff"})
PICTURES = MASKS | {".jpg", ".jpeg", ".webp"}
"""Files by their ending: masks are read only from those that keep every value."""

MOST_BYTES = 4_000_000_000
"""Memory that the decoded pictures and masks may take."""

OBJECT, CORE = 0, 1
"""Places of the two channels of what is learned."""

RIM = 5.0
DEEP = 0.4
"""A core is what lies deeper in an object than RIM pixels, or than this share of its depth where it is shallow."""


@dataclass(frozen=True)
class Pair:
    """A picture (H, W, 3), RGB, and its objects (H, W): 0 where there is none, else the number of the object."""

    name: str
    image: Pixels
    objects: Labels


@dataclass(frozen=True)
class Sample:
    """A picture (H, W, 3) and its targets (H, W, 2), from 0 to 255: object, and core of one.

    Cores of objects that touch do not touch: they tell how many objects there are.
    """

    image: Pixels
    targets: Pixels


def read_pairs(folder: Path) -> tuple[list[Pair], list[LeftOut]]:
    """Return the pictures in a folder and below that have a mask beside them, by name, and the files left out.

    The mask of `a.jpg` is `a_anno.png` or `a_mask.png`, of the same size: 0, or black, where no object is, and a value
    or colour for each object. Where a mask has only one, the parts that hang together are the objects. Pictures without
    a mask are passed over. Raises OcrError for a folder without pairs, and for more than fit in memory.
    """
    if not folder.is_dir():
        raise OcrError(f"{folder}: no such folder")
    pictures: dict[Path, list[Path]] = defaultdict(list)
    masks = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        if path.stem.endswith(ENDINGS):
            masks.append(path)
        elif path.suffix.lower() in PICTURES:
            pictures[path.with_suffix("")].append(path)
    pairs: list[Pair] = []
    left_out: list[LeftOut] = []
    size = 0
    for mask in masks:
        name = mask.stem[: -len(ENDINGS[0])]
        try:
            pair = _pair(mask, pictures[mask.with_name(name)] if name else [], folder)
        except UnreadableImageError as error:
            left_out.append(LeftOut(mask.relative_to(folder).as_posix(), str(error).rpartition(": ")[2]))
            continue
        pairs.append(pair)
        size += pair.image.nbytes + pair.objects.nbytes
        if size > MOST_BYTES:
            raise OcrError(f"{folder}: pictures and masks take more than {MOST_BYTES / 1e9:.0f} GB; give fewer")
    if not pairs:
        reason = f" ({left_out[0].name}: {left_out[0].reason})" if left_out else ""
        raise OcrError(f"{folder}: holds no picture with a mask, as a.png and a_anno.png or a_mask.png{reason}")
    return pairs, left_out


def _pair(mask: Path, pictures: Sequence[Path], folder: Path) -> Pair:
    if mask.suffix.lower() not in MASKS:
        raise UnreadableImageError(f"{mask}: a mask has to be a PNG, BMP or TIFF, which keep every value")
    if len(pictures) != 1:
        raise UnreadableImageError(f"{mask}: has {len(pictures) or 'no'} pictures of its name beside it")
    image, objects = read_image(pictures[0]), read_mask(mask)
    if image.shape[:2] != objects.shape:
        sizes = " and the mask ".join(f"{width}x{height}" for height, width in (image.shape[:2], objects.shape))
        raise UnreadableImageError(f"{mask}: the picture has {sizes} pixels")
    return Pair(pictures[0].relative_to(folder).with_suffix("").as_posix(), image, objects)


def read_mask(path: Path) -> Labels:
    """Return the objects (H, W) of a mask file, numbered from 1; raises UnreadableImageError for what is none."""
    read_image(path)  # refuses what is damaged; but it scales 16 bits, and turns a palette's places into colours
    with Image.open(path) as opened:
        values = np.asarray(opened)
    if values.ndim == 3:
        values = values[..., :3].astype(np.int64) @ (65536, 256, 1) if values.shape[2] > 2 else values[..., 0]
    found, places = np.unique(values, return_inverse=True)
    objects = places.reshape(values.shape).astype(np.int32)
    if found[0]:
        objects += 1  # nothing is background
    if len(found) <= 2:
        return np.asarray(label(objects), np.int32)
    return objects


def split(pairs: Sequence[Pair], share: float) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs without a share of them, and that share: the first by the hash of their names.

    Each part gets one pair at least.
    """
    if not 0 < share < 1 or len(pairs) < 2:
        raise OcrError(f"a share of {share:g} of {len(pairs)}: expected one between 0 and 1, of two pictures or more")
    order = sorted(pairs, key=lambda pair: hashlib.sha256(pair.name.encode(errors="surrogateescape")).hexdigest())
    given = {pair.name for pair in order[: min(max(round(share * len(pairs)), 1), len(pairs) - 1)]}
    return [pair for pair in pairs if pair.name not in given], [pair for pair in pairs if pair.name in given]


def split_by_prefix(pairs: Sequence[Pair], start: str) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs whose names do not begin with `start`, and those that do; raises OcrError unless there are
    both."""
    parts: tuple[list[Pair], list[Pair]] = ([], [])
    for pair in pairs:
        parts[pair.name.rpartition("/")[2].startswith(start)].append(pair)
    if not all(parts):
        raise OcrError(f"of {len(pairs)} pictures {len(parts[1])} begin with {start!r}: expected some, and some others")
    return parts


def downscale(image: Pixels, scale: float) -> Pixels:
    """Return an image (H, W, ...) at `scale` of its size, each pixel the mean of those that it stands for."""
    if scale == 1:
        return image
    height, width = (max(round(length * scale), 1) for length in image.shape[:2])
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def sample(pair: Pair, scale: float) -> Sample:
    """Return a pair at `scale` of its size, as a network learns from it."""
    inside = (pair.objects > 0).astype(np.uint8)
    targets = 255 * np.stack([inside, cores(pair.objects, RIM / scale).astype(np.uint8)], axis=2)
    return Sample(downscale(pair.image, scale), downscale(targets, scale))


def cores(objects: Labels, rim: float) -> NDArray[np.bool_]:
    """Return where objects (H, W) are deep: further than `rim` pixels, or DEEP of their depth, from their outlines.

    The edge of the picture is no outline: what it cuts off goes on.
    """
    outlines = find_boundaries(objects, mode="inner", background=0)
    inside = ((objects > 0) & ~outlines).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    deepest = np.zeros(objects.max() + 1, np.float32)
    np.maximum.at(deepest, objects.ravel(), depth.ravel())
    return np.asarray((objects > 0) & (depth > np.minimum(rim, DEEP * deepest)[objects]), bool)
