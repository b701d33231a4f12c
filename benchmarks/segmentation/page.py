"""Write docs/segmentation.md from the record of a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.measuring.record import on_cores, table
from benchmarks.measuring.template import render

GOAL = 0.85

MEASURES = {"dice": "Dice", "pooled_dice": "Dice, pooled", "f1": "object F1", "object_dice": "object Dice"}


def page(record: Mapping[str, Any]) -> str:
    """Return the page for the record of a run, as `benchmarks.segmentation` writes it."""
    from classifiers.segmentation.pairs import RIM

    card, whole = record["card"], record["ways"]["whole"]
    return render(
        Path(__file__).with_name("page.md"),
        record=record,
        data=_data(card),
        verdict=_verdict(whole),
        ways=table(
            ["testA", *MEASURES.values(), "seconds"],
            [[name, *_cells(each), f"{each['seconds']:.2f}"] for name, each in record["ways"].items()],
        ),
        groups=_groups(record["groups"], record["known patients"], whole["pictures"]),
        widths=", ".join(map(str, card["network"]["widths"])),
        rim=RIM,
        bf=", in bfloat16" if card["training"]["bfloat16"] else "",
        seams=_seams(record["seams"]["ways"]),
        cores=on_cores(record),
    )


def _data(card: Mapping[str, Any]) -> str:
    trained, watched, judged = (len(card["data"][part]) for part in ("training", "validation", "held_out"))
    return (
        f"Of the contest's training pictures {trained + watched} are here: {trained} to learn from and {watched}, by\n"
        f"a hash of their names, for validation. Nothing is chosen by the {judged} of testA."
    )


def _verdict(whole: Mapping[str, Any]) -> str:
    reached = "reached" if whole["dice"] >= GOAL else "not reached"
    return f"Dice of {GOAL} on testA was the goal, and it is {reached}: **{whole['dice']:.4f}**."


def _cells(figures: Mapping[str, Any]) -> list[str]:
    return [f"{figures[name]:.4f}" for name in MEASURES]


def _groups(groups: Mapping[str, Any], known: int, count: int) -> str:
    if not groups:
        return ""
    rows = [[name, each["pictures"], each["objects"], *_cells(each)] for name, each in groups.items()]
    return (
        table(["testA, whole", "pictures", "objects", *MEASURES.values()], rows)
        + f"\n\nThe contest split by picture, not by patient: {known} of these {count} pictures show a patient who is\n"
        "in the training pictures, too."
    )


def _seams(ways: Mapping[str, Any]) -> str:
    rows = [
        [name, f"{each['mean']:.5f}", f"{each['most']:.3f}", f"{each['other answers']:.3%}", f"{each['seconds']:.1f}"]
        for name, each in ways.items()
    ]
    return table(["tiles", "mean difference of probability", "largest", "pixels answered otherwise", "seconds"], rows)
