"""Write docs/image-folders.md from the record of a run."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measuring.record import on_cores, table
from benchmarks.measuring.template import render

TITLES = {"course": "the course's small VGG", "compact": "compact"}

PARTS = ("training", "validation", "held_out")
GOAL, MINUTES = 0.85, 45
"""Mean accuracy on cats and dogs, and minutes of one training on two cores."""


def page(record: Mapping[str, Any]) -> str:
    """Return the page for the record of a run, as `benchmarks.image_folders` writes it."""
    cards = record["cards"]
    first = cards["compact-0"]
    compact = [card for name, card in cards.items() if name.startswith("compact-")]
    rows = [_row(card) for name, card in cards.items() if not name.startswith("cifar-")]
    headers = ["network", "seed", "parameters", "epochs", "seen", "minutes", "of processor", "validation", "held out"]
    return render(
        Path(__file__).with_name("page.md"),
        record=record,
        data=_data(first),
        accuracy=table(headers, rows),
        mean=_mean(compact, on_cores(record)),
        decoding=sum(sum(first["data"][part].values()) for part in PARTS) / record["decoded"],
        speed=table(
            ["network", "size of the cuts", "batches alone", "training steps alone", "training on batches"],
            [
                [TITLES[name], each["size"], *(f"{each[key]:.0f}" for key in ("batches alone", "steps alone", "both"))]
                for name, each in record["speed"].items()
            ],
        ),
        cifar=_cifar(cards["cifar-0"]) if "cifar-0" in cards else "",
    )


def _row(card: Mapping[str, Any]) -> list[str]:
    figures = card["figures"]
    return [
        TITLES[card["network"]],
        str(card["seed"]),
        f"{card['parameters']:,}",
        str(figures["epochs"]),
        f"{figures['epochs'] * sum(card['data']['training'].values()):,}",
        f"{figures['minutes']:.0f}",
        f"{figures['cpu_minutes']:.0f}",
        *(f"{figures[part]['accuracy']:.2%} of {figures[part]['count']}" for part in ("validation", "held_out")),
    ]


def _data(card: Mapping[str, Any]) -> str:
    parts = {name: sum(card["data"][name].values()) for name in PARTS}
    return (
        f"{sum(parts.values())} pictures: {parts['training']} to learn from, {parts['validation']} watched, "
        f"{parts['held_out']} held out."
    )


def _mean(cards: Sequence[Mapping[str, Any]], cores: str) -> str:
    found = [card["figures"]["held_out"]["accuracy"] for card in cards]
    shortest = min(card["figures"]["minutes"] for card in cards)
    if len(found) < 2:
        return ""
    return (
        f"Mean of the {len(found)} trainings of the compact network: **{statistics.mean(found):.2%}** ± "
        f"{100 * statistics.stdev(found):.2f} points (standard deviation); the goal is {GOAL:.0%}.\n"
        f"The one that least ran beside it took {shortest:.0f} minutes by the clock, {cores}; the goal is {MINUTES}."
    )


def _cifar(card: Mapping[str, Any]) -> str:
    data, figures = card["data"], card["figures"]
    return render(
        Path(__file__).with_name("cifar.md"),
        figures=figures,
        count=sum(sum(data[part].values()) for part in PARTS),
        training=sum(data["training"].values()),
    )
