"""Read labelled images and report how many were right."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.measuring.record import table
from ocr.evaluation.contact_sheet import Mistakes, contact_sheet
from ocr.evaluation.explain import png
from ocr.evaluation.metrics import Outcome, Report, outcomes
from ocr.inference.recognizer import Recognizer
from ocr.text.grammar import Grammar
from preprocessing.read import ImageSource

MOST_ERRORS = 100


def measure(
    reader: Recognizer,
    pairs: Iterable[tuple[ImageSource, str]],
    count: int,
    title: str,
    errors: Path | None,
    *,
    grammar: Grammar | None = None,
    mistakes: Mistakes | None = None,
) -> list[Outcome]:
    """Read `count` labelled images with a progress bar; what is read wrong goes as a picture to the folder `errors` and
    into `mistakes`."""
    mistakes = mistakes or Mistakes()
    with tqdm(pairs, total=count, desc=title, unit="image", leave=False, disable=not sys.stderr.isatty()) as bar:
        read = list(outcomes(reader, bar, grammar=grammar, wrong=mistakes.wrong, unreadable=mistakes.unreadable))
    for problem in mistakes.problems:
        print(f"Left out: {problem}.\n")
    if errors is not None and mistakes.shown:
        errors.mkdir(parents=True, exist_ok=True)
        name = "".join(char if char.isalnum() else "-" for char in title)
        (errors / f"{name}.png").write_bytes(png(contact_sheet(mistakes.shown)))
    return read


def entry(title: str, result: Report, *, seeded: bool) -> dict[str, Any]:
    """A set's part of the record, with its first errors."""
    counted = result.to_json()
    return {"title": title, "seeded": seeded, **counted, "errors": counted["errors"][:MOST_ERRORS]}


def overview(results: Sequence[tuple[str, Report]]) -> str:
    """Return the table of some sets' figures."""
    rows = []
    for title, each in results:
        low, high = each.interval
        kept = f"{each.kept.share:.2%}, {each.kept.wrong} wrong"
        wrong = each.count - each.right
        rows.append((title, each.count, f"{each.exact:.3%}", wrong, f"{low:.3%} to {high:.3%}", kept))
    return table(("images", "number", "text and value", "wrong", "95 % interval", "kept at the threshold"), rows)
