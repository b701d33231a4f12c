"""What a caller knows of a captcha's text, checked: characters that it can have, and how many there are."""

from __future__ import annotations

from ocr.errors import OcrError
from ocr.inference.recognizer import Recognizer
from ocr.text.grammar import FreeText, Grammar

CAPTCHA = "captcha"
"""The task of the models that read texts."""

Length = int | tuple[int, int]
"""How many characters a text has, or the least and the most."""


def allowed(reader: Recognizer, *, alphabet: str | None = None, length: Length | None = None) -> Grammar:
    """Return the texts of some characters and lengths, for the `grammar` of Recognizer.recognize.

    What is None is as the model has it. Raises OcrError for a model that reads no captchas, for an alphabet that is
    empty, repeats a character, or has one that the model does not know, and for lengths below 1.
    """
    config = reader.config
    if config.task != CAPTCHA:
        raise OcrError(f"{reader.bundle.name} reads {config.task}, not captchas, whose texts alone can be told")
    if alphabet is None and length is None:
        return reader.grammar
    own = reader.grammar if isinstance(reader.grammar, FreeText) else FreeText()
    limits = checked_length(length)
    least, most = (max(1, own.shortest), own.longest) if limits is None else limits
    characters = checked_alphabet(alphabet, config.vocabulary) or own.alphabet or config.vocabulary
    return FreeText("allowed", characters, least, most)


def checked_alphabet(alphabet: str | None, known: str) -> str | None:
    """Return `alphabet`, or raise OcrError where it is no string of characters that a model knows, each once."""
    if alphabet is None:
        return None
    if not isinstance(alphabet, str):
        raise OcrError(f"alphabet is {alphabet!r}, expected a string of characters")
    if not alphabet:
        raise OcrError("the alphabet is empty; leave it out for all characters that the model knows")
    if twice := sorted({char for char in alphabet if alphabet.count(char) > 1}):
        raise OcrError(f"the alphabet {alphabet!r} holds {', '.join(map(repr, twice))} more than once")
    if unknown := [char for char in alphabet if char not in known]:
        raise OcrError(f"the model does not know {', '.join(map(repr, unknown))}; it knows {known}")
    return alphabet


def checked_length(length: Length | None) -> tuple[int, int] | None:
    """Return the least and the most characters of `length`, or raise OcrError."""
    if length is None:
        return None
    pair = length if isinstance(length, (tuple, list)) else (length, length)
    if len(pair) != 2 or not all(isinstance(each, int) and not isinstance(each, bool) for each in pair):
        raise OcrError(f"length is {length!r}, expected a whole number or two, the least and the most")
    least, most = pair
    if not 1 <= least <= most:
        raise OcrError(f"length is {length!r}: expected at least 1, and the least before the most")
    return least, most
