"""Final pages: are their lines found, are they read right, from end to end, and how fast is it?

python -m benchmarks.pages --model DIR --count 5000 --data FOLDER
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from benchmarks.measuring.record import RESULTS, cores, provenance, write_json
from benchmarks.pages import accuracy, arcs, lines, speed
from generators.evaluation_images import SEEDS
from ocr.errors import OcrError
from ocr.inference.recognizer import load_recognizer

PARTS = ("lines", "arcs", "accuracy", "timing", "networks")
UNASKED = PARTS[:-1]
"""Parts that are measured when none is named; the last needs TensorFlow."""


@click.command()
@click.option("--model", default="formula", show_default=True, metavar="NAME|DIR")
@click.option("--count", type=click.IntRange(1), default=5_000, show_default=True, help="Pages of each kind.")
@click.option("--course", type=click.IntRange(1), default=500, show_default=True, help="Pages for the course's way.")
@click.option("--seed", type=click.IntRange(0, SEEDS - 1), default=0, show_default=True)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes that draw.")
@click.option("--rounds", type=click.IntRange(3), default=9, show_default=True, help="Repeats of what is timed.")
@click.option("--timed", type=click.IntRange(1), default=8, show_default=True, help="Pages that are timed.")
@click.option("--data", type=click.Path(path_type=Path), help="Real images: folders lines and pages, with labels.txt.")
@click.option("--errors", type=click.Path(file_okay=False, path_type=Path), help="Folder for pictures of the errors.")
@click.option("--part", "parts", type=click.Choice(PARTS), multiple=True, help="Only this; repeatable.")
@click.option("--networks", is_flag=True, help="Time the course's network, too; needs TensorFlow.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Record to write; unless told otherwise pages.json, or page_PART.json of the parts named, with the results.",
)
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
    reader = None
    if chosen & {"accuracy", "networks"}:
        try:
            reader = load_recognizer(model)
        except OcrError as error:
            raise click.ClickException(str(error)) from error
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
