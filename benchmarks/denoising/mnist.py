"""Train both networks on noisy digits, tune the filters, and measure all of them on MNIST's test images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from autoencoders.denoising import denoise
from autoencoders.idx import read_mnist
from autoencoders.networks import course_denoiser, denoiser
from autoencoders.noise import NoisyPictures, add_noise
from autoencoders.training import Training, fit
from benchmarks.denoising.filters import FILTERS, apply, psnr, ssim, tune
from classifiers.loop import read_log
from generators.stream import HELD_OUT_SEEDS
from preprocessing.arrays import Floats

STRENGTHS = (0.2, 0.4, 0.6)
COURSE_STRENGTH = 0.4
RANGE = (0.05, 0.75)
"""Strengths that ours is trained on; each picture gets one between."""

VALIDATION = 2_000
"""The last of the 60,000 training images: never trained on, they draw the curves."""
TUNING = 200
"""The first of the training images: the filters' parameters are chosen on them."""
SHOWN = 10
COURSE, OURS = "course's network", "our network"


@dataclass(frozen=True)
class Plan:
    """The length of the trainings and of the measurement."""

    epochs: int
    course_epochs: int
    seed: int = 0
    jobs: int = 1
    test: int = 10_000

    @property
    def trainings(self) -> dict[str, Training]:
        """Return the settings of each network's training."""
        course = Training(
            self.course_epochs,
            steps=450,
            batch_size=128,
            learning_rate=3e-3,
            seed=self.seed,
            loss="binary_crossentropy",
        )
        return {COURSE: course, OURS: Training(self.epochs, 100, batch_size=64, learning_rate=2e-3, seed=self.seed)}


def train(plan: Plan, data: Path, runs: Path) -> dict[str, keras.Model]:
    """Train both networks, or take them from `runs`."""
    pictures = read_mnist(data, "train")
    kept, judged = pictures[:-VALIDATION], pictures[-VALIDATION:]
    noisy = add_noise(judged, COURSE_STRENGTH, np.random.default_rng((HELD_OUT_SEEDS[plan.seed], 1)))
    networks = {}
    for name, settings in plan.trainings.items():
        build = course_denoiser if name == COURSE else lambda: denoiser(1)
        strengths = (COURSE_STRENGTH, COURSE_STRENGTH) if name == COURSE else RANGE
        draw = NoisyPictures(kept, strengths, settings.batch_size, plan.seed)
        networks[name] = fit(
            build,
            draw,
            settings,
            runs / ("course" if name == COURSE else "mnist"),
            validation=(noisy, judged),
            data={"pictures": len(kept), "strengths": list(strengths)},
        )
    return networks


def logs(runs: Path) -> dict[str, list[dict[str, float]]]:
    """Return the curves of both trainings."""
    return {f"{COURSE}, cross-entropy": read_log(runs / "course"), f"{OURS}, MSE": read_log(runs / "mnist")}


def measure(
    plan: Plan, data: Path, networks: Mapping[str, keras.Model]
) -> tuple[dict[str, Any], dict[str, list[Floats]]]:
    """Return PSNR and SSIM of every way at every strength, and some pictures at the course's strength."""
    tuning, clean = read_mnist(data, "train")[:TUNING], read_mnist(data, "test")[: plan.test]
    found: dict[str, Any] = {}
    shown: dict[str, list[Floats]] = {"clean": list(clean[:SHOWN, ..., 0])}
    for number, strength in enumerate(STRENGTHS):
        noisy = add_noise(clean, strength, np.random.default_rng((HELD_OUT_SEEDS[plan.seed], 2, number)))
        noisy_tuning = add_noise(tuning, strength, np.random.default_rng((HELD_OUT_SEEDS[plan.seed], 3, number)))
        tuned = {name: tune(name, noisy_tuning, tuning) for name in FILTERS}
        chosen = {name: max(tried, key=lambda value: tried[value]) for name, tried in tuned.items()}
        answers = {"nothing done": noisy}
        answers |= {name: apply(name, value, noisy, plan.jobs) for name, value in chosen.items()}
        answers |= {name: denoise(network, noisy) for name, network in networks.items()}
        found[str(strength)] = {
            name: {"PSNR": float(psnr(answer, clean).mean()), "SSIM": float(ssim(answer, clean).mean())}
            | ({"parameter": chosen[name], "tried": tuned[name]} if name in chosen else {})
            for name, answer in answers.items()
        }
        if strength == COURSE_STRENGTH:
            shown |= {name: list(answer[:SHOWN, ..., 0]) for name, answer in answers.items()}
    return {"images": len(clean), "tuned on": len(tuning), "by strength": found}, shown
