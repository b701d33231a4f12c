"""Measure final pages: lines found, ink cleaned, text read, and the speed of each.

python -m benchmarks.pages --model DIR --count 5000 --data FOLDER
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from benchmarks.measuring import options
from benchmarks.measuring.record import RESULTS, cores, provenance, write_json
from benchmarks.pages import accuracy, arcs, lines, speed
from ocr.inference.recognizer import load_recognizer

PARTS = ("lines", "arcs", "accuracy", "timing", "networks")
UNASKED = PARTS[:-1]
"""Parts that are measured when none is named; the last needs TensorFlow."""


@click.command()
@options.model("formula")
@options.number("--count", 5_000, "Pages of each kind.")
@options.number("--course", 500, "Pages for the course's way.")
@options.seed
@options.jobs
@options.number("--rounds", 9, "Repeats of what is timed.", least=3)
@options.number("--timed", 8, "Pages that are timed.")
@click.option("--data", type=click.Path(path_type=Path), help="Real images: folders lines and pages, with labels.txt.")
@options.errors
@click.option("--part", "parts", type=click.Choice(PARTS), multiple=True, help="Only this; repeatable.")
@click.option("--networks", is_flag=True, help="Time the course's network, too; needs TensorFlow.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Record to write.  [default: pages.json, or page_PART.json of the parts named, in benchmarks/results]",
)
@options.errors_as_messages()
def command(
    model: str,
    count: int,
    course: int,
    seed: int,
    jobs: int,
    rounds: int,
    timed: int,
    data: Path | None,
    errors: Path | None,
    parts: tuple[str, ...],
    networks: bool,
    out: Path | None,
) -> None:
    """Measure line finding, cleaning, reading and speed on final pages, drawn and real."""
    chosen = {*(parts or UNASKED), *(PARTS[-1:] if networks else ())}
    record: dict[str, Any] = provenance("pages", seed=seed)
    reader = load_recognizer(model) if chosen & {"accuracy", "networks"} else None
    print(f"# Final pages, {record['processor']}, {cores()} cores")
    if "lines" in chosen:
        record["lines"] = lines.measure(count, course, seed, jobs)
    if "arcs" in chosen:
        record["arcs"] = arcs.measure(count, seed, jobs)
    if "accuracy" in chosen and reader is not None:
        record["accuracy"] = accuracy.measure(reader, count, seed, jobs, data=data, errors=errors)
    if "timing" in chosen:
        record["timing"] = speed.timing(seed, rounds, timed)
    if "networks" in chosen and reader is not None:
        record["networks"] = speed.networks(reader.bundle, seed, rounds)
    named = f"page_{'_'.join(sorted(parts))}.json" if parts else "pages.json"
    write_json(record, out or RESULTS / named)


if __name__ == "__main__":
    command()
