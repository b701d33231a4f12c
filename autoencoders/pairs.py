"""Draw captchas twice from one seed, with dots and arc and without, for a denoiser to learn from."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from generators.contest.captcha_library import DOTS, library_image
from generators.contest.look import Drawer, Drawing, Wear, drawing
from generators.contest.sampler import Sampler, Share, captcha_mixture, faces, sampler
from generators.stream import HELD_OUT_SEEDS
from ocr.errors import OcrError
from preprocessing.arrays import Floats, Pixels

QUIET: Mapping[str, object] = MappingProxyType({"dots": (0, 0), "curve": False})


MANY_DOTS: Mapping[str, object] = MappingProxyType({"dots": (0, 200), "curve": True})


@dataclass(frozen=True)
class PairSampler:
    """Draw what a sampler draws, and the same without dots and arc: `pairs(rng)` is noisy and clean, (2, H, W, 3),
    RGB, uint8, and their text.

    Without `noise` the noisy one is the sampler's own for the same `rng`, but for the wide look, whose wear is left
    out: blur and JPEG are no noise that is drawn upon a picture.
    """

    sampler: Sampler
    noise: dict[str, Any] = field(default_factory=dict)
    """Attributes of the drawer in place of the look's own, such as more dots; the exact look has `dots` and `curve`."""

    def __post_init__(self) -> None:
        if self.sampler.stress:
            raise OcrError("pairs are drawn with the characters as they come, not with some of them more often")

    def __call__(self, rng: np.random.Generator) -> tuple[Pixels, str]:
        chosen = self.sampler
        weights = np.array([share.weight for share in chosen.shares])  # in the order in which the sampler draws
        share = chosen.shares[int(rng.choice(len(weights), p=weights / weights.sum()))]
        text = chosen.grammar.sample(rng)
        width, height = chosen.size
        if chosen.largest is not None:
            width = int(rng.integers(width, chosen.largest[0] + 1))
            height = int(rng.integers(height, chosen.largest[1] + 1))
        if share.look == "exact":
            return draw_library_twice(text, (width, height), rng, **self.noise), text
        look = drawing(share.look, share.fonts, rng, (width, height))
        settings = replace(look, wear=Wear(), attributes={**look.attributes, **self.noise})
        return draw_twice(settings, text, rng), text


def draw_twice(settings: Drawing, text: str, rng: np.random.Generator) -> Pixels:
    """Draw `text` with dots and arc, and without: RGB (2, H, W, 3), uint8, alike in all the rest.

    The drawer draws random numbers for dots and arc last, so up to there both get the same ones.
    """
    again = copy.deepcopy(rng)
    clean = replace(settings, attributes={**settings.attributes, **QUIET})
    return np.stack([Drawer(settings, rng).draw(text), Drawer(clean, again).draw(text)])


def draw_library_twice(
    text: str, size: tuple[int, int], rng: np.random.Generator, dots: tuple[int, int] = (DOTS, DOTS), curve: bool = True
) -> Pixels:
    """Draw `text` as the library does with `dots`, least and most, and the `curve`, and without both: RGB
    (2, H, W, 3), uint8."""
    number = int(rng.integers(dots[0], dots[1] + 1))
    again = copy.deepcopy(rng)
    noisy = library_image(text, size, rng, dots=number, curve=curve)
    return np.stack([noisy, library_image(text, size, again, dots=0, curve=False)])


def training_pairs() -> tuple[PairSampler, ...]:
    """Return what the shipped denoiser is trained on, in equal parts: arithmetic in the contest's and the library's
    look, and text captchas of the library, each as it is and with up to 200 dots and an arc; training typefaces
    only."""
    everything = faces("wide", "train")
    footed = sampler("contest").shares[0].fonts
    contest = (Share("contest", footed, 0.5), Share("contest", everything, 0.5))
    library = (Share("library", everything, 0.7), Share("library", faces("library", "train"), 0.3))
    samplers = Sampler(contest), Sampler(library), captcha_mixture()
    return (*map(PairSampler, samplers), *(PairSampler(each, {**MANY_DOTS}) for each in samplers))


@dataclass(frozen=True)
class CaptchaPatches:
    """Batches of patches cut out of pairs: `self(epoch, index)` is drawn from `default_rng((seed, epoch, index))`, two
    arrays (batch_size, *size, 3) in [0, 1], noisy and clean."""

    samplers: tuple[PairSampler, ...]
    batch_size: int
    seed: int
    size: tuple[int, int] = (48, 96)  # height and width in pixels, no more than any image's

    def __post_init__(self) -> None:
        if not self.samplers:
            raise OcrError("expected at least one sampler of pairs")

    def __call__(self, epoch: int, index: int) -> tuple[Floats, Floats]:
        rng = np.random.default_rng((self.seed, epoch, index))
        patches = np.stack([self._patch(rng) for _ in range(self.batch_size)], axis=1)
        noisy, clean = np.float32(1 / 255) * patches.astype(np.float32)
        return noisy, clean

    def _patch(self, rng: np.random.Generator) -> Pixels:
        pair, _ = self.samplers[int(rng.integers(len(self.samplers)))](rng)
        height, width = self.size
        top = int(rng.integers(pair.shape[1] - height + 1))
        left = int(rng.integers(pair.shape[2] - width + 1))
        return pair[:, top : top + height, left : left + width]


def check_seed(seed: int) -> None:
    """Raise OcrError for a seed of test data."""
    if seed in HELD_OUT_SEEDS:
        raise OcrError(f"seed {seed} is kept for test data, take one below {HELD_OUT_SEEDS.start}")
