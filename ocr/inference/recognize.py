"""Read an image with no model to load first: captchas and final pages, or one kind of these alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ocr.errors import OcrError
from ocr.inference.reader import CAPTCHA, FORMULA, Model, Reader, Reading, shipped_reader
from ocr.inference.recognizer import Recognition
from ocr.inference.restrictions import Length, allowed, checked_alphabet, checked_length
from ocr.text.any_captcha import AnyCaptcha, Told
from preprocessing.read import ImageSource

KINDS = ("arithmetic", "text", "page")
"""What an image may be told to show."""


def recognize(
    image: ImageSource,
    *,
    kind: str | None = None,
    alphabet: str | None = None,
    length: Length | None = None,
    case: str | None = None,
    model: Model | None = None,
) -> Recognition:
    """Read one image, any of what preprocessing.read_image takes, and return what it shows.

    kind: "arithmetic" (a captcha with a sum), "text" (one with letters and digits) or "page" (a final page of the
    contest); None tells by the image. alphabet: the characters that a captcha can show. length: how many there are, or
    the least and the most. case: "ignore" answers in lower case, and the confidences of both cases add up. model: the
    name of a shipped model, the folder of a bundle, or a Recognizer, which reads the image instead of the shipped ones.

    What holds no text is an answer with a problem. Raises UnreadableImageError for what is no image, BundleError, and
    OcrError for what was told and cannot be.
    """
    (reading,) = read_all([image], kind=kind, alphabet=alphabet, length=length, case=case, model=model)
    return reading.recognition()


def read_all(
    images: Iterable[ImageSource],
    *,
    kind: str | None = None,
    alphabet: str | None = None,
    length: Length | None = None,
    case: str | None = None,
    model: Model | None = None,
) -> Iterator[Reading]:
    """Read images as `recognize` does, and yield what became of each, in their order.

    Nothing is read before the first is asked for, but what was told is checked at once. Raises OcrError.
    """
    if kind is not None and kind not in KINDS:
        raise OcrError(f"kind is {kind!r}, expected one of {', '.join(KINDS)}, or None")
    if case not in (None, "ignore"):
        raise OcrError(f"case is {case!r}, expected 'ignore' or None")
    told = Told(kind, alphabet, length, case)
    if kind == "page":
        if told != Told("page"):
            raise OcrError("alphabet, length and case are for captchas, not for pages")
        return Reader(FORMULA if model is None else model).read(images)
    return _read(images, replace(told, pages=told == Told()), model)


def recognize_formula(image: ImageSource, *, model: Model | None = None) -> Recognition:
    """Read the arithmetic in an image: a captcha with a sum or, by its size, a final page of the contest.

    `model` and errors are those of `recognize`.
    """
    (reading,) = _read([image], Told("arithmetic"), model)
    return reading.recognition()


def recognize_captcha(
    image: ImageSource,
    *,
    model: Model | None = None,
    alphabet: str | None = None,
    length: Length | None = None,
    case: str | None = None,
) -> Recognition:
    """Read the text captcha in an image: `recognize` with the kind "text"."""
    return recognize(image, kind="text", alphabet=alphabet, length=length, case=case, model=model)


def _read(images: Iterable[ImageSource], told: Told, model: Model | None) -> Iterator[Reading]:
    """Read images with what is told of them, in the way of the model that reads them."""
    reader = shipped_reader() if model is None else Reader(model)
    if model is not None and told.kind == "text":
        allowed(reader.recognizer(CAPTCHA))  # refuses models of other tasks
    if told.alphabet is None and told.length is None and told.case is None:
        return reader.read(images, told=told)
    recognizer = reader.recognizer(CAPTCHA)
    if isinstance(recognizer.grammar, AnyCaptcha):
        checked_alphabet(told.alphabet, recognizer.config.vocabulary)
        return reader.read(images, told=replace(told, length=checked_length(told.length)))
    restricted = told.alphabet is not None or told.length is not None
    texts = allowed(recognizer, alphabet=told.alphabet, length=told.length) if restricted else None
    readings = reader.read(images, grammar=texts)
    return map(_in_lower_case, readings) if told.case == "ignore" else readings


def _in_lower_case(reading: Reading) -> Reading:
    answer = reading.answer
    return reading if answer is None else replace(reading, answer=replace(answer, text=answer.text.lower()))
