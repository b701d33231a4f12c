"""Images for tests: drawn from seeds that no training takes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import joblib
import numpy as np

from generators.contest.seeded_captcha import Pixels
from generators.folder import Sample
from generators.stream import HELD_OUT_SEEDS

SEEDS = len(HELD_OUT_SEEDS)
"""Number of held-out seeds; they are counted from 0."""

CHUNK = 64
"""Images that one process draws at a time; final pages, of up to 12 MB each, take fewer."""


def drawn(sample: Sample, *, count: int, seed: int, jobs: int = 1, chunk: int = CHUNK) -> Iterator[tuple[Pixels, str]]:
    """Draw `count` images, RGB (H, W, 3), and their texts; image i from `default_rng((HELD_OUT_SEEDS[seed], i))`.

    They are the same whatever the number of `jobs` (processes), and the files that write_folder draws from that seed.
    `chunk` is how many one process draws at a time.
    """
    spans = iter([(first, min(first + chunk, count)) for first in range(0, count, chunk)])
    with joblib.Parallel(n_jobs=jobs) as parallel:
        # A few chunks at a time: joblib would draw all that there are ahead of a slower reader.
        while some := list(islice(spans, 4 * jobs)):
            for some_drawn in parallel(joblib.delayed(_draw)(sample, HELD_OUT_SEEDS[seed], *span) for span in some):
                yield from some_drawn


def _draw(sample: Sample, seed: int, first: int, last: int) -> list[tuple[Pixels, str]]:
    return [sample(np.random.default_rng((seed, number))) for number in range(first, last)]
