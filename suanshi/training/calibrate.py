"""Calibrate a finished bundle: how often it is right, and from which confidence on it can be trusted."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from suanshi.progress import progress

KEEP = 0.99
"""Share of the images that the threshold keeps, unless too many of them are wrong."""

SEED = 900
"""The held-out seed of the calibration images; benchmarks take others."""


def calibrate(
    folder: Path,
    sample: Callable[[np.random.Generator], tuple[NDArray[np.uint8], str]],
    *,
    count: int,
    jobs: int = 1,
    chunk: int = 64,
    most_wrong: float = 1e-4,
) -> None:
    """Read `count` drawn images with the bundle in `folder`; write its threshold, and what came out, into its card.

    `sample(rng)` draws an RGB image (H, W, 3) and its text; `jobs` processes draw `chunk` at a time. The threshold is
    the highest confidence that KEEP of the images reach, or a higher one where more than the share `most_wrong` of
    these are wrong; the card says how many it keeps, and how many of these are wrong. The confidences are those of the
    bundle as it is read later, with the grammar's help, rather than those of the network in training.
    """
    from generators.evaluation_images import drawn
    from ocr.bundle import load_bundle, save_bundle
    from ocr.evaluation.calibration import choose_threshold
    from ocr.evaluation.metrics import outcomes
    from ocr.inference.recognizer import Recognizer

    bundle = load_bundle(folder)
    pairs = drawn(sample, count=count, seed=SEED, jobs=jobs, chunk=chunk)
    shown = progress(pairs, total=count, unit="image")
    read = list(outcomes(Recognizer(bundle), shown))
    kept = choose_threshold(
        [each.confidence for each in read], [each.right for each in read], keep=KEEP, wrong=most_wrong
    )
    judged = {
        "images": count,
        "seed": SEED,
        "exact": sum(each.right for each in read) / count,
        "threshold": kept.threshold,
        "kept": kept.kept,
        "wrong of these": kept.wrong,
    }
    config = dataclasses.replace(bundle.config, threshold=kept.threshold, card={**bundle.config.card, "judged": judged})
    save_bundle(folder, config, bundle.model)
