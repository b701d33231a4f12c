"""Images that a command is given: files, folders of them, standard input, a list of files in a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from preprocessing.user_files import read_user_file

if TYPE_CHECKING:
    from preprocessing.read import ImageSource

SUFFIXES = frozenset(
    [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".svg", ".tif", ".tiff", ".ppm", ".pgm", ".avif"]
)
"""Of the files in a folder that are taken for images."""
STANDARD_INPUT = "-"
LARGEST_LIST = 64_000_000
"""Bytes of a list of files."""

Call = TypeVar("Call", bound=Callable[..., Any])


@dataclass(frozen=True)
class NamedImage:
    """An image that a command is to read."""

    source: ImageSource
    """What preprocessing.read_image takes."""
    name: str
    """What lines and messages call it: its path, `-`, or a few words for an image that is an argument itself."""

    @property
    def stem(self) -> str:
        """The name of files that are made of it, without a suffix."""
        return "standard-input" if self.name == STANDARD_INPUT else Path(self.name).stem


def images_argument(call: Call) -> Call:
    """Add the arguments `images` and the option `files_from` to a command, for `find_images`."""
    argument = click.argument("images", metavar="[IMAGE|FOLDER|-]...", nargs=-1, type=click.Path(readable=False))
    option = click.option(
        "--files-from", metavar="LIST", type=click.Path(dir_okay=False, allow_dash=True),
        help="Also take the images and folders that the lines of the file LIST name.",
    )  # fmt: skip
    return argument(option(call))


def find_images(arguments: Iterable[str], files_from: str | None = None, *, deep: bool = False) -> list[NamedImage]:
    """Return the images that arguments stand for, and behind them those that the file `files_from` lists.

    A folder stands for the image files in it, with `deep` also for those in the folders below, sorted by name, numbers
    by value, without hidden ones; `-` for the bytes on standard input. Raises click's UsageError for a folder without
    images and when there are none at all.
    """
    named = list(arguments)
    pipes = named.count(STANDARD_INPUT) + (files_from == STANDARD_INPUT)
    if files_from is not None and pipes < 2:
        named += _listed(files_from)
        pipes = max(pipes, named.count(STANDARD_INPUT))
    if pipes > 1:
        raise click.UsageError("- for standard input: can be read only once")
    if not named:
        raise click.UsageError("expected images: files, folders, - for standard input, or --files-from LIST")
    return [image for argument in named for image in _found(argument, deep)]


def _found(argument: str, deep: bool) -> Iterator[NamedImage]:
    if argument == STANDARD_INPUT:
        yield NamedImage(sys.stdin.buffer, STANDARD_INPUT)
    elif len(argument) < 4096 and os.path.isdir(argument):
        inside = sorted(filter(_is_image, Path(argument).glob("**/*" if deep else "*")), key=_natural)
        if not inside:
            raise click.UsageError(f"{argument}: holds no images ({', '.join(sorted(SUFFIXES))})")
        yield from (NamedImage(path, str(path)) for path in inside)
    else:
        yield NamedImage(argument, _shown(argument))


def _listed(file: str) -> Iterator[str]:
    """Yield the lines of a list of files; its paths are relative to the working directory, not to the list."""
    try:
        content = sys.stdin.buffer.read() if file == STANDARD_INPUT else read_user_file(file, LARGEST_LIST, pipes=True)
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror or error}", param_hint="--files-from") from error
    lines = (os.fsdecode(line.rstrip(b"\r")) for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"))
    yield from (line for line in lines if line.strip())


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()


def _natural(path: Path) -> tuple[Path, tuple[int, int, str]]:
    """Sort 2.png before 10.png, and both before names that are no numbers."""
    stem = path.stem
    number = (0, int(stem)) if stem.isascii() and stem.isdigit() and len(stem) < 19 else (1, 0)
    return path.parent, (*number, path.name)


def _shown(argument: str) -> str:
    """Return what an argument is called: a data URL or base64 text not by all its characters."""
    from preprocessing.read import source_name

    return source_name(argument)
