"""Print answers as lines or JSON, and complaints on stderr."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ocr.inference.reader import Reader, Reading
    from ocr.inference.recognizer import Recognition

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
"""Characters of file names that would break a line of columns separated by tabs."""


def answer_line(file: str, answer: Recognition) -> str:
    """Return file, text and value, separated by tabs."""
    return f"{file.translate(ESCAPES)}\t{answer.text}\t{'' if answer.value is None else answer.value}"


def json_line(file: str, answer: Recognition | None, problem: str | None) -> str:
    """Return the JSON object of one image; `answer` is None for a file that could not be read."""
    characters = answer.characters if answer else ()
    entry = {
        "file": file,
        "text": answer.text if answer else None,
        "value": None if answer is None or answer.value is None else str(answer.value),
        "confidence": answer.confidence if answer else 0.0,
        "problem": problem,
        "characters": [
            {"symbol": each.symbol, "confidence": each.confidence, "start": each.start, "end": each.end}
            for each in characters
        ],
    }
    line = json.dumps(entry, ensure_ascii=False)
    # A file name that is no text (bytes kept as lone surrogates) must not make the line invalid UTF-8.
    return line if line == encodable(line) else json.dumps(entry)


def encodable(text: str) -> str:
    """Return a text that UTF-8 can write: names of files may be bytes that are no text, which are escaped."""
    return text.encode(errors="backslashreplace").decode()


def complain(message: str) -> None:
    """Print a message on stderr."""
    click.echo(f"suanshi: {encodable(message)}", err=True)


def print_reading(reader: Reader, file: str, reading: Reading, *, as_json: bool) -> None:
    """Print the answer about an image, and on stderr what is wrong with it."""
    answer = reading.answer
    if answer is None:
        complain(str(reading.error))
        if as_json:
            click.echo(json_line(file, None, str(reading.error)))
        return
    if as_json:
        click.echo(json_line(file, answer, answer.problem))
        return
    if answer.problem is not None:
        complain(f"{file}: {answer.problem}")
    if answer.text and reader.is_unsure(answer):
        complain(f"{file}: {_doubt(answer.confidence, reader.threshold(answer))}")
    click.echo(answer_line(file, answer))


def _doubt(confidence: float, threshold: float) -> str:
    """Say how far a confidence is below the threshold; rounded down, so that it never seems to reach it."""
    return f"doubtful, confidence {math.floor(confidence * 1e4) / 1e4:g} is below the model's {threshold:g}"
