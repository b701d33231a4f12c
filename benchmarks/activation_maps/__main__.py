"""Measure whether the heat maps of classifiers show what they need, and write docs/activation-maps.md.

python -m benchmarks.activation_maps --model DIR [--model DIR] --data FOLDER
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from benchmarks.activation_maps.blanking import FILLS, GRID, KINDS, blank, blocks, chosen
from benchmarks.activation_maps.page import page
from benchmarks.activation_maps.pictures import draw_blanked, draw_examples, draw_pairs
from benchmarks.measuring import options
from benchmarks.measuring.record import provenance, write_json

if TYPE_CHECKING:
    from classifiers.images.classifier import Classifier
    from classifiers.images.folder import Pictures

BATCH = 32


@click.command()
@click.option(
    "--model", "models", type=click.Path(exists=True, file_okay=False, path_type=Path), multiple=True, required=True,
    help="A folder that suanshi classify train made; may be given more than once.",
)  # fmt: skip
@click.option("--data", type=click.Path(exists=True, path_type=Path), required=True, help="What it was trained on.")
@click.option("--count", type=click.IntRange(2), help="Held-out pictures.  [default: all]")
@options.number("--seed", 0, "Of the random blocks.", least=0)
@options.docs
@options.out("activation_maps")
@options.errors_as_messages()
def command(models: tuple[Path, ...], data: Path, count: int | None, seed: int, docs: Path, out: Path) -> None:
    """Blank the hottest fifth of held-out pictures, and other fifths, and compare what that takes from the class."""
    from classifiers.quiet import load_quietly

    load_quietly()
    from classifiers.images.classifier import load_classifier
    from classifiers.images.export import difference, export
    from classifiers.images.folder import read_folder, split
    from ocr.errors import OcrError

    pictures_at = docs / "pictures"
    pictures_at.mkdir(parents=True, exist_ok=True)
    record = provenance("activation_maps", seed=seed) | {"grid": GRID, "models": []}
    for place, folder in enumerate(models):
        classifier = load_classifier(folder)
        _, judged = split(read_folder(data, classifier.size), classifier.card["data"]["split"]["held_out"])
        if judged.counts != classifier.card["data"]["held_out"]:
            raise OcrError(f"{data}: its held-out part {judged.counts} is not that of the training of {folder}")
        rng = np.random.default_rng(seed)
        if count is not None and count < len(judged):
            judged = judged.take(np.sort(rng.choice(len(judged), count, replace=False)))
        measured, lowered = measure(classifier, judged, rng)
        litert = export(classifier, "litert")
        exported = {"bytes": len(litert), "differs by": difference(classifier, litert)}
        about = {"model": folder.name, "network": classifier.card["network"], "litert": exported}
        record["models"].append({**about, **measured})
        if not place:
            draw_examples(classifier, judged, pictures_at / "activation-maps-examples.png")
            draw_blanked(classifier, judged, pictures_at / "activation-maps-blanked.png")
            draw_pairs(lowered, pictures_at / "activation-maps-pairs.png")
    write_json(record, out)
    text = page(record)
    (docs / "activation-maps.md").write_text(text, encoding="utf-8")
    click.echo(text)


def measure(
    classifier: Classifier, judged: Pictures, rng: np.random.Generator
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return how far blanking a fifth lowers the probability of the likeliest class, in the mean over the pictures, by
    what it is filled with and which fifth it is; and for each picture, filled with its mean colour."""
    from classifiers.images.activation import activation_maps

    before, seen, method = classifier.predict(judged.pixels), [], ""
    likeliest = before.argmax(axis=1)
    for start in range(0, len(judged), BATCH):
        some = slice(start, start + BATCH)
        maps, method = activation_maps(classifier, list(judged.pixels[some]), likeliest[some].tolist())
        seen.append(blocks(maps))
    fifths = chosen(np.concatenate(seen), rng)
    sure = before[np.arange(len(judged)), likeliest]
    lowered: dict[str, dict[str, np.ndarray]] = {}
    for fill in FILLS:
        lowered[fill] = {}
        for kind in KINDS:
            blanked = (blank(image, mask, fill) for image, mask in zip(judged.pixels, fifths[kind], strict=True))
            lowered[fill][kind] = sure - classifier.predict(blanked)[np.arange(len(judged)), likeliest]
    found: dict[str, Any] = {
        "method": method,
        "count": len(judged),
        "probability": float(sure.mean()),
        "lowered": {
            fill: {kind: float(values.mean()) for kind, values in kinds.items()} for fill, kinds in lowered.items()
        },
        "hottest more than": {},
    }
    for fill, kinds in lowered.items():
        found["hottest more than"][fill] = {}
        for kind in KINDS[1:]:
            apart = kinds[KINDS[0]] - kinds[kind]
            found["hottest more than"][fill][kind] = {
                "by": float(apart.mean()),
                "standard error": float(apart.std(ddof=1) / np.sqrt(len(apart))),
                "share of pictures": float((apart > 0).mean()),
            }
    return found, lowered[FILLS[0]]


if __name__ == "__main__":
    command()
