"""The way of one image through the files of this project: which call leads from file to file.

python -m benchmarks.trace examples/page.png
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import click

import ocr

ROOT = Path(__file__).resolve().parents[2]


FIRST = 6
"""Byte of a function's code before which it has only just begun."""


class Call(NamedTuple):
    """A call of a function of ours: its file, within the project, and its name."""

    file: str
    function: str


def traced(action: Callable[[], object]) -> list[Call]:
    """Return the calls of our functions during `action`, in their order.

    Comprehensions, imports, and generators that go on do not count.
    """
    calls: list[Call] = []
    prefix = f"{ROOT}/"

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        begins = event == "call" and frame.f_lasti < FIRST
        if begins and code.co_filename.startswith(prefix) and not code.co_name.startswith("<"):
            calls.append(Call(code.co_filename.removeprefix(prefix), code.co_name))

    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return calls


def moves(calls: list[Call]) -> list[Call]:
    """Return the calls that come from another file than the one before."""
    return [here for before, here in pairwise([Call("", ""), *calls]) if here.file != before.file]


@click.command()
@click.argument("image", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--cold", is_flag=True, help="Trace the first image of the process: models are loaded, too.")
def command(image: Path, cold: bool) -> None:
    """Read IMAGE and print each call that leads into another file, then how many files and moves there are."""
    if not cold:
        ocr.recognize_formula(image)
    calls = traced(lambda: ocr.recognize_formula(image))
    way = moves(calls)
    for number, each in enumerate(way, start=1):
        click.echo(f"{number:4}  {each.file:<44} {each.function}")
    files = len({each.file for each in calls})
    click.echo(f"{image}: {files} files, {len(way)} moves between them, {len(calls)} calls")


if __name__ == "__main__":
    command()
