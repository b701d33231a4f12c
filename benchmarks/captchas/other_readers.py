"""ddddocr and RapidOCR on the same images: they read in an interpreter of their own, their text is repaired here."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import ascii_letters, digits
from typing import Any

import click

from benchmarks.captchas.truth import ARITHMETIC, Truth, ending, group
from ocr.text.equation import canonical, evaluate_equation

PROCESS = Path(__file__).with_name("other_readers_process.py")
NAMES = {"ddddocr": "ddddocr", "rapidocr": "RapidOCR line reader"}

ARITHMETIC_CHARACTERS = digits + "+-*/×÷xX=?"
TEXT_CHARACTERS = digits + ascii_letters
"""Characters that ddddocr is told to expect of each group."""

_LOOK_ALIKE = str.maketrans({"十": "+", "一": "-", "二": "=", "O": "0", "o": "0", "l": "1", "I": "1", "|": "1"})
_BEHIND = re.compile(r"[-+*/×÷xX?]+$")
_NO_LETTER = re.compile(r"[^0-9A-Za-z]")

Kinds = Mapping[str, tuple[Sequence[Path], Sequence[Truth]]]
"""The files of each kind and what they show."""


def installed(python: str) -> dict[str, str]:
    """Return the versions of the readers that the interpreter `python` has. Raises ClickException."""
    return dict(json.loads(run_process([python, str(PROCESS)], "")))


def missing(versions: Mapping[str, str], python: str) -> list[str]:
    """Return a line for each reader that is not installed."""
    told = f"is not installed for {python}; {python} -m pip install ddddocr rapidocr"
    return [f"Not measured: {title} {told}." for name, title in NAMES.items() if name not in versions]


def read_kinds(python: str, name: str, kinds: Kinds) -> dict[str, dict[str, Any]]:
    """Read every kind with one reader; return how many images are right (text repaired) and exact (as it came)."""
    requests = [
        {"files": [str(file.resolve()) for file in files], "characters": _characters(shown)}
        for files, shown in kinds.values()
    ]
    texts = json.loads(run_process([python, str(PROCESS), name], json.dumps(requests)))
    found = {}
    for (kind, (_, shown)), read in zip(kinds.items(), texts, strict=True):
        end = ending(shown)
        right = [_is_right(text, truth, end) for text, truth in zip(read, shown, strict=True)]
        exact = sum(truth.is_exact(text) for text, truth in zip(read, shown, strict=True))
        found[kind] = {"right": sum(right), "exact": exact, "count": len(shown), "texts": read}
    return found


def repaired(text: str, end: str) -> str:
    """Return the equation in a reader's text by fixed rules, in the reader's favour.

    Blanks go, look-alikes become the sign that can stand there, what follows an equals sign is cut off, and signs at
    the end go. `end` is what the user knows to stand behind every equation of the kind: where it is `=?` and no equals
    sign was read, the last character is what the question mark was taken for, and goes.
    """
    text = canonical(text.translate(_LOOK_ALIKE))
    before, equals, _ = text.partition("=")
    if not equals and end == "=?" and not before.endswith("?") and not _BEHIND.search(before):
        before = before[:-1]
    return _BEHIND.sub("", before)


def _is_right(text: str, truth: Truth, end: str) -> bool:
    if truth.value is None:
        letters = _NO_LETTER.sub("", text) if truth.text.isascii() and truth.text.isalnum() else text
        return truth.is_right(letters, None)
    answer = repaired(text, end)
    return any(truth.is_right(each, evaluate_equation(each).value) for each in (answer, text))


def _characters(shown: Sequence[Truth]) -> str:
    return ARITHMETIC_CHARACTERS if group(shown) == ARITHMETIC else TEXT_CHARACTERS


def run_process(command: Sequence[str], given: str) -> str:
    """Run a program with `given` on its standard input, and return the last line that it prints."""
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{command[0]}: {error.strerror}; expected a Python interpreter") from error
    if done.returncode:
        raise click.ClickException(f"{' '.join(command[1:])} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout.strip().splitlines()[-1]
