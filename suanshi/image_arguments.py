"""Images that a command is given: files, folders of them, standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from preprocessing.read import ImageSource

SUFFIXES = frozenset(
    [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".svg", ".tif", ".tiff", ".ppm", ".pgm", ".avif"]
)
"""Of the files in a folder that are taken for images."""
STANDARD_INPUT = "-"


def find_images(arguments: Sequence[str]) -> tuple[list[ImageSource], list[str]]:
    """Return the images that arguments stand for, and what to call each.

    A folder stands for the image files in it, sorted by name, numbers by value; `-` for the bytes on standard input.
    Raises click's UsageError for a folder without images.
    """
    sources: list[ImageSource] = []
    names: list[str] = []
    for argument in arguments:
        if argument == STANDARD_INPUT:
            sources.append(sys.stdin.buffer)
            names.append(STANDARD_INPUT)
        elif len(argument) < 4096 and os.path.isdir(argument):
            found = sorted((path for path in Path(argument).iterdir() if path.suffix.lower() in SUFFIXES), key=_natural)
            if not found:
                raise click.UsageError(f"{argument}: holds no images ({', '.join(sorted(SUFFIXES))})")
            sources += found
            names += map(str, found)
        else:
            sources.append(argument)
            names.append(_shown(argument))
    return sources, names


def _natural(path: Path) -> tuple[int, int, str]:
    """Sort 2.png before 10.png, and both before names that are no numbers."""
    stem = path.stem
    return (0, int(stem), path.name) if stem.isascii() and stem.isdigit() and len(stem) < 19 else (1, 0, path.name)


def _shown(argument: str) -> str:
    """Return what an argument is called: a data URL or base64 text not by all its characters."""
    from preprocessing.read import source_name

    return source_name(argument)
