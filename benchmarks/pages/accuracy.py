"""Measure whether final pages are read right, from the file to the text, in several ways: the part "accuracy"."""

from __future__ import annotations

import dataclasses
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from benchmarks.measuring.pictures import png_bytes
from benchmarks.measuring.record import about_model, table
from benchmarks.pages.lines import SPLITS
from generators.evaluation_images import drawn
from generators.folder import Sample
from generators.pages.page_samples import WholePages, page_sampler
from ocr.data.labels import read_labels
from ocr.errors import OcrError, UnreadableImageError
from ocr.evaluation.explain import png
from ocr.evaluation.metrics import Outcome, Report, report
from ocr.inference.recognizer import Recognizer
from ocr.inputs import ModelInput
from ocr.text.expression import evaluate
from ocr.text.grammar import ANY, Grammar
from preprocessing.page.join import JOINED
from preprocessing.read import ImageSource

REAL = ("lines", "pages")
CHUNK = 256
BATCH = 32
MOST_CONFUSIONS, MOST_ERRORS = 12, 100
LENGTHS = 5
"""Lengths of text that share a row of the table."""

ABOUT_ARCS = (
    "The network was trained on ink without arcs. With arcs left in the ink it gets what a preprocessing blind to "
    "colour would give it: everything foreign as full ink, and no word of what is foreign. That tells how much this "
    "network relies on colour; one trained on such input would learn to read past some of it."
)


@dataclass(frozen=True)
class Way:
    """A way of reading: its title, the grammar in place of the bundle's own, whether doubtful pages are seen again, and
    whether arcs stay in the ink."""

    title: str
    grammar: Grammar | None = None
    looks: bool = True
    arcs: bool = False


AS_IS = Way("as it is read")
WAYS = (
    AS_IS,
    Way("in one look", looks=False),
    Way("in one look, greedy, without the grammar", ANY, looks=False),
    Way("with arcs left in the ink", arcs=True),
)


@dataclass(frozen=True)
class PageFiles:
    """Draws pages as the bytes of PNG files, which take a fiftieth of the memory: `sample(rng)` is one and its text."""

    sample: WholePages

    def __call__(self, rng: np.random.Generator) -> tuple[bytes, str]:
        cv2.setNumThreads(1)
        page, text = self.sample(rng)
        return png_bytes(page), text


def measure(
    reader: Recognizer, count: int, seed: int, jobs: int, *, data: Path | None = None, errors: Path | None = None
) -> dict[str, Any]:
    """Read `count` drawn pages of each kind and the real images in `data`; print the results and return them.

    Pictures of what is read wrong go to the folder `errors`.
    """
    sets: list[tuple[str, Iterable[tuple[ImageSource, str]], int]] = []
    for split, title in SPLITS.items():
        sample: Sample = PageFiles(WholePages(page_sampler(split)))  # type: ignore[assignment]
        sets.append((f"drawn pages, {title}", drawn(sample, count=count, seed=seed, jobs=jobs), count))
    missing = []
    for folder in [data / name for name in REAL] if data is not None else []:
        try:
            labels = read_labels(folder)
        except OcrError as error:
            missing.append(f"real {folder.name}: {'not there' if not folder.is_dir() else error}")
        else:
            sets.append((f"real {folder.name}", labels, len(labels)))
    results: dict[str, dict[str, Report]] = {}
    for title, pairs, number in sets:
        bar = tqdm(pairs, desc=title, total=number, unit="page", leave=False, disable=not sys.stderr.isatty())
        read = _read(reader, bar, missing, None if errors is None else errors / title.replace(", ", " "))
        results[title] = {name: report(each, threshold=reader.config.threshold) for name, each in read.items()}
    print(f"\n## Read from end to end by {reader.bundle.name}\n")
    print(_overview(results))
    for each in missing:
        print(f"\nNot measured: {each}.")
    for title, ways in results.items():
        print(_details(title, ways[AS_IS.title]))
    print(f"\n{ABOUT_ARCS}")
    entries = {
        title: {name: _entry(each, whole=name == AS_IS.title) for name, each in ways.items()}
        for title, ways in results.items()
    }
    return {"model": about_model(reader.bundle), "arcs": ABOUT_ARCS, "missing": missing, "sets": entries}


def with_arcs(prepared: ModelInput) -> ModelInput:
    """Put what is foreign in a joined image, of the channels JOINED, back into its ink."""
    ink, foreign = prepared.pixels[..., 0], prepared.pixels[..., 1]
    return dataclasses.replace(
        prepared, pixels=np.stack([np.minimum(ink, foreign), np.full_like(foreign, 255)], axis=2)
    )


def _read(
    reader: Recognizer, pairs: Iterable[tuple[ImageSource, str]], missing: list[str], errors: Path | None
) -> Mapping[str, list[Outcome]]:
    """Read each image in every way: outcomes by the titles of WAYS. `missing` gets the files that can't be read."""
    in_one_look = Recognizer(reader.bundle, stages=())
    ways = [way for way in WAYS if not way.arcs or tuple(reader.config.channels) == JOINED]
    read: dict[str, list[Outcome]] = {way.title: [] for way in ways}
    waiting = enumerate(pairs)
    while chunk := list(islice(waiting, CHUNK)):
        ready: list[tuple[int, str, ModelInput]] = []
        for index, (image, text) in chunk:
            try:
                ready.append((index, text, reader.prepare(image)))
            except UnreadableImageError as error:
                missing.append(str(error))
        for way in ways:
            inputs = [with_arcs(each) if way.arcs else each for *_, each in ready]
            by = reader if way.looks else in_one_look
            answers = by.recognize_prepared(inputs, batch_size=BATCH, grammar=way.grammar)
            for (index, text, prepared), answer in zip(ready, answers, strict=True):
                value = evaluate(text).value
                agrees = None if value is None else answer.value == value
                read[way.title].append(Outcome(index, text, answer.text, answer.confidence, agrees))
                if way is AS_IS and errors is not None and answer.text != text:
                    _picture(prepared, errors / f"{index}.png")
    return read


def _picture(prepared: ModelInput, path: Path) -> None:
    """Write what the network saw, its channels one below the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if len(list(path.parent.iterdir())) < MOST_ERRORS:
        grey = np.concatenate(list(np.moveaxis(prepared.pixels, 2, 0)))
        path.write_bytes(png(np.repeat(grey[..., None], 3, axis=2)))


def _entry(result: Report, *, whole: bool) -> dict[str, Any]:
    """A report for the record, with its first errors; only the counts unless `whole`."""
    entry = result.to_json()
    entry["errors"] = entry["errors"][:MOST_ERRORS]
    return entry if whole else {name: entry[name] for name in ("count", "right", "text_right", "exact", "interval")}


def _overview(results: Mapping[str, Mapping[str, Report]]) -> str:
    rows = []
    for title, ways in results.items():
        for name, each in ways.items():
            low, high = (f"{bound:.3%}" for bound in each.interval)
            share = each.text_right / each.count if each.count else 0.0
            kept = f"{each.kept.share:.2%}, {each.kept.wrong} wrong"
            rows.append(
                (title, name, each.count, f"{share:.3%}", each.count - each.text_right, f"{low} to {high}", kept)
            )
    heads = ("images", "way", "number", "text right", "wrong", "95 % interval", "kept at the threshold")
    return table(heads, rows)


def _details(title: str, result: Report) -> str:
    counts, right = Counter[int](), Counter[int]()
    for each in result.lengths:
        counts[each.length // LENGTHS] += each.count
        right[each.length // LENGTHS] += each.right
    lengths: Sequence[tuple[object, ...]] = [
        (f"{LENGTHS * group} to {LENGTHS * group + LENGTHS - 1}", counts[group], f"{right[group] / counts[group]:.3%}")
        for group in sorted(counts)
    ]
    parts = [f"\n### {title}", table(("characters", "images", "right"), lengths)]
    if result.confusions:
        pairs = [(each.expected or "(none)", each.got or "(none)", each.count) for each in result.confusions]
        parts.append(table(("shown", "read", "times"), pairs[:MOST_CONFUSIONS]))
    return "\n\n".join(parts)
