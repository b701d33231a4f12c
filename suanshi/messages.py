"""Print answers as lines or JSON, and complaints on stderr."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ocr.inference.reader import Reading
    from ocr.inference.recognizer import Recognition

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
"""Characters of file names that would break a line of columns separated by tabs."""

RAW = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Characters that command a terminal, or turn the order of what stands around them."""
_LINE_ENDS = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r"})


def answer_line(file: str, answer: Recognition) -> str:
    """Return file, text, value and, where the answer is not trusted, `?`, separated by tabs."""
    value = "" if answer.value is None else str(answer.value)
    return "\t".join([escape_raw(file.translate(ESCAPES)), answer.text, value, *([] if answer.trusted else ["?"])])


def json_line(file: str, answer: Recognition | None, problem: str | None) -> str:
    """Return the JSON object of one image; `answer` is None for a file that could not be read."""
    unread = {"text": None, "value": None, "confidence": 0.0, "trusted": False, "threshold": None, "kind": None}
    told = answer.to_dict() if answer else {**unread, "model": None, "problem": problem, "characters": []}
    entry = {"file": file, **told}
    line = escape_raw(json.dumps(entry, ensure_ascii=False))
    # A file name that is no text (bytes kept as lone surrogates) must not make the line invalid UTF-8.
    return line if line == encodable(line) else json.dumps(entry)


def encodable(text: str) -> str:
    """Return a text that UTF-8 can write: names of files may be bytes that are no text, which are escaped."""
    return text.encode(errors="backslashreplace").decode()


def printable(text: str) -> str:
    r"""Return a text as one line that a terminal shows and never obeys: what cannot be printed becomes \u001b, \n.

    File names, labels and cards of models come from strangers, and may hold a terminal's commands.
    """
    return encodable(escape_raw(text)).translate(_LINE_ENDS)


def escape_raw(text: str) -> str:
    r"""Return a text whose control characters, but for ends of lines and tabs, are escaped as JSON has them, \u001b."""
    return RAW.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def complain(message: str) -> None:
    """Print a message on stderr, in one line."""
    click.echo(f"suanshi: {printable(message)}", err=True)


def print_reading(file: str, reading: Reading, *, as_json: bool, only_trusted: bool = False) -> None:
    """Print the answer about an image, and on stderr what is wrong with it; with `only_trusted` no other answers."""
    answer = reading.answer
    if answer is None:
        complain(str(reading.error))
        if as_json:
            click.echo(json_line(file, None, str(reading.error)))
        return
    if not as_json and answer.problem is not None:
        complain(f"{file}: {answer.problem}")
    elif not as_json and not answer.trusted:
        complain(f"{file}: {_doubt(answer)}")
    if answer.trusted or not only_trusted:
        click.echo(json_line(file, answer, answer.problem) if as_json else answer_line(file, answer))


def _doubt(answer: Recognition) -> str:
    """Say how far a confidence is below the threshold; rounded down, so that it never seems to reach it."""
    confidence = math.floor(answer.confidence * 1e4) / 1e4
    return f"doubtful, confidence {confidence:g} is below the model's {answer.threshold:g}"
