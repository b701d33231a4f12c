"""Batches of a folder's own images, each time changed a little, the same for a seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from generators.augment import Augmentation, augment
from generators.contest.seeded_captcha import Pixels
from generators.stream import HELD_OUT_SEEDS, Batch, Prepare, stack


@dataclass(frozen=True, eq=False)
class LabelledStream:
    """Batches of labelled images: all of them in random order, then all again in another, and so on.

    images: uint8, grey (H, W) or RGB (H, W, 3). The order of pass p comes from `default_rng((seed, p))`, the changes to
    image i in it from `default_rng((seed, p, i))`. `prepare` turns an image into a network's input (height, W, C); the
    inputs of a batch are padded on the right with paper to a multiple of `width_step`. A batch is known by its epoch
    and number alone, so a run that was stopped goes on with the same ones.
    """

    images: Sequence[Pixels] = field(repr=False)
    texts: Sequence[str] = field(repr=False)
    prepare: Prepare
    augmentation: Augmentation
    seed: int
    batch_size: int
    steps_per_epoch: int
    width_step: int = 1

    def __post_init__(self) -> None:
        if len(self.images) != len(self.texts) or not len(self.images):
            raise ValueError(f"expected as many texts as images, and some, got {len(self.images)}, {len(self.texts)}")
        if self.seed in HELD_OUT_SEEDS:
            raise ValueError(f"seed {self.seed} is kept for test data")

    def __call__(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """Yield the batches `start` to `steps_per_epoch` of an epoch."""
        for number in range(start, self.steps_per_epoch):
            yield self.batch(epoch * self.steps_per_epoch + number)

    def batch(self, number: int) -> Batch:
        """Return batch `number`, counted over all epochs: images (batch_size, height, W, C) and their texts."""
        count = len(self.images)
        orders: dict[int, list[int]] = {}
        inputs, texts = [], []
        for place in range(number * self.batch_size, (number + 1) * self.batch_size):
            turn, position = divmod(place, count)
            if turn not in orders:
                orders[turn] = np.random.default_rng((self.seed, turn)).permutation(count).tolist()
            index = orders[turn][position]
            rng = np.random.default_rng((self.seed, turn, index))
            inputs.append(self.prepare(augment(self.images[index], self.augmentation, rng)))
            texts.append(self.texts[index])
        return stack(inputs, self.width_step), texts
