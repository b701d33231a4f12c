"""Calibrate confidences: reliability by bin, and the threshold from which on answers can be trusted."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

CONFIDENCE_EDGES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)
"""Limits of the calibration's bins, closer where nearly all answers are."""


@dataclass(frozen=True, slots=True)
class SelectiveAccuracy:
    """Of `count` answers those with at least the confidence `threshold`, and the wrong ones among them."""

    threshold: float
    count: int
    kept: int
    wrong: int

    @property
    def share(self) -> float:
        """Share of the answers that are kept; 1 of none."""
        return self.kept / self.count if self.count else 1.0


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Answers with a confidence from `low` to below `high` (the last bin: to `high`), their mean, the right ones."""

    low: float
    high: float
    count: int
    confidence: float
    right: int


def calibration(
    confidences: Sequence[float], right: Sequence[bool], *, edges: Sequence[float] = CONFIDENCE_EDGES
) -> tuple[CalibrationBin, ...]:
    """Put answers into bins of confidence: an honest one is right as often as its bin's mean says. None are empty."""
    bins = []
    answers = list(zip(confidences, right, strict=True))
    for low, high in pairwise(edges):
        here = [answer for answer in answers if low <= answer[0] < high or (answer[0] == high == edges[-1])]
        if here:
            mean = math.fsum(confidence for confidence, _ in here) / len(here)
            bins.append(CalibrationBin(low, high, len(here), mean, sum(fine for _, fine in here)))
    return tuple(bins)


def at_threshold(threshold: float, confidences: Sequence[float], right: Sequence[bool]) -> SelectiveAccuracy:
    """Count the answers of at least the confidence `threshold`, and the wrong ones of them."""
    kept = [fine for confidence, fine in zip(confidences, right, strict=True) if confidence >= threshold]
    return SelectiveAccuracy(threshold, len(confidences), len(kept), kept.count(False))


def choose_threshold(
    confidences: Sequence[float], right: Sequence[bool], *, keep: float = 0.99, wrong: float = 1e-4
) -> SelectiveAccuracy:
    """Find the confidence from which on answers can be trusted, and what is left with it.

    That is the highest one that the share `keep` of the answers reaches; but when more than the share `wrong` of these
    are wrong, the lowest above it that leaves no more than that, and 1 when none does. It is rounded to four digits
    behind the point, so that it can be written down. Raises ValueError without any answers.
    """
    if not confidences or not 0 < keep <= 1:
        raise ValueError(f"cannot keep {keep} of {len(confidences)} answers: expected some, and a share in (0, 1]")
    ranked = sorted(zip(confidences, right, strict=True))
    errors = list(accumulate((not fine for _, fine in reversed(ranked)), initial=0))  # of the surest 0, 1, 2, ...
    last = math.ceil(round(keep * len(ranked), 6))
    for digits in range(math.floor(ranked[-last][0] * 1e4), 10_000):
        kept = len(ranked) - bisect_left(ranked, digits / 1e4, key=lambda answer: answer[0])
        if kept and errors[kept] <= wrong * kept:
            return at_threshold(digits / 1e4, confidences, right)
    return at_threshold(1.0, confidences, right)
