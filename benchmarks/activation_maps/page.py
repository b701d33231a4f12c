"""The words and pictures of docs/activation-maps.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.activation_maps.blanking import FIFTH, FILLS, GRID, KINDS, blank, blocks, chosen
from benchmarks.measuring.pictures import figure, shrink
from benchmarks.measuring.record import table

if TYPE_CHECKING:
    from classifiers.images.classifier import Classifier
    from classifiers.images.folder import Pictures

COLUMNS = 8

PAGE = """# What a classifier looks at

    suanshi classify explain SOME.jpg --model MODEL --out LOOKED_AT [--class NAME]

draws each picture, hot where the network sees the likeliest class, or the one that is named. In Python:

    from classifiers.images.activation import explain, overlay
    seen = explain("SOME.jpg", "MODEL")        # seen.name, .probability, .heat (H, W) from 0 to 1

![Above, held-out pictures; below, where their likeliest class is seen](pictures/activation-maps-examples.png)

The course did it with class activation maps (Zhou et al. 2016): where the last feature maps are only averaged and then
weighted by one dense layer, the same weights on the maps themselves tell what each place adds to the class. `compact`
and `transfer` are such networks. The course's own VGG isn't: its dense layer has a weight for every place of every map.
Here its maps are weighted by the mean gradient of the class's logit (Grad-CAM, Selvaraju et al. 2017). Both are taken
next to the mean of all classes, because what is added to all of them changes no probability.

## Is it true?

A picture of heat looks convincing whatever it shows. So a fifth of each held-out picture is blanked, {fifth} blocks of
a grid of {grid}×{grid}, and what that takes from the probability of the likeliest class is measured. If the map is
true, the hottest fifth takes far more than others do: the same shape elsewhere, moved by a random distance and round
about the edges; random blocks; the hottest fifth of another picture, which lies near the middle as often; the coldest.

This page is made by

    {command}

with the classifiers that the command of [image-folders.md](image-folders.md) trains.

{tables}
![Of each picture: what blanking the hottest fifth takes, and what the same shape elsewhere
takes](pictures/activation-maps-pairs.png)
![A picture, its heat, without the hottest fifth, without the same shape
elsewhere](pictures/activation-maps-blanked.png)

Pictures of which nothing is missed weigh in, too: a cat is a cat by its tail, when the head is blank.

## On a phone

    suanshi classify export MODEL model.tflite

writes LiteRT for one picture at a time, uint8, squeezed to a square of the network's size; it is written only if its
probabilities are the network's to 0.001. `--format onnx` needs tf2onnx (1.17 was tried) and is compared likewise.
`--format coreml` needs coremltools (9.0 was tried), which converts anywhere; only Apple's machines can run what it
writes, so that is not compared. Of the classifiers above:

{exported}

---

Made with seed {seed}, Keras {keras}, on {processor}; figures in `benchmarks/results/activation_maps.json`.
"""


def page(record: Mapping[str, Any]) -> str:
    """Return the page for the record of a run, as `benchmarks.activation_maps` writes it."""
    tables = "\n".join(_about(model) for model in record["models"])
    exported = [
        [f"`{each['network']}`", f"{each['litert']['bytes'] / 1e6:.2f} MB", f"{each['litert']['differs by']:.1g}"]
        for each in record["models"]
    ]
    return PAGE.format(
        command=record["command"],
        grid=GRID,
        fifth=FIFTH,
        tables=tables,
        exported=table(["network", "LiteRT", "probabilities differ by at most"], exported),
        seed=record["seed"],
        keras=record["versions"].get("keras", "?"),
        processor=record["processor"],
    )


def _about(model: Mapping[str, Any]) -> str:
    rows = []
    for fill in FILLS:
        for kind in KINDS:
            more = model["hottest more than"][fill].get(kind)
            rows.append(
                [
                    f"{kind}, {fill}",
                    f"{model['lowered'][fill][kind]:.3f}",
                    f"{more['by']:.3f} ± {more['standard error']:.3f}" if more else "",
                    f"{more['share of pictures']:.0%}" if more else "",
                ]
            )
    headers = ["which fifth, filled with", "takes", "the hottest takes more by", "in so many pictures"]
    return (
        f"`{model['network']}`, {model['method']}, {model['count']} held-out pictures, whose likeliest class has "
        f"{model['probability']:.3f} in the mean. ± is the standard error of the mean of the pairs.\n\n"
        f"{table(headers, rows)}\n"
    )


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
    from classifiers.images.activation import activation_maps, overlay, spread

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
        rows[1].append((overlay(image, spread(maps[number], image)), ""))
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
