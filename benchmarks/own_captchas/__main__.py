"""Train readers on a folder of labelled captchas, and on a damaged copy of it, and measure what they read.

python -m benchmarks.own_captchas --data FOLDER --folds 3 --messy

Each fold is held out in turn. What was trained stays in --runs, with the time that it took; the same call goes on from
there, and measures what is finished again, but for that time. Leave the machine alone meanwhile.
"""

from __future__ import annotations

import csv
import io
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from PIL import Image

from benchmarks.measuring import options
from benchmarks.measuring.record import provenance, table, write_json
from benchmarks.measuring.timing import milliseconds
from ocr.data.dataset import Entry, read_folder
from ocr.inference.recognizer import Recognizer, load_recognizer
from preprocessing.read import read_image

GOAL, MOST_MINUTES, MOST_MILLISECONDS = 0.97, 20, 5
WRONG, SMALLER, EMPTY = 0.05, 0.25, 3
"""Shares of the messy folder's images that get another's label, and that are shrunk; and how many are empty files."""

SHRUNK = 0.8
SECONDS = "seconds.txt"
SEED = 20


@click.command()
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), required=True, help="Labelled captchas.")
@click.option(
    "--folds", type=click.IntRange(1, 10), default=3, show_default=True, help="How many are held out in turn."
)
@click.option("--messy", is_flag=True, help="Train on a damaged copy of the folder, too.")
@click.option("--option", "options", multiple=True, metavar="TEXT", help="Passed on to suanshi train, as --bfloat16.")
@options.runs("own-captchas")
@options.out("own_captchas")
def command(data: Path, folds: int, messy: bool, options: tuple[str, ...], runs: Path, out: Path) -> None:
    """Train on the images in --data and measure what was held out."""
    if not data.is_dir():
        raise click.ClickException(f"{data}: there is no such folder")
    found = [_fold(data, fold, runs, options) for fold in range(folds)]
    exact = [each["exact"] for each in found]
    record: dict[str, Any] = {**provenance("own_captchas", seed=0), "options": options, "folds": found}
    record["mean"], record["spread"] = statistics.mean(exact), max(exact) - min(exact)
    print(
        table(
            ("fold", "held out", "right", "exact", "minutes", "ms an image"),
            [
                (each["fold"], each["images"], each["right"], f"{each['exact']:.2%}", f"{each['minutes']:.1f}",
                 f"{each['milliseconds']:.1f}")
                for each in found
            ],
        )
    )  # fmt: skip
    print(f"\nMean {record['mean']:.2%}, from the worst to the best {record['spread']:.2%}.")
    record["reached"] = {
        f"mean of at least {GOAL:.0%}": record["mean"] >= GOAL,
        f"at most {MOST_MINUTES} minutes each": max(each["minutes"] for each in found) <= MOST_MINUTES,
        f"at most {MOST_MILLISECONDS} ms an image": max(each["milliseconds"] for each in found) <= MOST_MILLISECONDS,
    }
    print("\n".join(f"{goal}: {'yes' if reached else 'no'}" for goal, reached in record["reached"].items()))
    if messy:
        record["messy"] = _messy(data, runs, options)
        print(_summary(record["messy"]))
    write_json(record, out)


def _train(data: Path, out: Path, fold: int, options: Sequence[str]) -> str:
    """Run `suanshi train` as anyone would; return its messages. Raises ClickException when it fails."""
    call = ["-m", "suanshi.main", "train", "captcha", "--data", str(data), "--out", str(out), "--fold", str(fold)]
    checkpoint, kept = out / "training" / "checkpoint.npz", out / SECONDS
    before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
    earlier = float(kept.read_text(encoding="utf-8")) if before and kept.exists() else 0.0
    began = time.perf_counter()
    done = None
    try:
        done = subprocess.run([sys.executable, *call, *options], capture_output=True, text=True)
    finally:  # Ctrl-C stops both, and the time until then counts
        known = kept.exists() or not before  # or what was trained by another call would seem to have taken no time
        if known and checkpoint.exists() and checkpoint.stat().st_mtime_ns != before:  # else nothing was trained
            kept.write_text(f"{earlier + time.perf_counter() - began:.1f}\n", encoding="utf-8")
    if done.returncode:
        raise click.ClickException(f"suanshi train ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stderr


def _fold(data: Path, fold: int, runs: Path, options: Sequence[str]) -> dict[str, Any]:
    """Train with a tenth held out; count what is right in it."""
    out = runs / f"fold-{fold}"
    _train(data, out, fold, options)
    reader = load_recognizer(out)
    held_out = read_folder(data).part("test", fold)
    right = _right(reader, held_out, [entry.text for entry in held_out])
    pairs = [(read_image(entry.path), entry.text) for entry in held_out]
    return {
        "fold": fold,
        "images": len(held_out),
        "right": right,
        "exact": right / len(held_out),
        "steps": _steps(out),
        "minutes": _minutes(out),
        "milliseconds": milliseconds(reader, pairs),
        "bytes": len(reader.bundle.model),
    }


def _right(reader: Recognizer, entries: Sequence[Entry], texts: Sequence[str]) -> int:
    answers = reader.recognize([entry.path for entry in entries])
    return sum(answer.text == text for answer, text in zip(answers, texts, strict=True))


def _minutes(out: Path) -> float:
    """Minutes of the whole calls that trained, from reading the folder to the bundle's measurement."""
    if not (out / SECONDS).exists():
        raise click.ClickException(f"{out}: was trained by another call, which noted no time; choose other --runs")
    return float((out / SECONDS).read_text(encoding="utf-8")) / 60


def _steps(out: Path) -> int:
    with (out / "training" / "log.csv").open(newline="", encoding="utf-8") as file:
        return int([*csv.DictReader(file)][-1]["step"])


def _messy(data: Path, runs: Path, options: Sequence[str]) -> dict[str, Any]:
    """Train on a copy with wrong labels, empty files, two sizes and a label with a blank in it."""
    folder, out = runs / "messy", runs / "messy-reader"
    damage = make_messy(data, folder)
    messages = _train(folder, out, 0, options)
    reader = load_recognizer(out)
    read = read_folder(folder)
    held_out = read.part("test")
    truth = {entry.path.name: entry.text for entry in read_folder(data).entries}
    labelled = [entry.text for entry in held_out]
    true = [truth[entry.path.name] for entry in held_out]
    return {
        **damage,
        "held out": len(held_out),
        "of these with a wrong label": sum(one != other for one, other in zip(labelled, true, strict=True)),
        "right by the labels": _right(reader, held_out, labelled),
        "right in truth": _right(reader, held_out, true),
        "left out": [{"file": each.name, "text": each.text, "reason": each.reason} for each in read.left_out],
        "minutes": _minutes(out),
        "told": messages.splitlines(),
    }


def make_messy(data: Path, folder: Path) -> dict[str, int]:
    """Fill `folder` with the images of `data` and a labels.txt, both damaged; return how many in which way."""
    entries = sorted(read_folder(data).entries, key=lambda entry: entry.path.name)
    rng = np.random.default_rng(SEED)
    order = rng.permutation(len(entries)).tolist()
    wrong = order[: round(WRONG * len(entries))]
    empty = order[len(wrong) : len(wrong) + EMPTY]
    blank = order[len(wrong) + EMPTY]
    smaller = set(rng.permutation(len(entries))[: round(SMALLER * len(entries))].tolist())
    texts = [entry.text for entry in entries]
    for one, other in zip(wrong, [*wrong[1:], wrong[0]], strict=True):
        texts[one] = entries[other].text
    texts[blank] = f"{texts[blank][:2]} {texts[blank][2:]}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for index, entry in enumerate(entries):
        content = b"" if index in empty else entry.path.read_bytes()
        if content and index in smaller:
            content = _shrunk(content)
        (folder / entry.path.name).write_bytes(content)
    lines = [f"{entry.path.name} {text}\n" for entry, text in zip(entries, texts, strict=True)]
    (folder / "labels.txt").write_text("".join(lines), encoding="utf-8")
    return {"images": len(entries), "wrong labels": len(wrong), "empty files": EMPTY, "smaller": len(smaller)}


def _shrunk(content: bytes) -> bytes:
    image = Image.open(io.BytesIO(content))
    small = image.resize((round(SHRUNK * image.width), round(SHRUNK * image.height)), Image.Resampling.LANCZOS)
    with io.BytesIO() as file:
        small.save(file, "PNG")
        return file.getvalue()


def _summary(messy: dict[str, Any]) -> str:
    rows = [(each["file"], each["text"], each["reason"]) for each in messy["left out"]]
    return (
        f"\nA copy with {messy['wrong labels']} wrong labels, {messy['empty files']} empty files, {messy['smaller']} "
        f"images of another size and a label with a blank, of {messy['images']}: {messy['right in truth']} of "
        f"{messy['held out']} held out are right, {messy['right by the labels']} by their labels, of which "
        f"{messy['of these with a wrong label']} are wrong. Left out were\n\n" + table(("file", "label", "why"), rows)
    )


if __name__ == "__main__":
    command()
