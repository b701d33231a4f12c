"""Draw the pictures of docs/activation-maps.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.activation_maps.blanking import FILLS, KINDS, blank, blocks, chosen
from benchmarks.measuring.pictures import figure, shrink

if TYPE_CHECKING:
    from classifiers.images.classifier import Classifier
    from classifiers.images.folder import Pictures

COLUMNS = 8


def draw_examples(classifier: Classifier, judged: Pictures, path: Path) -> None:
    """Draw some held-out pictures, from all over the list, and below each its heat."""
    from classifiers.images.activation import explain, overlay

    places = np.linspace(0, len(judged) - 1, COLUMNS).round().astype(int)
    above, below = [], []
    for place in places:
        image = judged.pixels[place]
        seen = explain(image, classifier)
        above.append((image, judged.classes[judged.labels[place]]))
        below.append((overlay(image, seen.heat), f"{seen.name} {seen.probability:.2f}"))
    _grid([above, below], judged.ratios[places], path)


def draw_blanked(classifier: Classifier, judged: Pictures, path: Path, count: int = 4) -> None:
    """Draw some pictures: as they are, with heat, without the hottest fifth, and without that shape elsewhere."""
    from classifiers.images.activation import activation_maps, overlay, upsample_map

    places = np.linspace(0, len(judged) - 1, 2 * count + 1).round().astype(int)[1::2]
    images = [judged.pixels[place] for place in places]
    before = classifier.predict(images)
    likeliest = before.argmax(axis=1)
    maps, _ = activation_maps(classifier, images, likeliest.tolist())
    fifths = chosen(blocks(maps), np.random.default_rng(0))
    rows: list[list[tuple[Any, str]]] = [[], [], [], []]
    for number, image in enumerate(images):
        name, column = classifier.classes[likeliest[number]], likeliest[number]
        rows[0].append((image, f"{name} {before[number, column]:.2f}"))
        rows[1].append((overlay(image, upsample_map(maps[number], image)), ""))
        for row, kind in zip(rows[2:], KINDS[:2], strict=True):
            blanked = blank(image, fifths[kind][number], FILLS[0])
            row.append((blanked, f"{name} {classifier.predict([blanked])[0, column]:.2f}"))
    _grid(rows, judged.ratios[places], path)


def draw_pairs(lowered: Mapping[str, Any], path: Path) -> None:
    """Draw a point for each picture: what blanking the same shape elsewhere takes, and what the hottest fifth takes."""
    drawn = figure(4.5, 4.2)
    axes = drawn.subplots()
    axes.axline((0, 0), slope=1, color="grey", linewidth=1)
    axes.plot(lowered["elsewhere"], lowered["hottest"], ".", markersize=3, alpha=0.6)
    axes.set(xlabel="the same shape elsewhere takes", ylabel="the hottest fifth takes")
    drawn.savefig(path, dpi=100)


def _grid(rows: list[list[tuple[Any, str]]], ratios: Iterable[float], path: Path) -> None:
    drawn = figure(1.3 * len(rows[0]), 1.45 * len(rows))
    for cells, pictures in zip(drawn.subplots(len(rows), len(rows[0]), squeeze=False), rows, strict=True):
        for axes, (image, title), ratio in zip(cells, pictures, ratios, strict=True):
            axes.set_axis_off()
            axes.imshow(image, aspect=1 / float(ratio))
            axes.set_title(title, fontsize=8)
    drawn.savefig(path, dpi=80)
    shrink(path, path)
