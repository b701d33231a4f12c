"""Batches of a folder's own images, each time changed a little, and of drawings beside them; the same for a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from generators.augment import Augmentation, augment
from generators.splice import CutImage, spliced
from generators.stream import HELD_OUT_SEEDS, Batch, Prepare, Sample, stack
from preprocessing.arrays import Pixels


@dataclass(frozen=True)
class Mixture:
    """What is put among a folder's images, and made of them, where these are few."""

    spliced: float = 0.0
    """Share of the folder's images that get another end, cut between characters (generators.splice)."""
    spliced_again: float = 0.0
    """Share of these that get yet another one."""
    allowed: Callable[[str], bool] = bool
    """Tells which texts may come of that."""
    drawn: float = 0.0
    """Share of a batch that is drawn."""
    sample: Sample | None = None
    """Draws an RGB image (H, W, 3) and its text; None where `drawn` is 0."""
    widest: int = 0
    """Width in pixels to which the inputs of drawings are squeezed, so that the folder's own are not padded to it; 0
    for none."""

    def __post_init__(self) -> None:
        if not all(0 <= share <= 1 for share in (self.spliced, self.spliced_again, self.drawn)):
            raise ValueError(f"shares are from 0 to 1: {self}")
        if self.drawn and self.sample is None:
            raise ValueError("a share of drawings needs something that draws them")


@dataclass(frozen=True, eq=False)
class LabelledStream:
    """Batches of labelled images: all of them in random order, then all again in another, and so on.

    images: grey (H, W) or RGB (H, W, 3). The order of pass p comes from `default_rng((seed, p))`, the changes to image
    i in it from `default_rng((seed, p, i))`, the drawing at place j of batch b from `default_rng((seed, b, j, 1))`.
    `prepare` turns an image into a network's input (height, W, C); the inputs of a batch are padded on the right with
    paper to a multiple of `width_step`. A batch is known by its epoch and number alone, so a run that was stopped goes
    on with the same ones.
    """

    images: Sequence[CutImage] = field(repr=False)
    prepare: Prepare
    augmentation: Augmentation
    seed: int
    batch_size: int
    steps_per_epoch: int
    width_step: int = 1
    mixture: Mixture = field(default_factory=Mixture)

    def __post_init__(self) -> None:
        if not self.images:
            raise ValueError("expected some images")
        if self.seed in HELD_OUT_SEEDS:
            raise ValueError(f"seed {self.seed} is kept for test data")

    def __call__(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """Yield the batches `start` to `steps_per_epoch` of an epoch."""
        for number in range(start, self.steps_per_epoch):
            yield self.batch(epoch * self.steps_per_epoch + number)

    @property
    def own(self) -> int:
        """The folder's images in a batch; at least one."""
        return max(1, self.batch_size - round(self.mixture.drawn * self.batch_size))

    def batch(self, number: int) -> Batch:
        """Return batch `number`, counted over all epochs: images (batch_size, height, W, C) and their texts."""
        count = len(self.images)
        orders: dict[int, list[int]] = {}
        inputs, texts = [], []
        for place in range(number * self.own, (number + 1) * self.own):
            turn, position = divmod(place, count)
            if turn not in orders:
                orders[turn] = np.random.default_rng((self.seed, turn)).permutation(count).tolist()
            index = orders[turn][position]
            image, text = self._changed(self.images[index], np.random.default_rng((self.seed, turn, index)))
            inputs.append(self.prepare(image))
            texts.append(text)
        for place in range(self.batch_size - self.own):
            assert self.mixture.sample is not None
            image, text = self.mixture.sample(np.random.default_rng((self.seed, number, place, 1)))
            inputs.append(self._squeezed(self.prepare(image)))
            texts.append(text)
        return stack(inputs, self.width_step), texts

    def _squeezed(self, drawn: Pixels) -> Pixels:
        height, width = drawn.shape[:2]
        if not 0 < self.mixture.widest < width:
            return drawn
        return cv2.resize(drawn, (self.mixture.widest, height), interpolation=cv2.INTER_AREA).reshape(
            height, -1, drawn.shape[2]
        )

    def _changed(self, image: CutImage, rng: np.random.Generator) -> tuple[Pixels, str]:
        mixture = self.mixture
        if mixture.spliced and rng.random() < mixture.spliced:
            image = spliced(image, self.images, mixture.allowed, rng)
            if rng.random() < mixture.spliced_again:
                image = spliced(image, self.images, mixture.allowed, rng)
        return augment(image.pixels, self.augmentation, rng), image.text
