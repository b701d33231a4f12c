"""Read captchas of each kind with no option but the file, next to ddddocr and RapidOCR, and count the right answers.

python -m benchmarks.captchas.kinds --data ../shared/data/captcha_kinds --errors errors
python -m benchmarks.captchas.kinds --data ../shared/data/captcha_kinds --peers /path/to/python

`--data` holds a folder for each kind, with images and labels.txt (lines `file text`). Kinds of arithmetic are counted
by value (the label's own), kinds of text with case ignored; both also by their exact text. `ddddocr.json` in the folder
has ddddocr's figures on *other* images of the same kinds; with `--peers` ddddocr and RapidOCR read the *same* images in
the same run, in the Python that is named (without a name in this one): ddddocr is told the characters of the group, and
both texts are repaired by the rules in benchmarks/captchas/other_readers.py.

The table goes to the terminal, the record to benchmarks/results/captcha_kinds.json, the page to docs/captcha-kinds.md,
and what was read wrong, as a picture for each kind, into the folder of `--errors`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from benchmarks.captchas import other_readers, page
from benchmarks.captchas.answers import Recognize, answers, recognizer
from benchmarks.captchas.figures import (
    error_sheet,
    means,
    measured,
    total_trust,
    trust_in_words,
)
from benchmarks.captchas.truth import Truth, truths
from benchmarks.measuring import options
from benchmarks.measuring.record import provenance, write_json
from ocr.data.labels import LABELS, read_labels
from ocr.errors import LabelsError

HARD_FOR_EYES = ("multicolor_math", "mews_inverse")
"""Kinds of which people read only a part; their figures are told, and left out of the means that have a goal."""

GOALS = {"arithmetic": (0.98, 0.92), "text": (0.95, 0.85)}
"""Mean and lowest share of right answers that each group of kinds should reach (issue 24)."""

MOST_WRONG = 0.005
"""Share of trusted answers that may be wrong."""

Labelled = dict[str, tuple[list[Path], list[Truth]]]
"""The files of each kind and what they show."""


@click.command(help=__doc__.split("\n\n")[0] if __doc__ else None, epilog="More in benchmarks/captchas/kinds.py.")
@click.option("--data", type=options.FOLDER, required=True, help="A folder of kinds, each a folder with labels.txt.")
@click.option("--only", multiple=True, metavar="KIND", help="Measure this kind alone; repeatable.")
@click.option("--model", metavar="NAME|DIR", help="Read with this model.  [default: the shipped ones, as they choose]")
@click.option(
    "--peers", is_flag=False, flag_value=sys.executable, metavar="[PYTHON]",
    help="Also read with ddddocr and RapidOCR, where that Python has them (without a name: this one).",
)  # fmt: skip
@options.errors
@options.docs
@options.out("captcha_kinds")
@options.errors_as_messages()
def command(
    data: Path, only: tuple[str, ...], model: str | None, peers: str | None, errors: Path | None, docs: Path, out: Path
) -> None:
    kinds = read_kinds(data, only)
    record = {**provenance("captchas.kinds"), "data": data.name, "model": model, "hard for eyes": HARD_FOR_EYES}
    record["kinds"] = measure_kinds(recognizer(model), kinds, errors)
    record["ddddocr, other images"] = _other_images(data, kinds)
    record["peers"], record["peers missing"], record["peers versions"] = {}, [], {}
    if peers is not None:
        record["peers versions"] = other_readers.installed(peers)
        record["peers missing"] = other_readers.missing(record["peers versions"], peers)
        for name in record["peers versions"]:
            record["peers"][name] = other_readers.read_kinds(peers, name, kinds)
    record |= summary(record)
    print(f"# Captchas of {len(kinds)} kinds, {record['processor']}\n")
    print(page.kinds_table(record))
    print(f"\n{page.OTHER_IMAGES}\n\n{page.means_table(record)}\n")
    print(trust_in_words(record["trust"]))
    print("\n".join(f"{goal}: {'yes' if reached else 'no'}" for goal, reached in record["reached"].items()))
    print("".join(f"\n{line}" for line in record["peers missing"]))
    write_json(record, out)
    page.write(docs, out.parent, {"kinds": record})


def read_kinds(data: Path, only: Sequence[str] = ()) -> Labelled:
    """Return files and truths of every kind in a folder, in the order of their names. Raises LabelsError."""
    if not data.is_dir():
        raise LabelsError(f"{data}: no such folder; expected one with a folder for each kind, as captcha_kinds")
    names = [folder.name for folder in sorted(data.iterdir()) if (folder / LABELS).is_file()]
    if unknown := sorted(set(only) - set(names)):
        raise LabelsError(f"{data}: has no kind {unknown[0]}; it has {', '.join(names) or 'none'}")
    if not names:
        raise LabelsError(f"{data}: holds no folder with {LABELS}")
    found: Labelled = {}
    for name in only or names:
        pairs = read_labels(data / name)
        found[name] = [file for file, _ in pairs], truths([text for _, text in pairs])
    return found


def measure_kinds(recognize: Recognize, kinds: Labelled, errors: Path | None) -> list[dict[str, Any]]:
    """Read every image of every kind and return the figures; pictures of the errors go to the folder `errors`."""
    found = []
    for kind, (files, shown) in kinds.items():
        read = answers(recognize, files, kind)
        found.append(measured(kind, shown, read))
        if errors is not None:
            error_sheet(errors / f"{kind}.png", files, shown, read)
    return found


def summary(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return means, trust and reached goals of a record."""
    rows = record["kinds"]
    readable = [row for row in rows if row["kind"] not in record["hard for eyes"]]
    found = means(readable)
    trust = total_trust(rows)
    reached = {}
    for group, each in found.items():
        mean, lowest = GOALS[group]
        reached[f"{group}: mean of at least {mean:.0%}"] = each["mean"] >= mean
        reached[f"{group}: none under {lowest:.0%}"] = each["lowest"] >= lowest
    if trust["share"] is not None:
        reached[f"at most {MOST_WRONG:.1%} of the trusted answers wrong"] = trust["share"] <= MOST_WRONG
    behind = {name: _not_ahead(rows, read) for name, read in record["peers"].items()}
    if other := record["ddddocr, other images"]:
        behind["ddddocr, other images"] = _not_ahead(rows, {name: {"count": 1, **each} for name, each in other.items()})
    if ddddocr := [kinds for name, kinds in behind.items() if name.startswith("ddddocr")]:
        reached["ahead of ddddocr on every kind"] = not any(ddddocr)
    return {
        "means": found,
        "means of exact text": means(readable, "exact"),
        "means of peers": {
            other_readers.NAMES[name]: means({**row, **read[row["kind"]]} for row in readable)
            for name, read in record["peers"].items()
        },
        "trust": trust,
        "reached": reached,
        "not ahead of": behind,
    }


def _not_ahead(rows: Sequence[Mapping[str, Any]], other: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The kinds of which another reader reads as many or more; all of a kind is as good as any."""
    ours = {row["kind"]: row["right"] / row["count"] for row in rows}
    theirs = {kind: each["right"] / each["count"] for kind, each in other.items()}
    return sorted(kind for kind, share in theirs.items() if share >= ours[kind] and ours[kind] < 1)


def _other_images(data: Path, kinds: Labelled) -> dict[str, Any]:
    """ddddocr's figures on other images of these kinds, where the folder has them."""
    file = data / "ddddocr.json"
    if not file.is_file():
        return {}
    found = json.loads(file.read_text(encoding="utf-8"))
    return {kind: found[kind] for kind in kinds if kind in found}


if __name__ == "__main__":
    command()
