"""How many answers are trusted, and wrong: on captchas of many kinds, and on images that hold no text at all.

python -m benchmarks.captchas.trust --data ../shared/data --errors errors

`--data` holds what there is of captcha_kinds, cats_dogs, glas, fvc2002_db1_b and cifar10_test_jpeg.zip; what is missing
is left out, with a line that says so. Photographs and textures are read whole and as crops of captchas' sizes; letters
of alphabets that no model knows are drawn with the system's typefaces, and captchas without any letter by themselves.
About all of these every trusted answer is wrong; `--errors` draws them. The record tells, too, what other thresholds
would keep.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from benchmarks.captchas import page
from benchmarks.captchas.answers import Recognize, answers, recognizer
from benchmarks.captchas.figures import THRESHOLDS, at_thresholds, measured, total_trust, trust_in_words, write_sheet
from benchmarks.captchas.kinds import read_kinds
from benchmarks.captchas.trust.alphabets import alphabets
from benchmarks.captchas.trust.nothing import Source, empty_captchas, photographs
from benchmarks.captchas.truth import GROUPS
from benchmarks.measuring import options
from benchmarks.measuring.record import provenance, write_json
from preprocessing.read import ImageSource

KINDS = "captcha_kinds"


@click.command(help=__doc__.split("\n\n")[0] if __doc__ else None)
@click.option("--data", type=options.FOLDER, required=True, help="A folder with captcha_kinds, cats_dogs, glas ….")
@options.number("--count", 300, "Images of each source and form, as far as there are so many.")
@click.option("--model", metavar="NAME|DIR", help="Read with this model.  [default: the shipped ones, as they choose]")
@options.seed
@options.errors
@options.docs
@options.out("captcha_trust")
@options.errors_as_messages()
def command(data: Path, count: int, model: str | None, seed: int, errors: Path | None, docs: Path, out: Path) -> None:
    recognize = recognizer(model)
    if not data.is_dir():
        raise click.ClickException(f"{data}: no such folder; expected one with captcha_kinds, cats_dogs, glas")
    photos, missing = photographs(data, count, seed)
    letters, lacking = alphabets(count, seed)
    record: dict[str, Any] = {**provenance("captchas.trust", seed=seed), "model": model}
    record["missing"] = [*missing, *lacking]
    captchas: list[dict[str, Any]] = []
    if (data / KINDS).is_dir():
        captchas = _captchas(recognize, data / KINDS, errors)
    else:
        record["missing"].append(f"Left out: captchas: {data / KINDS} is not there.")
    nothing = [_nothing(recognize, each, errors) for each in (*photos, *letters, empty_captchas(count, seed))]
    record["sources"] = [*_by_group(captchas), *nothing]
    record["trust"] = {"captchas": total_trust(captchas), "nothing": total_trust(nothing)}
    record["at confidence"] = {"captchas": added(captchas), "nothing": added(nothing)}
    kept = ("kind", "count", "trusted", "wrong of trusted")
    record["captchas"] = [{key: row[key] for key in kept} for row in captchas]
    print("\n".join(record["missing"]))
    print(f"# Trusted and wrong, {record['processor']}\n\n{page.trust_table(record)}\n")
    print(f"{page.thresholds_table(record)}\n")
    print(f"Captchas. {trust_in_words(record['trust']['captchas'])}")
    print(f"Images without text that can be read. {trust_in_words(record['trust']['nothing'])}")
    write_json(record, out)
    page.write(docs, out.parent, {"trust": record})


def _captchas(recognize: Recognize, data: Path, errors: Path | None) -> list[dict[str, Any]]:
    """The figures of every kind; the picture shows what is trusted and wrong."""
    found, wrong = [], []
    for kind, (files, shown) in read_kinds(data).items():
        read = answers(recognize, files, kind)
        found.append({**measured(kind, shown, read), "answered": sum(bool(each.text) for each in read)})
        wrong += [
            (file, f"{kind}: {truth.text}", each)
            for file, truth, each in zip(files, shown, read, strict=True)
            if each.trusted and not truth.is_right(each.text, each.value)
        ]
    if errors is not None:
        write_sheet(errors / "trusted-captchas.png", wrong)
    return found


def _by_group(captchas: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    captchas = list(captchas)
    found = []
    for group in GROUPS:
        rows = [row for row in captchas if row["group"] == group]
        if rows:
            answered = sum(row["answered"] for row in rows)
            total = total_trust(rows)
            found.append({"source": f"captchas, {group}", "shown": f"{len(rows)} kinds", "answered": answered, **total})
    return found


def _nothing(recognize: Recognize, source: Source, errors: Path | None) -> dict[str, Any]:
    """Read the images of a source; what is trusted is wrong."""
    images: list[ImageSource] = list(source.images())
    read = answers(recognize, images, f"{source.name}, {source.shown}")
    trusted = [(image, source.name, each) for image, each in zip(images, read, strict=True) if each.trusted]
    if errors is not None:
        name = "".join(char if char.isalnum() else "-" for char in f"{source.name} {source.shown}")
        write_sheet(errors / f"trusted-{name}.png", trusted)
    return {
        "source": source.name,
        "shown": source.shown,
        "count": len(read),
        "trusted": len(trusted),
        "wrong of trusted": len(trusted),
        "answered": sum(bool(each.text) for each in read),
        "at confidence": at_thresholds([each.confidence for each in read], [False] * len(read)),
        "texts": [{"text": each.text, "confidence": each.confidence} for _, _, each in trusted],
    }


def added(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Add up what each threshold keeps over the rows."""
    rows = list(rows)
    return {
        str(least): {key: sum(row["at confidence"][str(least)][key] for row in rows) for key in ("kept", "wrong")}
        for least in THRESHOLDS
    }


if __name__ == "__main__":
    command()
