"""Show a classifier's confusions and worst errors, and write its predictions as a CSV file."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from io import StringIO
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from classifiers.figures import figure
from classifiers.images.folder import Pictures
from preprocessing.arrays import Floats
from preprocessing.atomic_write import atomic_write, atomic_write_bytes

SHOWN = 24
"""Errors in the picture of the worst."""

PER_ROW = 8


def confusions(probabilities: Floats, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how often each class (row) was taken for each (column), from probabilities (N, classes)."""
    classes = probabilities.shape[1]
    return np.bincount(labels * classes + probabilities.argmax(axis=1), minlength=classes**2).reshape(classes, classes)


def draw_confusions(counts: NDArray[np.int64], classes: Sequence[str], path: Path) -> None:
    """Draw a matrix of confusions (classes, classes), each row by its share, with the numbers in it."""
    side = min(2.5 + 0.45 * len(classes), 12)
    drawn = figure(side + 0.5, side)
    axes = drawn.subplots()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set(xlabel="taken for", ylabel="is")
    axes.set_xticks(range(len(classes)), classes, rotation=90 if len(classes) > 4 else 0)
    axes.set_yticks(range(len(classes)), classes)
    if len(classes) <= 20:
        for (row, column), share in np.ndenumerate(shares):
            axes.text(column, row, counts[row, column], ha="center", va="center", color="w" if share > 0.5 else "k")
    atomic_write(path, lambda part: drawn.savefig(part, dpi=100))


def draw_worst(pictures: Pictures, probabilities: Floats, path: Path, most: int = SHOWN) -> int:
    """Draw the pictures that were taken for another class, the surest first, and return how many were, in all.

    Over each stand its file, its class → the one it was taken for, and the probability of that.
    """
    taken = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(taken != pictures.labels)
    worst = wrong[np.argsort(-probabilities[wrong, taken[wrong]], kind="stable")][:most]
    rows = max(-(-len(worst) // PER_ROW), 1)
    drawn = figure(1.45 * PER_ROW, 1.75 * rows)
    cells = drawn.subplots(rows, PER_ROW).flat
    for axes in cells:
        axes.set_axis_off()
    for place, axes in zip(worst, cells[:], strict=False):
        ratio = float(pictures.ratios[place])
        axes.imshow(pictures.pixels[place], aspect=1 / ratio)  # the shape that it had before it was squeezed
        name = PurePosixPath(pictures.names[place]).stem
        right, found = (_short(pictures.classes[label], 10) for label in (pictures.labels[place], taken[place]))
        chance = probabilities[place, taken[place]]
        axes.set_title(f"{_short(name)}\n{right} → {found} {chance:.2f}", fontsize=8)
    atomic_write(path, lambda part: drawn.savefig(part, dpi=80))
    return len(wrong)


def write_predictions(names: Sequence[str], probabilities: Floats, classes: Sequence[str], path: Path) -> None:
    """Write probabilities (N, classes) as the competition of cats and dogs had it: id and label, the second class's
    probability; of more than two classes a column for each. The id is the file's name without its ending, or with all
    of it where two have the same."""
    ids = [PurePosixPath(name).stem for name in names]
    twice = {name for name, count in Counter(ids).items() if count > 1}
    ids = [name if short in twice else short for name, short in zip(names, ids, strict=True)]
    header = ["id", "label"] if len(classes) == 2 else ["id", *classes]
    columns = probabilities[:, 1:] if len(classes) == 2 else probabilities
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([name, *(f"{value:.6f}" for value in row)] for name, row in zip(ids, columns, strict=True))
    atomic_write_bytes(path, text.getvalue().encode(errors="surrogateescape"))


def _short(text: str, most: int = 16) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
