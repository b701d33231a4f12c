"""The present call of a command, as a card or a record keeps it: without the places of files on this machine."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


def call_of(name: str) -> str | None:
    """Return the present call of `suanshi NAME` for a card, None for one from Python."""
    if sys.argv[1:2] != [name]:
        return None
    return shlex.join(["suanshi", name, *map(public, sys.argv[2:])])


def public(argument: str) -> str:
    """An argument of the command line; a path that leads out of the working directory is cut down to its name."""
    option, equals, value = argument.partition("=") if argument.startswith("--") else ("", "", argument)
    path = Path(value)
    if path.is_absolute() or ".." in path.parts:
        value = path.name
    return f"{option}{equals}{value}"
