"""How often a model reads text captchas: the library's own images, other sizes, and digits with and without being told.

python -m benchmarks.captchas --count 10000
"""

from __future__ import annotations

from pathlib import Path
from string import digits
from typing import Any

import click

from benchmarks.captchas.pictures import zero_and_o
from benchmarks.measuring import options, sets
from benchmarks.measuring.reading import entry, measure, overview
from benchmarks.measuring.record import about_model, provenance, write_json
from benchmarks.measuring.timing import milliseconds
from ocr.evaluation.contact_sheet import Mistakes, contact_sheet
from ocr.evaluation.explain import png
from ocr.evaluation.metrics import Report, report
from ocr.inference.recognizer import Recognizer, load_recognizer
from ocr.inference.restrictions import allowed

LENGTH = 4
SHOWN = 36
"""Errors of the library's images in the picture for the docs."""

ALIKE = str.maketrans({"O": "0"})
"""What a person can't tell apart either in the library's typeface, once it is turned and stretched."""

TIMED = 300
"""Images that are read one at a time for the time that one takes."""


@click.command()
@options.model("library")
@options.number("--count", 10_000, "The library's own images.")
@options.number("--others", 5_000, "Images of each other kind.")
@options.seed
@options.jobs
@options.errors
@click.option(
    "--pictures", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/pictures"), show_default=True
)
@options.out("captchas")
@options.errors_as_messages()
def command(
    model: str, count: int, others: int, seed: int, jobs: int, errors: Path | None, pictures: Path, out: Path
) -> None:
    """Measure how often MODEL reads text captchas right."""
    reader = load_recognizer(model)
    told = allowed(reader, alphabet=digits, length=LENGTH)
    record: dict[str, Any] = {**provenance("captchas", seed=seed), "model": about_model(reader.bundle), "sets": []}
    print(f"# Accuracy of {reader.bundle.name}\n")
    results: list[tuple[str, Report]] = []
    ours, library = sets.captchas()
    of_digits = list(sets.digit_captchas().pairs(others, seed, jobs))
    measured = [
        (library, library.pairs(count, seed, jobs), count, None),
        (ours, ours.pairs(others, seed, jobs), others, None),
        (sets.captcha_sizes(), sets.captcha_sizes().pairs(others, seed, jobs), others, None),
        (sets.digit_captchas(), of_digits, others, None),
        (sets.digit_captchas("told so"), of_digits, others, told),
    ]
    for images, pairs, size, grammar in measured:
        mistakes = Mistakes()
        read = measure(reader, pairs, size, images.title, errors, grammar=grammar, mistakes=mistakes)
        results.append((images.title, report(read, threshold=reader.config.threshold)))
        alike = sum(each.expected.translate(ALIKE) == each.got.translate(ALIKE) for each in results[-1][1].errors)
        record["sets"].append({**entry(*results[-1], seeded=images.seeded), "only 0 and O": alike})
        if images is library:
            _draw(mistakes, pictures)
    print(overview(results))
    for each in record["sets"]:
        wrong = each["count"] - each["right"]
        print(f"\n{each['title']}: {each['only 0 and O']} of {wrong} errors are 0 and O taken for each other.")
    record["not allowed"] = outside(reader, others, seed, jobs)
    print(f"\nTold {LENGTH} digits, {record['not allowed']} of {others} images of other texts gave anything else.")
    record["milliseconds"] = milliseconds(reader, of_digits[:TIMED])
    print(f"\nOne image takes {record['milliseconds']:.2f} ms, the median of {min(TIMED, others)}.")
    write_json(record, out)


def _draw(mistakes: Mistakes, pictures: Path) -> None:
    pictures.mkdir(parents=True, exist_ok=True)
    zero_and_o(pictures / "captcha-zero-o.png")
    if mistakes.shown:
        (pictures / "captcha-errors.png").write_bytes(png(contact_sheet(mistakes.shown[:SHOWN])))


def outside(reader: Recognizer, count: int, seed: int, jobs: int) -> int:
    """Return how many of `count` captchas of any text, read as digits only, give a text that is not allowed."""
    told = allowed(reader, alphabet=digits, length=LENGTH)
    images = (pixels for pixels, _ in sets.captcha_sizes().pairs(count, seed, jobs))
    texts = [answer.text for answer in reader.recognize(images, grammar=told)]
    return sum(bool(text) and not told.contains(text) for text in texts)


if __name__ == "__main__":
    command()
