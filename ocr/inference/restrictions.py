"""Reading text captchas with no model to load first, among the characters and lengths that one call allows."""

from __future__ import annotations

from ocr.errors import OcrError
from ocr.inference.reader import Model, Reader
from ocr.inference.recognizer import Recognition, Recognizer
from ocr.text.grammar import FreeText, Grammar
from preprocessing.read import ImageSource

CAPTCHA = "captcha"
"""The shipped model, and the task of those that read any text."""

Length = int | tuple[int, int]
"""How many characters a text has, or the least and the most."""


def recognize_captcha(
    image: ImageSource, *, model: Model | None = None, alphabet: str | None = None, length: Length | None = None
) -> Recognition:
    """Read the text in `image`, any of what preprocessing.read_image takes.

    `model` is the name of a shipped model, the folder of a bundle, or a Recognizer. `alphabet` names the characters
    that the text may have, `length` how many, for this call only: the answer is the most probable of these texts, or
    empty, with a problem, where the image surely shows none of them. The confidence takes it as given that there are no
    other characters. Raises UnreadableImageError, BundleError, and
    OcrError as `allowed` does.
    """
    reader = Reader(CAPTCHA if model is None else model)
    texts = allowed(reader.recognizer(CAPTCHA), alphabet=alphabet, length=length)
    return reader.recognize(image, grammar=texts)


def allowed(reader: Recognizer, *, alphabet: str | None = None, length: Length | None = None) -> Grammar:
    """Return the texts of some characters and lengths, for the `grammar` of Recognizer.recognize.

    What is None is as the model has it. Raises OcrError for a model that reads no captchas, for an alphabet that is
    empty, repeats a character, or has one that the model does not know, and for lengths below 1.
    """
    config = reader.config
    if config.task != CAPTCHA:
        raise OcrError(f"{reader.bundle.name} reads {config.task}, not captchas: use ocr.recognize_formula for it")
    if alphabet is None and length is None:
        return reader.grammar
    own = reader.grammar if isinstance(reader.grammar, FreeText) else FreeText()
    least, most = (max(1, own.shortest), own.longest) if length is None else _limits(length)
    characters = own.alphabet or config.vocabulary
    if alphabet is not None:
        characters = _checked(alphabet, config.vocabulary)
    return FreeText("allowed", characters, least, most)


def _checked(alphabet: str, known: str) -> str:
    if not alphabet:
        raise OcrError("the alphabet is empty; leave it out for all characters that the model knows")
    if twice := sorted({char for char in alphabet if alphabet.count(char) > 1}):
        raise OcrError(f"the alphabet {alphabet!r} holds {', '.join(map(repr, twice))} more than once")
    if unknown := [char for char in alphabet if char not in known]:
        raise OcrError(f"the model does not know {', '.join(map(repr, unknown))}; it knows {known}")
    return alphabet


def _limits(length: Length) -> tuple[int, int]:
    """Return the least and the most characters of `length`."""
    pair = (length, length) if isinstance(length, int) else length
    if not (isinstance(pair, (tuple, list)) and len(pair) == 2 and all(isinstance(each, int) for each in pair)):
        raise OcrError(f"length is {length!r}, expected a whole number or two, the least and the most")
    least, most = pair
    if not 1 <= least <= most:
        raise OcrError(f"length is {length!r}: expected at least 1, and the least before the most")
    return least, most
