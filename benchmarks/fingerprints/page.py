"""Write docs/fingerprints.md from the record of a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.measuring.record import table
from benchmarks.measuring.template import render

GOAL = 0.0028
"""The course's validation MSE after 200 epochs is 0.0024 to 0.0028."""

SPLIT_NAMES = {"image": "by image, as the course did", "finger": "by finger"}
MOVED = ("a quarter of the area",)
"""Sensors that show each point at another place: nothing there to compare with the original."""

MEASURES = (*("training MSE", "validation MSE", "training images", "validation images"), "fingers on both sides")


def page(record: Mapping[str, Any]) -> str:
    """Return the page about a run of benchmarks.fingerprints."""
    return render(
        Path(__file__).with_name("page.md"),
        record=record,
        splits=_splits(record["splits"]),
        goal=_goal(record["splits"]),
        sensors=_sensors(record["sensors"]),
        comparison=_comparison(record["sensors"]),
    )


def _splits(splits: Mapping[str, Any]) -> str:
    rows = [
        [SPLIT_NAMES[split], *(f"{found[name]:.5f}" if "MSE" in name else found[name] for name in MEASURES)]
        for split, found in splits.items()
    ]
    return table(["split", *MEASURES], rows)


def _goal(splits: Mapping[str, Any]) -> str:
    if "image" not in splits:
        return "The course's figure, 0.0024 to 0.0028, is on a split by image."
    reached = splits["image"]["validation MSE"]
    verdict = "which this reaches" if reached <= GOAL else "which this does not reach"
    return f"On the split by image the course had a validation MSE of 0.0024 to 0.0028, {verdict} ({reached:.5f})."


def _sensors(sensors: Mapping[str, Any]) -> str:
    rows = [
        [
            name,
            f"{found['MSE']:.5f}",
            f"{found['MSE'] / found['variance']:.1%}",
            *(
                "-" if name in MOVED else f"{found[key]:.4f}"
                for key in ("MSE to the original", "altered to the original")
            ),
        ]
        for name, found in sensors.items()
    ]
    return table(["sensor", "MSE", "of variance", "reconstructed to original", "altered to original"], rows)


def _comparison(sensors: Mapping[str, Any]) -> str:
    plain, *others = sensors
    least = sensors[plain]["MSE"]
    times = ", ".join(f"{name} {sensors[name]['MSE'] / least:.1f} times" for name in others)
    mended = [name for name in others if name not in MOVED and _repairs(sensors[name])]
    repaired = f"It repairs some of: {', '.join(mended)}." if mended else "It repairs none of them: it copies."
    return f"Against the pictures as they are, the error is, for {times} as large. {repaired}"


def _repairs(found: Mapping[str, float]) -> bool:
    return found["MSE to the original"] < 0.95 * found["altered to the original"]
