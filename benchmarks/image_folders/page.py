"""The words of docs/image-folders.md, around the figures of a run."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.measuring.record import on_cores, table

TITLES = {
    "course": "the course's small VGG",
    "compact": "compact",
}

PARTS = ("training", "validation", "held_out")
GOAL, MINUTES = 0.85, 45
"""Mean accuracy on cats and dogs, and minutes of one training on two cores."""

PAGE = """# Classifiers from folders of pictures

A folder with one sub-folder for each class is all that is needed; a zip of such folders will do:

    suanshi classify train PICTURES --out MODEL
    suanshi classify predict NEW_PICTURES --model MODEL --csv predictions.csv
    suanshi classify explain SOME.jpg --model MODEL --out LOOKED_AT
    suanshi classify export MODEL model.tflite

Every picture is decoded once, squeezed to a square and kept in memory. A fifth of each class, by a hash of the files'
names, is held out and measured once, after training; a tenth of the rest is watched after each epoch, here a twentieth,
as nothing is chosen by it. Files that cannot be read and copies of other files are named and left out. MODEL gets the
network (`model.keras`), a card that tells how it was made, curves, confusions, the worst errors, and the probabilities
of the held-out pictures in the old competition's form (`id,label`). What `explain` draws is told in
[activation-maps.md](activation-maps.md).

This page is made by

    {command}

## Cats and dogs

{data}

The course trained a small VGG on 2000 cats and 2000 dogs, 150×150 pixels, with dropout and augmentation, for 64 epochs
with RMSprop, and came to about 80 %.

{accuracy}

{mean}

*Seen* are the pictures of all epochs; the course's 64 epochs of 4,000 were 256,000. Minutes are those of the training
with the watching after each epoch: first by the clock, beside whatever else the machine did, then of the processor, the
sum over its cores. The epochs were fixed beforehand; nothing was chosen by the held-out pictures.

![Loss and accuracy](pictures/image-folders-curves.png)
![Confusions of the compact network, seed 0](pictures/image-folders-compact-confusion.png)
![Its worst errors: file, class, what it was taken for, and how surely](pictures/image-folders-compact-errors.png)

What is different from the course's:

* **The network.** `compact` is a residual network with batch norm and global average pooling, without a large dense
  layer that could learn pictures by heart. Its blocks are left out at random in training (stochastic depth).
* **The pictures.** A cut has 35 to 100 % of the area and the picture's proportions to within a third; it is turned,
  mirrored and recoloured. Half of the batches are mixed with other pictures, by mixup or CutMix: with so few pictures
  that is what keeps the network from learning them by heart.
* **The training.** AdamW with a rate that falls to zero, label smoothing, and a moving average of the weights, which is
  what is measured and kept. It begins with cuts of 96 pixels and ends with 128, which takes less time; pictures are
  read at 150, because things look larger in cuts than in whole pictures.
* **The answer** is the mean of those for the picture and for its mirror image (not with `--no-mirror`).

The course's network stands here with four convolutions of 32, 64, 128 and 512 filters, dropout and one dense layer, and
without mixing, averages or falling rate.

Whoever has the weights of a network that was trained on millions of pictures should begin with those:
`--network transfer --base MobileNetV2 --weights FILE` takes any network of `keras.applications`; the file is yours,
none is fetched. At first only the new head learns, then all of it, slowly.

## Is the processor kept busy with learning?

Pictures are decoded once, before the first epoch: {decoded:.0f} a second, so all of them take {decoding:.0f} seconds.
Batches are augmented beside the training, from the decoded pictures in memory. Pictures a second, one after the other
in one run:

{speed}

If the last column is close to the one before it, then augmentation is no bottleneck: what it costs is its share of the
processor, as there is no other to do it. Batches come from a thread of our own and not through `tf.data`, as Keras'
`fit` would have it: beside that, TensorFlow ran the steps of some trainings one thread at a time.
{cifar}"""

CIFAR = """
## CIFAR-10

`suanshi classify train ZIP --size 32 --epochs {epochs} --validation 0.05 --bfloat16` on {count} of CIFAR-10's test
pictures, stored as JPEG: {accuracy:.2%} of {held_out} held-out pictures right after {minutes:.0f} minutes of processor
time, from {training} pictures. Published figures have 50,000 to learn from and are no comparison.

![Confusions on CIFAR-10](pictures/image-folders-cifar-confusion.png)
![The worst errors on CIFAR-10](pictures/image-folders-cifar-errors.png)
"""


def page(record: Mapping[str, Any]) -> str:
    """Return the page for the record of a run, as `benchmarks.image_folders` writes it."""
    cards = record["cards"]
    first = cards["compact-0"]
    compact = [card for name, card in cards.items() if name.startswith("compact-")]
    rows = [_row(card) for name, card in cards.items() if not name.startswith("cifar-")]
    headers = ["network", "seed", "parameters", "epochs", "seen", "minutes", "of processor", "validation", "held out"]
    return PAGE.format(
        command=record["command"],
        data=_data(first),
        accuracy=table(headers, rows),
        mean=_mean(compact, on_cores(record)),
        decoded=record["decoded"],
        decoding=sum(sum(first["data"][part].values()) for part in PARTS) / record["decoded"],
        speed=table(
            ["network", "size of the cuts", "batches alone", "training steps alone", "training on batches"],
            [
                [TITLES[name], each["size"], *(f"{each[key]:.0f}" for key in ("batches alone", "steps alone", "both"))]
                for name, each in record["speed"].items()
            ],
        ),
        cifar=_cifar(cards["cifar-0"]) if "cifar-0" in cards else "",
    )


def _row(card: Mapping[str, Any]) -> list[str]:
    figures = card["figures"]
    return [
        TITLES[card["network"]],
        str(card["seed"]),
        f"{card['parameters']:,}",
        str(figures["epochs"]),
        f"{figures['epochs'] * sum(card['data']['training'].values()):,}",
        f"{figures['minutes']:.0f}",
        f"{figures['cpu_minutes']:.0f}",
        *(f"{figures[part]['accuracy']:.2%} of {figures[part]['count']}" for part in ("validation", "held_out")),
    ]


def _data(card: Mapping[str, Any]) -> str:
    parts = {name: sum(card["data"][name].values()) for name in PARTS}
    return (
        f"{sum(parts.values())} pictures: {parts['training']} to learn from, {parts['validation']} watched, "
        f"{parts['held_out']} held out."
    )


def _mean(cards: Sequence[Mapping[str, Any]], cores: str) -> str:
    found = [card["figures"]["held_out"]["accuracy"] for card in cards]
    shortest = min(card["figures"]["minutes"] for card in cards)
    if len(found) < 2:
        return ""
    return (
        f"Mean of the {len(found)} trainings of the compact network: **{statistics.mean(found):.2%}** ± "
        f"{100 * statistics.stdev(found):.2f} points (standard deviation); the goal is {GOAL:.0%}.\n"
        f"The one that least ran beside it took {shortest:.0f} minutes by the clock, {cores}; the goal is {MINUTES}."
    )


def _cifar(card: Mapping[str, Any]) -> str:
    data, figures = card["data"], card["figures"]
    return CIFAR.format(
        count=sum(sum(data[part].values()) for part in PARTS),
        epochs=figures["epochs"],
        accuracy=figures["held_out"]["accuracy"],
        held_out=figures["held_out"]["count"],
        minutes=figures["cpu_minutes"],
        training=sum(data["training"].values()),
    )
