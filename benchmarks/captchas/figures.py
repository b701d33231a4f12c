"""Count what was read right and what is trusted of each kind, and take means over kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean
from types import MappingProxyType
from typing import Any

from benchmarks.captchas.answers import Answer
from benchmarks.captchas.truth import GROUPS, Truth, group
from benchmarks.measuring.language import Say
from benchmarks.measuring.record import table
from ocr.evaluation.contact_sheet import MOST_SHOWN, captioned
from ocr.evaluation.explain import png
from ocr.evaluation.metrics import wilson_interval
from preprocessing.read import ImageSource, read_image

Row = Mapping[str, Any]
THRESHOLDS = (0.5, 0.9, 0.99, 0.999)
"""Confidences at which the record tells how many answers would be kept, and wrong."""

MOST_ERRORS = 20
"""Errors of a kind in the record; `--errors` draws all of them."""

_RED = (200, 25, 25)


def measured(kind: str, shown: Sequence[Truth], read: Sequence[Answer]) -> dict[str, Any]:
    """Return the figures of one kind: its images, how many are right (by value, or by text in any case) and exact, how
    many answers are trusted, and which are wrong."""
    right = [truth.is_right(each.text, each.value) for truth, each in zip(shown, read, strict=True)]
    exact = [truth.is_exact(each.text) for truth, each in zip(shown, read, strict=True)]
    trusted = [each.trusted for each in read]
    return {
        "kind": kind,
        "group": group(shown),
        "count": len(shown),
        "right": sum(right),
        "interval": wilson_interval(sum(right), len(shown)),
        "exact": sum(exact),
        "trusted": sum(trusted),
        "wrong of trusted": sum(sure and not good for sure, good in zip(trusted, right, strict=True)),
        "at confidence": at_thresholds([each.confidence for each in read], right),
        "errors": [
            {"label": truth.text, "text": each.text, "confidence": each.confidence, "problem": each.problem}
            for truth, each, good in zip(shown, read, right, strict=True)
            if not good
        ][:MOST_ERRORS],
    }


def at_thresholds(confidences: Sequence[float], right: Sequence[bool]) -> dict[str, dict[str, int]]:
    """Count the answers of at least each of THRESHOLDS, and the wrong ones among them."""
    return {
        str(least): {
            "kept": sum(each >= least for each in confidences),
            "wrong": sum(each >= least and not good for each, good in zip(confidences, right, strict=True)),
        }
        for least in THRESHOLDS
    }


def means(rows: Iterable[Row], share: str = "right") -> dict[str, dict[str, Any]]:
    """Return mean and lowest share of the kinds in each group, every kind counted once; groups without kinds lack."""
    found = {}
    rows = list(rows)
    for name in GROUPS:
        shares = {row["kind"]: row[share] / row["count"] for row in rows if row["group"] == name and row["count"]}
        if shares:
            lowest = min(shares, key=lambda kind: shares[kind])
            found[name] = {
                "kinds": len(shares), "mean": mean(shares.values()), "lowest": shares[lowest], "lowest kind": lowest
            }  # fmt: skip
    return found


def total_trust(rows: Iterable[Row]) -> dict[str, Any]:
    """Add up images, trusted answers and the wrong ones among them; `share` is the latter's, None where there are no
    trusted ones."""
    rows = list(rows)
    count, trusted, wrong = (sum(row[key] for row in rows) for key in ("count", "trusted", "wrong of trusted"))
    return {
        "count": count,
        "trusted": trusted,
        "wrong of trusted": wrong,
        "share": wrong / trusted if trusted else None,
    }


def trust_in_words(total: Row, say: Say = str) -> str:
    """Return the figures of `total_trust` as a sentence."""
    if total["share"] is None:
        return say("Trusted: {trusted} of {count}.").format(**total)
    return say("Trusted: {trusted} of {count}, {wrong} of these wrong ({share:.2%}).").format(
        **total, wrong=total["wrong of trusted"]
    )


def means_in_words(
    found: Mapping[str, Row], others: Mapping[str, Mapping[str, Row]] = MappingProxyType({}), say: Say = str
) -> str:
    """Return the figures of `means` as a table, with those of other readers by their names."""
    readers = {"": found, **{f", {name}": each for name, each in others.items()}}
    rows = [
        (f"{say(name)}{reader}", each["kinds"], f"{each['mean']:.1%}", f"{each['lowest']:.1%}", each["lowest kind"])
        for reader, read in readers.items()
        for name, each in read.items()
    ]
    return table([say(header) for header in ("kinds", "number", "mean", "lowest", "which")], rows)


def error_sheet(path: Path, images: Sequence[ImageSource], shown: Sequence[Truth], read: Sequence[Answer]) -> None:
    """Write a picture of what was read wrong, the surest first: image, label, answer and confidence."""
    wrong = [
        (image, truth.text, each)
        for image, truth, each in zip(images, shown, read, strict=True)
        if not truth.is_right(each.text, each.value)
    ]
    write_sheet(path, sorted(wrong, key=lambda one: -one[2].confidence))


def write_sheet(path: Path, shown: Sequence[tuple[ImageSource, str, Answer]]) -> None:
    """Write a picture of images with a caption and the answer below each; no picture where there are none."""
    if not shown:
        return
    shown = shown[:MOST_SHOWN]
    path.parent.mkdir(parents=True, exist_ok=True)
    captions = [
        (caption, f"{each.text or '(nothing)'}   {each.confidence:.4f}{' trusted' if each.trusted else ''}")
        for _, caption, each in shown
    ]
    path.write_bytes(png(captioned([read_image(image) for image, _, _ in shown], captions, second=_RED)))
