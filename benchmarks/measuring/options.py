"""Options that the commands of benchmarks share, and how they end when something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from benchmarks.measuring.record import RESULTS
from generators.evaluation_images import SEEDS
from ocr.errors import OcrError

Decorator = Callable[[Any], Any]
FOLDER, FILE = click.Path(file_okay=False, path_type=Path), click.Path(dir_okay=False, path_type=Path)

seed = click.option("--seed", type=click.IntRange(0, SEEDS - 1), default=0, show_default=True)
jobs = click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes that draw.")
errors = click.option("--errors", type=FOLDER, help="Folder for pictures of the errors.")
docs = click.option("--docs", type=FOLDER, default=Path("docs"), show_default=True, help="Folder of the page.")
bfloat16 = click.option("--bfloat16", is_flag=True, help="Train in bfloat16, where the processor knows it.")


def number(name: str, default: int, text: str | None = None, *, least: int = 1) -> Decorator:
    """Add an option that takes a whole number."""
    return click.option(name, type=click.IntRange(least), default=default, show_default=True, help=text)


def model(default: str) -> Decorator:
    """Add the option for the model that is measured."""
    return click.option("--model", default=default, show_default=True, metavar="NAME|DIR")


def runs(subject: str) -> Decorator:
    """Add the option for the folder of trainings."""
    text = "Where trainings are kept; the same call goes on from there."
    return click.option("--runs", type=FOLDER, default=Path("runs") / subject, show_default=True, help=text)


def out(subject: str) -> Decorator:
    """Add the option for the record of the measurement."""
    return click.option("--out", type=FILE, default=RESULTS / f"{subject}.json", help="Record to write.")


@contextmanager
def errors_as_messages() -> Iterator[None]:
    """End a command with one line: an OcrError with exit code 1, Ctrl-C with 130."""
    try:
        yield
    except OcrError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("stopped; a training goes on from its last whole epoch with the same command", err=True)
        raise click.exceptions.Exit(130) from None
