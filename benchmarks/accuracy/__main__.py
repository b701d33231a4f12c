"""Measure how often a model is right: held-out seeds, held-out typefaces, the captcha library's images, real files.

python -m benchmarks.accuracy --count 20000 --data FOLDER
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from benchmarks.measuring import options, sets
from benchmarks.measuring.reading import entry, measure, overview
from benchmarks.measuring.record import about_model, provenance, table, write_json
from ocr.data.labels import read_labels
from ocr.errors import OcrError, UnreadableImageError
from ocr.evaluation.calibration import choose_threshold
from ocr.evaluation.metrics import Outcome, Report, report
from ocr.inference.recognizer import Recognizer, load_recognizer

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg")
KEEP = 0.99
MOST_CONFUSIONS, MOST_ERRORS = 15, 100


@click.command()
@options.model("arithmetic")
@options.number("--count", 20_000, "Images in the contest's look.")
@options.number("--others", 5_000, "Images of each other kind.")
@options.seed
@options.jobs
@click.option("--data", type=click.Path(path_type=Path), multiple=True, help="Real images with labels.txt; repeatable.")
@options.errors
@options.out("accuracy")
@options.errors_as_messages()
def command(
    model: str, count: int, others: int, seed: int, jobs: int, data: tuple[Path, ...], errors: Path | None, out: Path
) -> None:
    """Measure how often MODEL reads the text and the value right."""
    reader = load_recognizer(model)
    record = {**provenance("accuracy", seed=seed), "model": about_model(reader.bundle), "sets": [], "unlabelled": []}
    print(f"# Accuracy of {reader.bundle.name}\n")
    results: list[tuple[str, Report]] = []
    main: list[Outcome] = []
    for each in (sets.contest(), *sets.held_out_typefaces(), sets.library(), sets.wide()):
        size = count if not results else others
        read = measure(reader, each.pairs(size, seed, jobs), size, each.title, errors)
        main = main or read
        results.append((each.title, report(read, threshold=reader.config.threshold)))
        record["sets"].append(entry(*results[-1], seeded=each.seeded))
    missing = []
    for folder in data:
        try:
            labels = read_labels(folder)
        except OcrError as error:
            missing.append(f"{folder.name}: {'not there' if not folder.is_dir() else error}")
            continue
        read = measure(reader, labels, len(labels), f"real images, {folder.name}", errors)
        results.append((f"real images, {folder.name}", report(read, threshold=reader.config.threshold)))
        record["sets"].append(entry(*results[-1], seeded=False))
        record["unlabelled"] += _unlabelled(reader, folder, {path for path, _ in labels})
    record["missing"] = missing
    chosen = choose_threshold([each.confidence for each in main], [each.right for each in main], keep=KEEP)
    record["threshold"] = {"threshold": chosen.threshold, "share": chosen.share, "kept": chosen.kept}
    record["threshold"]["wrong"] = chosen.wrong
    print(overview(results))
    for line in [f"Not measured: {each}." for each in missing]:
        print(f"\n{line}")
    for answer in record["unlabelled"]:
        print(f"\nUnlabelled {answer['file']}: read as {answer['text']!r}, confidence {answer['confidence']:.4f}.")
    print(f"\nConfidence that keeps {KEEP:.0%} of the contest's look: {chosen.threshold:g}", end="; ")
    print(f"{chosen.wrong} of the {chosen.kept} kept are wrong. The bundle's: {reader.config.threshold:g}.")
    print(_details(results))
    write_json(record, out)


def _unlabelled(reader: Recognizer, folder: Path, labelled: set[Path]) -> Iterator[dict[str, Any]]:
    """Read the images in a folder that have no label, because nobody could read them."""
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in IMAGE_SUFFIXES and path not in labelled:
            try:
                (answer,) = reader.recognize([path])
            except UnreadableImageError as error:
                print(f"Left out: {error}.\n")
                continue
            yield {"file": path.name, "text": answer.text, "confidence": answer.confidence}


def _details(results: Sequence[tuple[str, Report]]) -> str:
    parts = []
    for title, each in results:
        lengths = [(size.length, size.count, f"{size.right / size.count:.3%}") for size in each.lengths]
        parts += [f"## {title}", table(("length", "images", "right"), lengths)]
        characters = [
            (char.symbol, char.shown, f"{char.recall:.3%}", f"{char.precision:.3%}") for char in each.characters
        ]
        parts.append(table(("character", "shown", "recall", "precision"), characters))
        if each.confusions:
            pairs = [(one.expected or "(none)", one.got or "(none)", one.count) for one in each.confusions]
            parts.append(table(("shown", "read", "times"), pairs[:MOST_CONFUSIONS]))
        bins = [
            (f"{one.low:g} to {one.high:g}", one.count, f"{one.confidence:.4f}", f"{one.right / one.count:.4f}")
            for one in each.calibration
        ]
        parts.append(table(("confidence", "images", "mean", "right"), bins))
    return "\n" + "\n\n".join(parts)


if __name__ == "__main__":
    command()
