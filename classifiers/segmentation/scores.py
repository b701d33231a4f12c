"""Score found objects against the true ones, as the GlaS contest did.

Sirinukunwattana et al. 2017, "Gland segmentation in colon histology images: The GlaS challenge contest".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.segmentation.pairs import Labels
from ocr.errors import OcrError

Counts = NDArray[np.int64]

COVERED = 0.5
"""Share of a true object that one found object has to cover."""


@dataclass(frozen=True)
class Score:
    """The agreement of found and true objects in a picture.

    `dice` is that of the pixels in objects; `object_dice` that of each object with the one that it shares most with,
    weighted by area, half by the true ones and half by those found. `hits` are objects found that cover COVERED of a
    true one, `found` and `true` how many there are; the pixels' numbers are for the sum over pictures.
    """

    dice: float
    object_dice: float
    hits: int
    found: int
    true: int
    common_pixels: int
    found_pixels: int
    true_pixels: int

    @property
    def f1(self) -> float:
        """The object-level F1: twice the hits by all objects found and true; 1 where there are none of either."""
        return _ratio(2 * self.hits, self.found + self.true)


def score(truth: Labels, found: Labels) -> Score:
    """Return how well objects (H, W), 0 being none, agree with the true ones; their numbers may have gaps."""
    if truth.shape != found.shape:
        raise OcrError(f"objects of {found.shape} against {truth.shape}: expected the same size")
    shared = _shared(truth, found)
    inner = shared[1:, 1:]
    sizes_true, sizes_found = shared[1:].sum(axis=1), shared[:, 1:].sum(axis=0)
    common = int(inner.sum())
    hits = 0
    if inner.size:
        partners = inner.argmax(axis=0)  # of each that was found
        reached = inner[partners, np.arange(inner.shape[1])] >= COVERED * sizes_true[partners]
        hits = len(set(partners[reached].tolist()))  # two halves of one object are one hit
    return Score(
        dice=_ratio(2 * common, int(sizes_true.sum() + sizes_found.sum())),
        object_dice=(_one_way(inner, sizes_true, sizes_found) + _one_way(inner.T, sizes_found, sizes_true)) / 2,
        hits=hits,
        found=len(sizes_found),
        true=len(sizes_true),
        common_pixels=common,
        found_pixels=int(sizes_found.sum()),
        true_pixels=int(sizes_true.sum()),
    )


def summary(scores: Sequence[Score]) -> dict[str, float | int]:
    """Return the figures of several pictures: means over them (dice, object_dice), and figures of all their pixels
    (pooled_dice) and of all their objects together (f1, precision, recall)."""
    if not scores:
        raise OcrError("no pictures to judge")
    hits, found, true = (sum(getattr(each, name) for each in scores) for name in ("hits", "found", "true"))
    common, pixels_found, pixels_true = (
        sum(getattr(each, f"{name}_pixels") for each in scores) for name in ("common", "found", "true")
    )
    return {
        "pictures": len(scores),
        "dice": float(np.mean([each.dice for each in scores])),
        "pooled_dice": _ratio(2 * common, pixels_found + pixels_true),
        "f1": _ratio(2 * hits, found + true),
        "precision": _ratio(hits, found),
        "recall": _ratio(hits, true),
        "object_dice": float(np.mean([each.object_dice for each in scores])),
        "objects": true,
        "objects_found": found,
    }


def _shared(truth: Labels, found: Labels) -> Counts:
    """Return how many pixels each true object (row) and each found one (column) share; the first are of none."""
    rows, places = np.unique(np.append(truth, 0), return_inverse=True)
    columns, others = np.unique(np.append(found, 0), return_inverse=True)
    pairs = (places * len(columns) + others)[:-1]  # without the 0 that makes sure of a row and column for none
    return np.bincount(pairs, minlength=len(rows) * len(columns)).reshape(len(rows), len(columns))


def _one_way(shared: Counts, sizes: Counts, others: Counts) -> float:
    """Return the mean, weighted by `sizes`, of each object's Dice with the other one that it shares most with."""
    if not len(sizes) or not len(others):
        return float(len(sizes) == len(others))
    partners = shared.argmax(axis=1)
    most = shared[np.arange(len(sizes)), partners]
    return float(np.average(2 * most / (sizes + others[partners]), weights=sizes)) if sizes.sum() else 1.0


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
