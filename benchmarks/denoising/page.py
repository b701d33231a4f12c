"""The text of docs/denoising.md, with the figures of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.denoising.filters import FILTERS
from benchmarks.measuring.record import table

GOAL = 3
"""By how many dB our network shall be above the best filter at the course's strength."""

MNIST_NAMES = ("course's network", "our network")
COURSE_STRENGTH = "0.4"

PAGE = """\
# Denoising

An autoencoder that is shown a noisy picture and asked for the clean one learns to take noise away. The course of 2017
did that with digits; here its network stands next to one of today's making, and both next to filters that learn
nothing. The last part asks what it is worth to this project: does a captcha read better once it is clean?

## On your own pictures

    suanshi denoise IMAGES... --out DIR
    suanshi denoise IMAGES... --out DIR --model mnist

writes clean PNGs of the same names and sizes. The model `captcha`, which is the default, takes dots and arcs out of
colour captchas such as the `captcha` library draws. `mnist` takes grain out of light digits on dark. A model is a
folder with `network.keras` and `card.json`; `--model` takes any such folder. Pictures may have any size, but for the
course's network, which takes 28×28: they are padded, and large ones go through the network in tiles that overlap by
more than it can see.

A network for other pictures and other noise takes a few lines: `draw(epoch, index)` returns a batch of noisy pictures
and the same batch clean, floats in [0, 1] of shape (N, H, W, channels), H and W multiples of 4.

```python
from pathlib import Path

from autoencoders.models import Model, save_model
from autoencoders.networks import denoiser
from autoencoders.noise import NoisyPictures
from autoencoders.training import Training, fit

settings = Training(epochs=20, steps=100, batch_size=64, learning_rate=2e-3)
draw = NoisyPictures(pictures, strengths=(0.05, 0.75), batch_size=64, seed=0)
network = fit(lambda: denoiser(1), draw, settings, Path("my-run"), validation=(noisy, clean), data={{"from": "mine"}})
save_model(Path("my-model"), Model(network, "denoiser", {{"data": "mine"}}))
```

The folder of the run keeps the network after each epoch; after Ctrl-C the same call goes on from there.

## Digits

MNIST in [0, 1] gets normal noise of standard deviation 0.2, 0.4 or 0.6 and is clipped to [0, 1] again; 0.4 is the
course's. Clipping cuts half of the noise off wherever a picture is black or white, so its mean is not zero: filters
that average cannot know that, a network learns it.

* The course's network: convolutions of 16, 8 and 8 filters, 3x3, each followed by 2x2 pooling, mirrored with
  upsampling, a sigmoid at the end; {course_weights:,} weights. The picture passes through 4x4x8 numbers, so what comes
  out is a digit drawn from memory, rounder than the one that went in. Trained at 0.4 only, with cross-entropy and Adam,
  on {course_images:,} noisy pictures.
* Ours: a U-Net of residual blocks, 16, 48 and 96 filters at full, half and quarter size; {our_weights:,} weights.
  Fine detail goes past the middle, the network answers with what is to be added to the picture, and it is told nothing
  of the strength: it was trained on all from 0.05 to 0.75, with MSE, on {our_images:,} noisy pictures.

Both never saw the {images:,} test images that are measured here, nor the last 2,000 training images, which draw the
curves. No epoch is chosen by either. Of each filter the parameter is the one of several that has the highest PSNR on
the first {tuned} *training* images, for each strength anew.

{digits}

PSNR in dB and SSIM by scikit-image with `data_range=1`, each the mean over {images:,} test images. At 0.4 our network
is {lead:.1f} dB above the best filter (the goal is {goal}), the course's {course_lead:+.1f} dB. Below, at 0.4:

![Digits, clean, noisy, and cleaned in each way](pictures/denoising-mnist.png)

![Loss of the three trainings](pictures/denoising-curves.png)

The filters' parameters: {parameters}.

## Captchas, and whether it helps the reader

Drawings can be had twice from one seed, with dots and arc and without (`autoencoders/pairs.py`): the drawer takes its
random numbers for noise last, so that all the rest is the same to the pixel. A network like the one above, for three
channels, learned on {patches} of 48x96 pixels from three kinds of drawings: the contest's look, the library's look, and
text captchas, in the typefaces of the training; half of them as they come, half with an arc and up to 200 dots.

![Held-out captchas as drawn, denoised, and drawn without noise](pictures/denoising-captcha.png)

Held-out seeds, the same images for each column, {count:,} of them a row:

{readers}

Images read right, out of {count:,}: as they are, after a 3x3 median, after our network, and the same drawings without
any noise. *Mended* and *broken* say how many answers the network turned right and wrong.

{ratios}

PSNR in dB against the drawing without noise, mean over the images that noise met.

{verdict}

---

Made by `{command}` with seed {seed}, Keras {keras}, on {processor}; figures in `benchmarks/results/denoising.json`.
"""


def page(record: Mapping[str, Any]) -> str:
    """Return the page about a run of benchmarks.denoising."""
    digits, weights, seen = record["digits"], record["weights"], record["images of training"]
    course, ours = MNIST_NAMES
    return PAGE.format(
        course_weights=weights[course],
        our_weights=weights[ours],
        course_images=seen[course],
        our_images=seen[ours],
        images=digits["images"],
        tuned=digits["tuned on"],
        digits=_digits(digits["by strength"]),
        lead=_lead(digits, ours),
        course_lead=_lead(digits, course),
        goal=GOAL,
        parameters="; ".join(_parameters(digits["by strength"])),
        patches=f"{record['patches']:,} patches",
        count=record["count"],
        readers=_readers(record["captchas"]),
        ratios=_ratios(record["captchas"]),
        verdict=_verdict(record["captchas"]),
        command=record["command"],
        seed=record["seed"],
        keras=record["versions"].get("keras", "?"),
        processor=record["processor"],
    )


def _digits(by_strength: Mapping[str, Any]) -> str:
    headers = ["", *(f"{unit} at {strength}" for strength in by_strength for unit in ("PSNR", "SSIM"))]
    names = next(iter(by_strength.values()))
    rows = [
        [name, *(text for found in by_strength.values() for text in _both(found[name]))] for name in names
    ]  # a row for each way, two columns for each strength
    return table(headers, rows)


def _both(found: Mapping[str, float]) -> tuple[str, str]:
    return f"{found['PSNR']:.2f}", f"{found['SSIM']:.3f}"


def _lead(digits: Mapping[str, Any], name: str) -> float:
    """By how many dB a network is above the best filter at the course's strength."""
    found = digits["by strength"][COURSE_STRENGTH]
    return float(found[name]["PSNR"] - max(found[each]["PSNR"] for each in FILTERS))


def _parameters(by_strength: Mapping[str, Any]) -> Iterator[str]:
    for name in FILTERS:
        values = ", ".join(f"{found[name]['parameter']:g} at {strength}" for strength, found in by_strength.items())
        yield f"{name} {values}"


def _readers(captchas: Sequence[Mapping[str, Any]]) -> str:
    if not captchas:
        return "(no reader was at hand)"
    ways = list(captchas[0]["right"])
    rows = [
        [f"{each['reader']}: {each['set']}", *each["right"].values(), each["mended"], each["broken"]]
        for each in captchas
    ]
    return table(["reader and images", *ways, "mended", "broken"], rows)


def _ratios(captchas: Sequence[Mapping[str, Any]]) -> str:
    if not captchas:
        return ""
    rows = [[each["set"], *(f"{value:.1f}" for value in each["PSNR"].values())] for each in captchas]
    return table(["images", *captchas[0]["PSNR"]], rows)


def _verdict(captchas: Sequence[Mapping[str, Any]]) -> str:
    """Say for each set whether the reader gained, in the words of a sign test at 1 %."""
    found: dict[str, list[str]] = {"reads more": [], "reads fewer": [], "reads as many, within chance,": []}
    for each in captchas:
        mended, broken = each["mended"], each["broken"]
        sure = _chance(mended, broken) < 0.01
        key = "reads as many, within chance," if not sure else "reads more" if mended > broken else "reads fewer"
        found[key].append(f"{each['reader']} on {each['set']} ({mended} mended, {broken} broken)")
    told = [f"After our network the reader {key} in {len(some)} of {len(captchas)} sets: {'; '.join(some)}."
            for key, some in found.items() if some]  # fmt: skip
    return (
        "\n\n".join(told) + "\n\n*Within chance* means that a sign test of mended against broken doesn't reach 1 %. "
        "The readers were trained on noisy drawings, so cleaning is to be expected to help only where noise is more "
        "than they know. `suanshi recognize` denoises nothing by itself."
    )


def _chance(one: int, other: int) -> float:
    """Return the probability that a fair coin falls at least so unevenly: the two-sided sign test."""
    from math import comb

    total, most = one + other, max(one, other)
    return min(1.0, 2 * sum(comb(total, heads) for heads in range(most, total + 1)) / 2**total)
