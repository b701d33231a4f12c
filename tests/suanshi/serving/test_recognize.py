"""POST /recognize over HTTP: forms, JSON and images, and what is said of wrong ones."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

import suanshi

EXAMPLES = Path(__file__).parents[3] / "examples"
IMAGE = (EXAMPLES / "0.png").read_bytes()
OTHER = (EXAMPLES / "1.png").read_bytes()
TEXT = base64.b64encode(IMAGE).decode()


def check(answer: dict[str, Any], image: bytes, **told: Any) -> None:
    """Compare an answer with what the library reads in the image."""
    expected = suanshi.recognize(image, **told).to_dict()
    for name in ("confidence", "characters"):  # the size of a batch moves the last digits
        answer.pop(name), expected.pop(name)
    about = {name: answer.pop(name) for name in ("file", "width", "height")}
    assert answer == expected
    assert (about["width"], about["height"]) == (180, 60)


@pytest.mark.parametrize(
    "request_",
    [
        {"files": {"file": ("0.png", IMAGE)}},
        {"files": {"image": ("0.png", IMAGE, "image/png")}},
        {"content": IMAGE, "headers": {"Content-Type": "image/png"}},
        {"content": IMAGE, "headers": {"Content-Type": "application/octet-stream"}},
        {"json": {"image": TEXT}},
        {"json": {"image": f"data:image/png;base64,{TEXT}"}},
        {"files": {"image": (None, TEXT)}},
    ],
)
def test_one_image_is_answered_by_an_object(service: Any, request_: dict[str, Any]) -> None:
    answer = service.recognize(**request_)
    assert answer.status_code == 200, answer.text
    check(answer.json(), IMAGE)


@pytest.mark.parametrize(
    "request_",
    [
        {"files": [("file", ("0.png", IMAGE)), ("file", ("1.png", OTHER))]},
        {"files": [("files", ("0.png", IMAGE)), ("files", ("1.png", OTHER))]},
        {"json": {"images": [TEXT, base64.urlsafe_b64encode(OTHER).decode().rstrip("=")]}},
    ],
)
def test_several_images_are_answered_by_a_list(service: Any, request_: dict[str, Any]) -> None:
    answers = service.recognize(**request_).json()
    for answer, image in zip(answers, (IMAGE, OTHER), strict=True):
        check(answer, image)


def test_a_list_of_one_or_none_is_a_list(service: Any) -> None:
    assert len(service.recognize(files={"files": ("0.png", IMAGE)}).json()) == 1
    assert len(service.recognize(json={"images": [TEXT]}).json()) == 1
    assert service.recognize(json={"images": []}).json() == []


def test_in_a_list_an_unreadable_image_has_a_problem(service: Any) -> None:
    sent = [("files", ("0.png", IMAGE)), ("files", ("notes.txt", b"no image")), ("files", ("1.png", OTHER))]
    good, bad, last = service.recognize(files=sent).json()
    assert (good["file"], good["value"], last["text"]) == ("0.png", "45", "1-9+9")
    assert bad["text"] is None
    assert bad["problem"].startswith("notes.txt: is not an image")


@pytest.mark.parametrize(
    ("told", "of_library"),
    [
        ({"kind": "text"}, {"kind": "text"}),
        (
            {"kind": "text", "alphabet": "0123456789", "length": "5-7"},
            {"kind": "text", "alphabet": "0123456789", "length": (5, 7)},
        ),
        ({"model": "captcha"}, {"model": "captcha"}),
        ({"case": "ignore", "length": "7"}, {"case": "ignore", "length": 7}),
    ],
)  # fmt: skip
def test_what_is_told_counts_in_every_form(service: Any, told: dict[str, str], of_library: dict[str, Any]) -> None:
    raw = {"content": IMAGE, "headers": {"Content-Type": "image/png"}}
    answers = [
        service.recognize(files={"file": ("0.png", IMAGE)}, data=told),
        service.recognize(json={"image": TEXT, **told}),
        service.recognize(params=told, **raw),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        check(answer.json(), IMAGE, **of_library)


def test_explain_gives_a_picture(service: Any) -> None:
    sent = {"image": TEXT}
    assert "explain" not in service.recognize(json=sent).json()
    answer = service.recognize(json={**sent, "explain": True}).json()
    kind, _, picture = answer["explain"].partition(",")
    assert kind == "data:image/png;base64"
    assert suanshi.recognize(base64.b64decode(picture)) is not None


@pytest.mark.parametrize(
    ("status", "words", "request_"),
    [
        (400, "no JSON", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
        (400, "nested too deeply", {"content": b"[" * 99_000, "headers": {"Content-Type": "application/json"}}),
        (400, "more than 100000 values", {"content": b"[" * 200_000, "headers": {"Content-Type": "application/json"}}),
        (400, "the form is damaged", {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}}),
        (413, "larger than 16000000 bytes", {"content": bytes(16_000_001), "headers": {"Content-Type": "image/png"}}),
        (413, "more than 64 images", {"files": 65 * [("files", ("0.png", b""))]}),
        (413, "more than 64 images", {"json": {"images": 65 * [TEXT]}}),
        (415, "expected multipart/form-data", {"content": IMAGE}),
        (415, "text/plain", {"content": IMAGE, "headers": {"Content-Type": "text/plain"}}),
        (422, "is empty (0 bytes)", {"content": b"", "headers": {"Content-Type": "image/png"}}),
        (422, "notes.txt: is not an image of a known format", {"files": {"file": ("notes.txt", b"hello")}}),
        (422, "'/etc/passwd' is not base64 text", {"json": {"image": "/etc/passwd"}}),
        (422, "is not base64 text", {"json": {"image": str(EXAMPLES / "0.png")}}),
        (422, "is not base64 text", {"json": {"image": "http://127.0.0.1:1/a.png"}}),
        (422, "is not base64 text", {"files": {"file": (None, str(EXAMPLES / "0.png"))}}),
        (422, "its base64 is damaged", {"json": {"image": "data:image/png;base64,!!!"}}),
        (422, "holds no image", {"json": {}}),
        (422, "a list, expected a JSON object", {"json": [TEXT]}),
        (422, "image is a number", {"json": {"image": 5}}),
        (422, "images is text, expected a list", {"json": {"images": TEXT}}),
        (422, "'colour' is not known", {"json": {"image": TEXT, "colour": 1}}),
        (422, "kind is 'sum'", {"json": {"image": TEXT, "kind": "sum"}}),
        (422, "case is 'upper'", {"json": {"image": TEXT, "case": "upper"}}),
        (422, "alphabet is a list", {"json": {"image": TEXT, "alphabet": ["a"]}}),
        (422, "more than once", {"json": {"image": TEXT, "alphabet": "aa"}}),
        (422, "length is 'x'", {"json": {"image": TEXT, "length": "x"}}),
        (422, "expected at least 1", {"json": {"image": TEXT, "length": [6, 4]}}),
        (422, "explain is 'maybe'", {"json": {"image": TEXT, "explain": "maybe"}}),
        (422, "for captchas, not for pages", {"json": {"image": TEXT, "kind": "page", "length": 4}}),
        (422, "expected one of", {"json": {"image": TEXT, "model": "/etc"}}),
        (422, "expected one of", {"json": {"image": TEXT, "model": str(EXAMPLES)}}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(service: Any, status: int, words: str, request_: dict[str, Any]) -> None:
    answer = service.recognize(**request_)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = answer.json()
    assert told["status"] == status
    assert words in told["detail"]
    assert service.recognize(files={"file": ("0.png", IMAGE)}).status_code == 200
