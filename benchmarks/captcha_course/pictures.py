"""Draw curves of training, confusions, and a network's probabilities column by column."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring.pictures import figure
from preprocessing.arrays import Pixels

LEAST_SHOWN = 5e-5
"""Share of errors drawn for none at all, which has no place on a logarithmic axis."""


def curves(logs: Mapping[str, Path], batch_size: int, references: Mapping[str, float], path: Path) -> None:
    """Draw loss and errors over the images seen, a line for each network's log.csv; `references` are known accuracies
    by name."""
    drawn = figure(9, 3.5)
    losses, errors = drawn.subplots(1, 2)
    for name, log in logs.items():
        with log.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        seen = [int(row["step"]) * batch_size for row in rows]
        losses.plot(seen, [float(row["loss"]) for row in rows], label=name)
        (column,) = (key for key in rows[0] if key.startswith("accuracy_"))
        errors.plot(seen, [max(1 - float(row[column]), LEAST_SHOWN) for row in rows], label=name)
    for name, accuracy in references.items():
        errors.axhline(1 - accuracy, color="grey", linestyle=":")
        errors.annotate(name, (0, 1 - accuracy), xycoords=("axes fraction", "data"), va="bottom", fontsize=8)
    losses.set(title="loss", xlabel="images", yscale="log")
    errors.set(title="share of images read wrong", xlabel="images", yscale="log")
    losses.legend()
    drawn.savefig(path, dpi=100)


def confusions(counts: Mapping[str, NDArray[np.int64]], characters: str, path: Path) -> None:
    """Draw how often each character (row) was read as another (column), a matrix (C, C) for each network."""
    drawn = figure(5 * len(counts), 5)
    for place, (name, matrix) in zip(np.ravel(drawn.subplots(1, len(counts))), counts.items(), strict=True):
        wrong = matrix - np.diag(np.diag(matrix))
        place.imshow(np.log1p(wrong), cmap="Greys")
        place.set(title=name, xlabel="read", ylabel="shown")
        place.set_xticks(range(len(characters)), characters, fontsize=6)
        place.set_yticks(range(len(characters)), characters, fontsize=6)
    drawn.savefig(path, dpi=100)


def columns(image: Pixels, seen: Mapping[str, NDArray[np.float32]], characters: str, path: Path) -> None:
    """Draw an image and below it the probabilities (T, C + 1) that each network gives in its columns.

    Rows are the blank and those characters that any column holds for likely.
    """
    drawn = figure(7, 2 + 2.5 * len(seen))
    top, *below = drawn.subplots(1 + len(seen), 1, height_ratios=[1, *[1.6] * len(seen)])
    top.imshow(image)
    top.set_axis_off()
    for place, (name, chances) in zip(below, seen.items(), strict=True):
        rows = [0, *(index for index in range(1, chances.shape[1]) if chances[:, index].max() > 0.02)]
        place.imshow(chances[:, rows].T, aspect="auto", cmap="Blues", vmin=0, vmax=1, interpolation="nearest")
        place.set_yticks(range(len(rows)), ["blank" if row == 0 else characters[row - 1] for row in rows])
        place.set(title=name, xlabel="column")
    drawn.savefig(path, dpi=100)


def most_confused(matrix: NDArray[np.int64], characters: str, count: int) -> list[tuple[str, str, int]]:
    """Return the most frequent confusions of a matrix (C, C): shown, read, how often."""
    wrong = matrix - np.diag(np.diag(matrix))
    order: Sequence[int] = np.argsort(-wrong, axis=None, kind="stable")[:count].tolist()
    places = [divmod(index, len(characters)) for index in order]
    return [
        (characters[row], characters[column], int(wrong[row, column])) for row, column in places if wrong[row, column]
    ]
