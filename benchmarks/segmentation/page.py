"""The words of docs/segmentation.md, around the figures of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.measuring.record import on_cores, table

GOAL = 0.85

MEASURES = {"dice": "Dice", "pooled_dice": "Dice, pooled", "f1": "object F1", "object_dice": "object Dice"}

PAGE = """\
# Segmentation

The course ended with a fully convolutional network that marks the tumour in slides of tissue, with a pretrained encoder
and augmentation. This one marks glands: pictures of the GlaS contest of 2015 (Warwick-QU), 775x522 pixels, most of
them, and it has to tell one gland from the next. It learns from scratch.

## On your own pictures

    suanshi segment train PICTURES --out MODEL
    suanshi segment IMAGE... --model MODEL --out MASKS [--overlay OUTLINED]

`PICTURES` is any folder of pictures that have a mask beside them: that of `a.jpg` is `a_anno.png` or `a_mask.png`, 0
where no object is, and a value for each object. Of a mask with one value only, the parts that hang together are the
objects. A fifth of the pictures, by a hash of their names, is held out and measured once (`--held-out-names testA`
takes those of such names instead). Choose `--scale` so that an object is some 50 to 150 pixels wide in the reduced
picture, and `--side` larger than that. Ctrl-C stops the training; the same command goes on from there.

The answer for each image is a PNG of its size with the objects' numbers, as in the masks; objects and their share of
the area are printed. Images may be large: they are looked at in tiles.

## What it reaches

{data}

{verdict}

{ways}

*Dice* is twice the common pixels by all pixels in true objects and in those found: the mean over the {pictures}
pictures, and *pooled*, of all their pixels together. *Object F1* is the contest's: an object that was found is right if
it covers half of a true one or more; of all objects of all pictures together ({objects} true ones). *Object Dice* is
the contest's, too: each object's Dice with the one that it shares most with, weighted by area, mean over the pictures.
*Mirrored* is the mean of the answers for four mirror images. *Tiles* here are of {small} reduced pixels with {common}
in common, smaller than need be, so that each picture takes several. The first line is what `suanshi segment` does;
seconds are for one picture, one after the other in one run.

![Test pictures from the worst to the best: true outlines amber, those found green](pictures/segmentation-results.png)

{groups}

![Loss and Dice](pictures/segmentation-curves.png)

## How it is made

* **Network.** {parameters:,} weights. Convolutions with batch norm on levels of {widths} channels,
  the first at half of the reduced picture's resolution. Upwards transposed convolutions learn their upsampling, with
  L2 of {l2:g} on their kernels; each is joined with the features of its level from the way down.
* **Cores.** It gives two probabilities for each pixel: of being in an object, and in its core, at least {rim:g} reduced
  pixels from the outline, or less in narrow objects. Glands that touch have cores that don't. Each core
  grows over the object's pixels to one object (a watershed), and its holes are filled.
* **Pictures.** Reduced to {scale:g} of their size. Cuts of {side} pixels are turned by any angle, mirrored, enlarged or
  shrunk by up to {stretch:g}, and bent a little; the strengths of the stains (haematoxylin and eosin, in optical
  density), brightness and contrast change.
* **Training.** {cuts:,} cuts in batches of {batch}{bf}; cross entropy and 1 - Dice; Adam with a rate that falls to
  zero. {minutes:.0f} minutes, {cpu_minutes:.0f} of processor time summed over its cores. The number of epochs was fixed
  beforehand; the validation pictures chose the thresholds ({inside:g} for objects, {core:g} for cores), and testA
  nothing.

![The way of a picture](pictures/segmentation-way.png)

## Large images

A picture of {width}x{height}, the test pictures put together, in tiles of {tile} reduced pixels, against the same seen
at once:

{seams}

*Blended* tiles have {overlap} pixels in common. The quarter of these at the end of a tile, where it lacks surroundings,
counts nothing; in between the weight goes over from one tile to the other. Tiles lie where poolings fall as in the
whole picture, so in their middle they say the same. Memory for the network's features is that of one tile, whatever
the picture's size.

![Where tiles differ](pictures/segmentation-seams.png)

---

Made by `{command}`
with seed {seed}, Keras {keras}, {cores}; figures in `benchmarks/results/segmentation.json`.
"""


def page(record: Mapping[str, Any]) -> str:
    """Return the page for the record of a run, as `benchmarks.segmentation` writes it."""
    from classifiers.segmentation.pairs import RIM

    card, seams = record["card"], record["seams"]
    training, figures = card["training"], card["figures"]
    whole = record["ways"]["whole"]
    return PAGE.format(
        data=_data(card),
        verdict=_verdict(whole),
        ways=table(
            ["testA", *MEASURES.values(), "seconds"],
            [[name, *_cells(each), f"{each['seconds']:.2f}"] for name, each in record["ways"].items()],
        ),
        pictures=whole["pictures"],
        objects=whole["objects"],
        small=record["small tiles"][0],
        common=record["small tiles"][1],
        groups=_groups(record["groups"], record["known patients"], whole["pictures"]),
        parameters=card["parameters"],
        widths=", ".join(map(str, card["network"]["widths"])),
        l2=card["network"]["upsampling_l2"],
        rim=RIM,
        scale=card["scale"],
        side=training["side"],
        stretch=training["distortion"]["stretch"],
        cuts=figures["cuts"],
        batch=training["batch_size"],
        bf=", in bfloat16" if training["bfloat16"] else "",
        minutes=figures["minutes"],
        cpu_minutes=figures["cpu_minutes"],
        inside=card["thresholds"]["object"],
        core=card["thresholds"]["core"],
        width=seams["size"][0],
        height=seams["size"][1],
        tile=seams["side"],
        overlap=seams["overlap"],
        seams=_seams(seams["ways"]),
        command=record["command"],
        seed=record["seed"],
        keras=record["versions"].get("keras", "?"),
        cores=on_cores(record),
    )


def _data(card: Mapping[str, Any]) -> str:
    trained, watched, judged = (len(card["data"][part]) for part in ("training", "validation", "held_out"))
    return (
        f"Of the contest's training pictures {trained + watched} are here: {trained} to learn from and {watched}, by\n"
        f"a hash of their names, for validation. Nothing is chosen by the {judged} of testA."
    )


def _verdict(whole: Mapping[str, Any]) -> str:
    reached = "reached" if whole["dice"] >= GOAL else "not reached"
    return f"Dice of {GOAL} on testA was the goal, and it is {reached}: **{whole['dice']:.4f}**."


def _cells(figures: Mapping[str, Any]) -> list[str]:
    return [f"{figures[name]:.4f}" for name in MEASURES]


def _groups(groups: Mapping[str, Any], known: int, count: int) -> str:
    if not groups:
        return ""
    rows = [[name, each["pictures"], each["objects"], *_cells(each)] for name, each in groups.items()]
    return (
        table(["testA, whole", "pictures", "objects", *MEASURES.values()], rows)
        + f"\n\nThe contest split by picture, not by patient: {known} of these {count} pictures show a patient who is\n"
        "in the training pictures, too."
    )


def _seams(ways: Mapping[str, Any]) -> str:
    rows = [
        [name, f"{each['mean']:.5f}", f"{each['most']:.3f}", f"{each['other answers']:.3%}", f"{each['seconds']:.1f}"]
        for name, each in ways.items()
    ]
    return table(["tiles", "mean difference of probability", "largest", "pixels answered otherwise", "seconds"], rows)
