"""Time actions that take turns, and summarize the times."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from statistics import median
from typing import Any

from ocr.inference.recognizer import Recognizer

TRAINING_EXTRA = ("keras", "tensorflow", "onnx")


def missing_training_packages() -> list[str]:
    """Return the packages that building a network lacks, and print that it is not measured without them."""
    missing = [name for name in TRAINING_EXTRA if find_spec(name) is None]
    if missing:
        print(f"Not measured: {', '.join(missing)} is not installed; pip install -e '.[train]'.")
    return missing


def interleaved(actions: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Time each action once a round, in turns, after a round that is not counted: seconds."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(rounds + 1):
        for name, action in actions.items():
            start = time.perf_counter()
            action()
            if number:
                times[name].append(time.perf_counter() - start)
    return times


def ratio(times: list[float], others: list[float]) -> float:
    """Return how many times as long as `others` `times` are: the median over the rounds."""
    return median(mine / other for mine, other in zip(times, others, strict=True))


def spread(times: Sequence[float]) -> dict[str, float]:
    """Return median, least and most of repeated times, in seconds."""
    return {"median": statistics.median(times), "least": min(times), "most": max(times), "runs": len(times)}


def milliseconds(reader: Recognizer, pairs: list[tuple[Any, str]]) -> float:
    """Return the median time in which one image is read alone, from its pixels to the text."""
    times = []
    for pixels, _ in pairs:
        start = time.perf_counter()
        reader.recognize([pixels])
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)
