"""How well a reader gets that is trained on a few labelled images of one kind: 10, 30, 60 and 200 of them.

python -m benchmarks.captchas.own_data --data ../shared/data/captcha_kinds/real_bkgo [--data ANOTHER ...]

Runs `suanshi train captcha --data` as anyone would, with nothing else given but what `--option` passes on. The images
are put in order by the hash of their names, once and for every size: the last third, up to `--most-tested`, is the test
and is never trained on; the first 10, 30, 60 and 200 of the rest are the trainings, as far as there are so many, and
all of the rest where they are fewer than the next. The row of 0 is the shipped reader.

Trainings stay in `--runs`, with the time that they took; the same call measures again what is finished. Leave the
machine alone meanwhile, or the minutes are no measure; the images that a training saw, each time that it saw one, are.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from benchmarks.captchas import page
from benchmarks.captchas.answers import answers, recognizer
from benchmarks.captchas.figures import error_sheet, measured
from benchmarks.captchas.truth import Truth, truths
from benchmarks.measuring import options
from benchmarks.measuring.record import provenance, write_json
from ocr.bundle import load_config
from ocr.data.labels import LABELS, find_labels
from ocr.errors import LabelsError

SIZES = "10,30,60,200"
LEAST_TRAINED = 4
SECONDS = "seconds.txt"
"""Beside a finished training: how long it took."""

Pairs = list[tuple[Path, str]]


class TrainingError(RuntimeError):
    """`suanshi train` ended with an error, and its last line."""


@click.command(help=__doc__.split("\n\n")[0] if __doc__ else None)
@click.option(
    "--data", "folders", type=options.FOLDER, required=True, multiple=True,
    help="Labelled captchas of one kind; of others where it is given again.",
)  # fmt: skip
@click.option("--sizes", default=SIZES, show_default=True, help="How many images are trained on, in turn.")
@options.number("--most-tested", 300, "Images for the test at most; it takes a third where there are fewer.")
@click.option("--option", "passed", multiple=True, metavar="TEXT", help="Passed on to suanshi train.")
@options.runs("captcha-own-data")
@options.errors
@options.docs
@options.out("captcha_own_data")
@options.errors_as_messages()
def command(
    folders: tuple[Path, ...],
    sizes: str,
    most_tested: int,
    passed: tuple[str, ...],
    runs: Path,
    errors: Path | None,
    docs: Path,
    out: Path,
) -> None:
    try:
        wanted = sorted({int(each) for each in sizes.split(",")})
    except ValueError as error:
        raise click.ClickException(f"--sizes {sizes!r}: expected whole numbers with commas, as {SIZES}") from error
    record: dict[str, Any] = {**provenance("captchas.own_data", seed=0), "options": passed, "kinds": []}
    for data in folders:
        record["kinds"].append(curve(data, wanted, most_tested, passed, runs, errors))
        write_json(record, out)  # what is measured stays when a later one fails
    print(f"{page.own_data_tables(record)}\n\n{record['processor']}")
    page.write(docs, out.parent, {"own_data": record})


def curve(
    data: Path, wanted: Sequence[int], most_tested: int, passed: Sequence[str], runs: Path, errors: Path | None
) -> dict[str, Any]:
    """Train on so many images of one kind, in turn, and measure each reader on the same others of it."""
    rest, test = split(list(find_labels(data).images), most_tested)
    kind: dict[str, Any] = {"data": data.name, "test images": len(test), "images left to train on": len(rest)}
    kind |= {"sizes": [], "failed": []}
    shown = truths([text for _, text in test])
    kind["sizes"].append(_measured(None, 0, test, shown, errors))
    for size in trainings(wanted, len(rest)):
        folder = runs / data.name / str(size)
        try:
            seconds = train(rest[:size], folder, passed)
        except TrainingError as error:
            kind["failed"].append({"images": size, "problem": str(error)})
            continue
        each = _measured(folder / "bundle", size, test, shown, errors)
        seen = load_config(folder / "bundle").card["images"]
        kind["sizes"].append({**each, "minutes": seconds / 60, "images seen": seen})
    return kind


def split(pairs: Pairs, most_tested: int) -> tuple[Pairs, Pairs]:
    """Return the images to train on, in the order in which trainings take them, and those for the test.

    The order is that of the names' hashes, so it never changes, and more images do not reorder those that are there.
    Raises LabelsError where there are too few.
    """
    ordered = sorted(pairs, key=lambda pair: hashlib.sha256(pair[0].name.encode()).digest())
    tested = min(most_tested, len(ordered) // 3)
    if len(ordered) - tested < LEAST_TRAINED or not tested:
        raise LabelsError(f"{len(ordered)} labelled images are too few to train on some and test on others")
    return ordered[: len(ordered) - tested], ordered[len(ordered) - tested :]


def trainings(wanted: Sequence[int], available: int) -> list[int]:
    """Return the sizes that there are images for, and all images where they are fewer than the next size."""
    fitting = [size for size in wanted if 0 < size <= available]
    return [*fitting, available] if available not in fitting and len(fitting) < len(wanted) else fitting


def train(pairs: Pairs, folder: Path, passed: Sequence[str]) -> float:
    """Train on these images with `suanshi train`, unless that is done; return how many seconds it took.

    Raises TrainingError.
    """
    kept = folder / SECONDS
    if kept.is_file():
        return float(kept.read_text(encoding="utf-8"))
    images = folder / "images"
    shutil.rmtree(images, ignore_errors=True)
    images.mkdir(parents=True)
    for file, _ in pairs:
        shutil.copy(file, images / file.name)
    lines = "".join(f"{file.name} {text}\n" for file, text in pairs)
    (images / LABELS).write_text(lines, encoding="utf-8")
    call = ["-m", "suanshi.main", "train", "captcha", "--data", str(images), "--out", str(folder / "bundle"), *passed]
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *call], stderr=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - began
    if done.returncode:
        raise TrainingError((done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1])
    kept.write_text(f"{seconds:.1f}\n", encoding="utf-8")
    return seconds


def _measured(
    model: Path | None, size: int, test: Pairs, shown: Sequence[Truth], errors: Path | None
) -> dict[str, Any]:
    """Read the test with a trained model, or with the shipped ones."""
    files = [file for file, _ in test]
    read = answers(recognizer(model), files, f"{size} images")
    if errors is not None:
        error_sheet(errors / f"{files[0].parent.name}-{size}-images.png", files, shown, read)
    return {**measured(files[0].parent.name, shown, read), "images": size, "minutes": None, "images seen": 0}


if __name__ == "__main__":
    command()
