"""What a request asks: its images, and what it tells of them, from JSON, a form, or an image and the query."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.datastructures import UploadFile

from ocr.inference.recognize import KINDS
from preprocessing.formats.encoded import base64_bytes, image_bytes
from suanshi.serving.problems import Refusal

TOLD = ("kind", "alphabet", "length", "case", "model", "explain")
"""What a request may tell of its images, in the query too."""
IMAGES = ("image", "file", "images", "files")
"""Fields that hold images; the last two may hold several, and are answered by a list."""
SEVERAL = ("images", "files")

MOST_JSON = 100_000
"""Values in a body of JSON: small ones take twenty times their bytes of memory."""
LONGEST_NAME = 200
"""Characters of a file's name that an answer repeats."""
LONGEST_VALUE = 500
"""Characters of what a request tells."""

_LENGTH = re.compile(r"([1-9]\d{0,3})(?:-([1-9]\d{0,3}))?")
_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off", "")


@dataclass(frozen=True)
class Told:
    """What a request tells of its images; equal ones are read together."""

    kind: str | None = None
    alphabet: str | None = None
    length: int | tuple[int, int] | None = None
    case: str | None = None
    model: str | None = None


@dataclass(frozen=True)
class SentImage:
    """An image as it was sent."""

    name: str
    """What messages and answers call it."""
    content: bytes


@dataclass(frozen=True)
class Question:
    """A whole request."""

    images: Sequence[SentImage]
    told: Told
    explain: bool = False
    several: bool = False
    """Whether it is answered by a list."""


def of_json(body: bytes, query: Iterable[tuple[str, str]]) -> Question:
    """Return the question in a JSON object: `image` as base64 text or data URL, or a list of `images`."""
    if sum(map(body.count, (b"{", b"[", b","))) > MOST_JSON:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"the JSON has more than {MOST_JSON} values, the limit", "json")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"the body is no JSON ({_short(error)})", "json") from None
    if not isinstance(given, dict):
        raise _wrong(f"the body is {_kind_of(given)}, expected a JSON object such as {{'image': 'iVBORw0KGgo…'}}")
    fields = [(name, given.pop(name)) for name in IMAGES if given.get(name) is not None]
    images: list[SentImage] = []
    for name, value in fields:
        if name in SEVERAL and not isinstance(value, list):
            raise _wrong(f"{name} is {_kind_of(value)}, expected a list of texts")
        for each in value if name in SEVERAL else [value]:
            images.append(_of_text(each, name, len(images)))
    return _question(images, _merged(query, given), any(name in SEVERAL for name, _ in fields))


async def of_form(items: Iterable[tuple[str, str | UploadFile]], query: Iterable[tuple[str, str]]) -> Question:
    """Return the question in a form: files in any field of IMAGES, or base64 text there."""
    images: list[SentImage] = []
    told: dict[str, str] = {}
    names: list[str] = []
    for name, value in items:
        if isinstance(value, UploadFile):
            if name not in IMAGES:
                raise _wrong(f"the form has a file in {name[:40]!r}, expected it in 'file', or several in 'files'")
            images.append(SentImage(_named(value.filename, len(images)), await value.read()))
            names.append(name)
        elif name in IMAGES:
            images.append(_of_text(value, name, len(images)))
            names.append(name)
        elif name in told:
            raise _wrong(f"{name} is told twice")
        else:
            told[name] = value
    return _question(images, _merged(query, told), len(images) > 1 or any(name in SEVERAL for name in names))


def of_bytes(body: bytes, query: Iterable[tuple[str, str]]) -> Question:
    """Return the question that is an image itself, with what the query tells of it."""
    return _question([SentImage(_named(None, 0), body)], _merged(query, {}), False)


def _question(images: Sequence[SentImage], given: Mapping[str, Any], several: bool) -> Question:
    if unknown := [name for name in given if name not in TOLD]:
        raise _wrong(f"{str(unknown[0])[:40]!r} is not known; known are {', '.join((*IMAGES, *TOLD))}")
    if not images and not several:
        raise _wrong("the request holds no image; send one as 'file' in a form, or as 'image' in JSON")
    texts = {name: _text(name, given.get(name)) for name in ("kind", "alphabet", "case", "model")}
    if texts["kind"] is not None and texts["kind"] not in KINDS:
        raise _wrong(f"kind is {texts['kind'][:40]!r}, expected one of {', '.join(KINDS)}, or none")
    told = Told(**texts, length=_length(given.get("length")))  # type: ignore[arg-type]
    return Question(images, told, _flag("explain", given.get("explain")), several)


def _merged(query: Iterable[tuple[str, str]], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the query and the body tell; the body has the last word."""
    return {**dict(query), **given}


def _of_text(value: object, field: str, number: int) -> SentImage:
    """Take an image as text; a path or a URL is none, and is not looked at."""
    name = _named(None, number)
    if not isinstance(value, str):
        raise _wrong(f"{field} is {_kind_of(value)}, expected base64 text or a data URL")
    try:
        content = image_bytes(value)
    except ValueError as error:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name}: {error}", "unreadable") from None
    if content is None:
        content = base64_bytes(value)
    if content is None:
        raise _wrong(f"{name}: {_quoted(value)} is not base64 text of an image, nor a data URL; send the image itself")
    return SentImage(name, content)


def _named(name: str | None, number: int) -> str:
    return name[-LONGEST_NAME:] if name else f"image {number + 1}"


def _text(name: str, value: object) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise _wrong(f"{name} is {_kind_of(value)}, expected text")
    if len(value) > LONGEST_VALUE:
        raise _wrong(f"{name} has {len(value)} characters; the limit is {LONGEST_VALUE}")
    return value


def _length(value: object) -> int | tuple[int, int] | None:
    """Return a number of characters, given as 5, "5", "4-6" or [4, 6]; the reader checks the numbers."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and (found := _LENGTH.fullmatch(value)):
        return int(found[1]), int(found[2] or found[1])
    whole: list[Any] = value if isinstance(value, list) else [value]
    if len(whole) in (1, 2) and all(isinstance(each, int) and not isinstance(each, bool) for each in whole):
        return whole[0], whole[-1]
    raise _wrong(f"length is {_quoted(value)}, expected a number of characters such as 5, or 4-6 for least and most")


def _flag(name: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, (str, int)) and (told := str(value).lower()) in (*_TRUE, *_FALSE):
        return told in _TRUE
    raise _wrong(f"{name} is {_quoted(value)}, expected true or false")


def _wrong(detail: str) -> Refusal:
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, detail, "request")


def _quoted(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"


def _short(error: BaseException) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:100]


def _kind_of(value: object) -> str:
    """Return what JSON calls a value."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
