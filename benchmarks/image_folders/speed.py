"""Measure how many pictures a second are augmented and trained on, each by itself and both at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, product, repeat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from classifiers.images.folder import Pictures
    from classifiers.images.training import TrainingConfig

WARM, BATCHES = 4, 60
"""Batches that are not timed, and those after them that are."""


def speed(pictures: Pictures, plans: Mapping[str, TrainingConfig]) -> dict[str, Any]:
    """Return pictures a second of the batches alone, of the training steps alone, and of training on the batches, for
    the first plan of each network, at the size of its last epochs."""
    first: dict[str, TrainingConfig] = {}
    for plan in plans.values():
        first.setdefault(plan.network.name, plan)
    return {name: _speed(pictures, plan) for name, plan in first.items()}


def _speed(pictures: Pictures, plan: TrainingConfig) -> dict[str, Any]:
    from classifiers.images.augmentation import Batches
    from classifiers.images.networks import build_network
    from classifiers.images.training import compile_network
    from classifiers.loop import PREFETCHED
    from ocr.training.batches import prefetch

    recipe, side = plan.recipe, plan.size(plan.recipe.epochs - 1)
    batches = Batches(pictures, recipe.augmentation, lambda _: side, batch_size=recipe.batch_size, seed=0)
    first = batches.draw(0, 0)

    def endless() -> Iterator[Any]:
        numbers = product(range(WARM + BATCHES), range(batches.steps))
        return prefetch((batches.draw(*each) for each in numbers), PREFETCHED)

    network = build_network(plan.network, bfloat16=plan.bfloat16)
    compile_network(network, recipe, recipe.learning_rate, recipe.epochs, batches.steps)

    def learn(batch: Any) -> None:
        network.train_on_batch(*batch, return_dict=True)

    def leave(batch: Any) -> None:
        pass

    return {
        "size": side,
        "batches alone": _per_second(leave, endless(), recipe.batch_size),
        "steps alone": _per_second(learn, repeat(first), recipe.batch_size),
        "both": _per_second(learn, endless(), recipe.batch_size),
    }


def _per_second(step: Callable[[Any], None], batches: Iterable[Any], size: int) -> float:
    start = 0.0
    for number, batch in enumerate(islice(batches, WARM + BATCHES)):
        if number == WARM:
            start = time.perf_counter()
        step(batch)
    return BATCHES * size / (time.perf_counter() - start)
