"""Train the course's and the compact network on a folder of two classes, and write docs/image-folders.md.

python -m benchmarks.image_folders --data FOLDER [--cifar ZIP] [--bfloat16]
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from benchmarks.image_folders.page import page
from benchmarks.image_folders.speed import speed
from benchmarks.measuring import options
from benchmarks.measuring.pictures import shrink
from benchmarks.measuring.record import provenance, write_json

HELD_OUT, VALIDATION = 0.2, 0.05
"""Shares; what is watched is not learned from, and chooses nothing."""
SIDE = 172
"""Of the pictures in memory, in pixels; the networks read 150."""
CIFAR, CIFAR_SIZE = "cifar-0", 32


@click.command()
@click.option("--data", type=click.Path(exists=True, path_type=Path), required=True, help="A folder of classes.")
@click.option("--cifar", type=click.Path(exists=True, path_type=Path), help="CIFAR-10, a folder or zip of its classes.")
@options.number("--seeds", 3, "Trainings of the compact network.")
@options.number("--epochs", 300, "Of the compact network.")
@options.number("--course-epochs", 64)
@options.number("--cifar-epochs", 40)
@options.bfloat16
@click.option(
    "--only",
    multiple=True,
    metavar="NAME-SEED",
    help="Train only these for now: course-0, compact-0, compact-1, cifar-0.",
)
@options.runs("image-folders")
@options.docs
@options.out("image_folders")
@options.errors_as_messages()
def command(
    data: Path,
    cifar: Path | None,
    seeds: int,
    epochs: int,
    course_epochs: int,
    cifar_epochs: int,
    bfloat16: bool,
    only: tuple[str, ...],
    runs: Path,
    docs: Path,
    out: Path,
) -> None:
    """Train, measure each network once on the held-out pictures, and write the page."""
    from classifiers.quiet import load_quietly

    load_quietly()
    from classifiers.experiment import RUN
    from classifiers.figures import draw_curves
    from classifiers.images.experiment import configure, train_classifier
    from classifiers.images.folder import read_folder
    from classifiers.loop import read_log

    began = time.perf_counter()
    pictures = read_folder(data, SIDE)
    decoded = len(pictures) / (time.perf_counter() - began)
    classes = len(pictures.classes)
    plans = {"course-0": configure(classes, name="course", epochs=course_epochs, bfloat16=bfloat16)}
    for seed in range(seeds):
        plans[f"compact-{seed}"] = configure(classes, epochs=epochs, seed=seed, bfloat16=bfloat16)
    sources = dict.fromkeys(plans, (pictures, data))
    if cifar is not None and (not only or CIFAR in only):
        small = read_folder(cifar, CIFAR_SIZE)
        plans[CIFAR] = configure(len(small.classes), size=CIFAR_SIZE, epochs=cifar_epochs, bfloat16=bfloat16)
        sources[CIFAR] = (small, cifar)
    if unknown := set(only) - set(plans):
        raise click.UsageError(f"no training {', '.join(sorted(unknown))}: there are {', '.join(plans)}")
    record = provenance("image_folders")
    cards: dict[str, Any] = {
        name: train_classifier(
            *sources[name], plan, runs / name, HELD_OUT, VALIDATION, record["command"], tell=click.echo
        )
        for name, plan in plans.items()
        if name in (only or plans)
    }
    if only:
        return  # the page is for the call that has all
    measured = speed(pictures, plans)
    record |= {"seeds": list(range(seeds)), "decoded": decoded, "speed": measured, "cards": cards}
    write_json(record, out)

    drawn = docs / "pictures"
    drawn.mkdir(parents=True, exist_ok=True)
    draw_curves(
        {name: read_log(runs / name / RUN) for name in ("course-0", "compact-0")},
        "accuracy",
        drawn / "image-folders-curves.png",
    )
    for name in ("compact-0", CIFAR) if cifar is not None else ("compact-0",):
        for kind in ("confusion", "errors"):
            shrink(runs / name / f"{kind}.png", drawn / f"image-folders-{name.partition('-')[0]}-{kind}.png")
    text = page(record)
    (docs / "image-folders.md").write_text(text, encoding="utf-8")
    click.echo(text)


if __name__ == "__main__":
    command()
