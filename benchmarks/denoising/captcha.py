"""Train a denoiser on pairs of captchas, with noise and without, and read with and without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np

from autoencoders.denoising import denoise_image
from autoencoders.models import Model
from autoencoders.networks import denoiser
from autoencoders.pairs import CaptchaPatches, PairSampler, check_seed, training_pairs
from autoencoders.training import Training, fit
from benchmarks.denoising.filters import psnr
from classifiers.loop import read_log
from generators.contest.sampler import captcha_sampler, sampler
from generators.evaluation_images import SEEDS, drawn
from ocr.inference.recognizer import Recognizer
from preprocessing.arrays import Pixels

VALIDATION = 256
"""Patches that draw the curve, from seeds of the training's kind but of no epoch."""
STEPS, BATCH = 100, 32
AT_ONCE = 256
MOST_DECIBELS = 60.0
"""PSNR of an image without any error; an error of one grey level in every fifteenth value has it."""
SHOWN = 6
WAYS = ("as drawn", "median 3x3", "our network", "drawn without noise")

MORE = (60, 150, 300)
"""Dots, with an arc: more than the readers know, who were trained on 45 at most, and with the last number also more
than the denoiser knows."""


@dataclass(frozen=True)
class Drawings:
    """Images that a reader of the task reads, with their twins without noise."""

    title: str
    task: str
    pairs: PairSampler


def sets() -> tuple[Drawings, ...]:
    """Return the sets of images that readers read."""
    return (
        Drawings("contest's look", "arithmetic", PairSampler(sampler("contest"))),
        Drawings("contest's look, held-out typefaces", "arithmetic", PairSampler(sampler("contest", "held_out"))),
        *(
            Drawings(
                f"contest's look, {dots} dots and an arc", "arithmetic", PairSampler(sampler("contest"), _with(dots))
            )
            for dots in MORE
        ),
        Drawings("library's look, arithmetic", "arithmetic", PairSampler(sampler("library"))),
        Drawings("library's look, captchas", "captcha", PairSampler(captcha_sampler())),
        *(
            Drawings(f"library's look, captchas, {dots} dots", "captcha", PairSampler(captcha_sampler(), _with(dots)))
            for dots in MORE
        ),
    )


def _with(dots: int) -> dict[str, Any]:
    return {"dots": (dots, dots), "curve": True}


def train(epochs: int, seed: int, runs: Path) -> keras.Model:
    """Train the denoiser of captchas, or take it from `runs`."""
    check_seed(seed)
    settings = Training(epochs, STEPS, BATCH, learning_rate=2e-3, seed=seed)
    samplers = training_pairs()
    validation = CaptchaPatches(samplers, VALIDATION, seed)(epochs, 0)  # of an epoch that training never comes to
    return fit(
        lambda: denoiser(3),
        CaptchaPatches(samplers, settings.batch_size, seed),
        settings,
        runs / "captcha",
        validation=validation,
        data={"drawn": "pairs of three samplers, half of them with up to 200 dots"},
    )


def log(runs: Path) -> dict[str, list[dict[str, float]]]:
    """Return the curve of the training."""
    return {"captchas, MSE": read_log(runs / "captcha")}


def read(reader: Recognizer, denoiser: Model, images: Drawings, count: int, seed: int) -> dict[str, Any]:
    """Return how many of `count` images a reader reads right as drawn, after a median, denoised, and drawn without
    noise; how many denoising mends and breaks; and the PSNR in dB against the drawing without noise."""
    right: dict[str, list[bool]] = {way: [] for way in WAYS}
    ratios: dict[str, list[float]] = {way: [] for way in WAYS[:-1]}
    waiting = drawn(images.pairs, count=count, seed=seed)
    while some := list(islice(waiting, AT_ONCE)):
        for way in WAYS:
            shown = [cleaned(way, noisy, clean, denoiser) for (noisy, clean), _ in some]
            answers = reader.recognize(shown)
            right[way] += [answer.text == text for answer, (_, text) in zip(answers, some, strict=True)]
            if way in ratios:
                for image, (pair, _) in zip(shown, some, strict=True):
                    if (pair[0] != pair[1]).any():  # else noise never met it
                        ratio = psnr(image[None] / np.float32(255), pair[1][None] / np.float32(255))
                        ratios[way] += np.minimum(ratio, MOST_DECIBELS).tolist()
    before, after = np.array(right[WAYS[0]]), np.array(right["our network"])
    return {
        "images": count,
        "right": {way: sum(each) for way, each in right.items()},
        "mended": int((after & ~before).sum()),
        "broken": int((before & ~after).sum()),
        "PSNR": {way: float(np.mean(each)) for way, each in ratios.items()},
    }


def cleaned(way: str, noisy: Pixels, clean: Pixels, denoiser: Model) -> Pixels:
    """Return a captcha, RGB (H, W, 3), treated in one of WAYS."""
    if way == "median 3x3":
        return np.asarray(cv2.medianBlur(noisy, 3), np.uint8)
    if way == "our network":
        return denoise_image(denoiser, noisy)
    return noisy if way == "as drawn" else clean


def pictures(denoiser: Model, seed: int) -> dict[str, Sequence[Pixels]]:
    """Return some held-out captchas as drawn, denoised, and drawn without noise."""
    found: dict[str, list[Pixels]] = {"as drawn": [], "our network": [], "drawn without noise": []}
    for number, images in enumerate(sets()):
        (((noisy, clean), _),) = drawn(images.pairs, count=1, seed=(seed + number) % SEEDS)
        for way, row in found.items():
            row.append(cleaned(way, noisy, clean, denoiser))
    return {way: row[:SHOWN] for way, row in found.items()}
