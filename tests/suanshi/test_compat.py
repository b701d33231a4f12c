"""The drop-in for ddddocr: its arguments and forms of answers, and what it says that it does not do."""

from __future__ import annotations

import base64
from pathlib import Path
from string import ascii_letters, ascii_lowercase, digits
from typing import Any

import pytest
from PIL import Image

import suanshi
from suanshi.compat import DdddOcr

EXAMPLES = Path(__file__).parents[2] / "examples"
FILE = EXAMPLES / "captchas" / "0.png"
SUM = EXAMPLES / "0.png"
TEXT = suanshi.recognize(FILE).text


@pytest.mark.parametrize(
    "image",
    [FILE.read_bytes(), base64.b64encode(FILE.read_bytes()).decode(), FILE, str(FILE), Image.open(FILE)],
    ids=lambda image: type(image).__name__,
)
def test_every_form_of_image_gives_the_text(image: Any) -> None:
    assert TEXT
    assert DdddOcr(show_ad=False).classification(image) == TEXT


def test_options_of_ddddocr_are_taken(capsys: pytest.CaptureFixture[str]) -> None:
    reader = DdddOcr(True, False, True, beta=True, use_gpu=True, device_id=1)
    assert reader.classification(FILE.read_bytes(), png_fix=True) == TEXT
    assert reader.classification(FILE.read_bytes(), colors=[], custom_color_ranges=None) == TEXT
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("keys", [("charsets", "probability"), ("charset", "probabilities")])
def test_the_documented_loop_over_probabilities_gives_the_text(keys: tuple[str, str]) -> None:
    reader = DdddOcr()
    for image, chosen in ((SUM, None), (FILE, None), (FILE, digits)):
        if chosen:
            reader.set_ranges(chosen)
        found = reader.classification(image, probability=True)
        assert isinstance(found, dict)
        charset, rows = (found[key] for key in keys)
        assert "".join(charset[row.index(max(row))] for row in rows) == found["text"] == reader.classification(image)
        assert all(sum(row) == pytest.approx(1) for row in rows)
        assert 0 < found["confidence"] <= 1
        if chosen:
            assert {*charset} == {"", *digits}


def test_what_holds_no_text_gives_none() -> None:
    blank = Image.new("RGB", (120, 40), "white")
    assert DdddOcr().classification(blank) == ""
    found = DdddOcr().classification(blank, probability=True)
    assert isinstance(found, dict)
    assert (found["text"], found["probability"]) == ("", [])


@pytest.mark.parametrize(
    ("given", "text"), [("TG10", "0TG1"), (["T", "G", "I", "O", "O"], "OTGI"), (5, "0TGI"), (6, "0TGI"), ("AB", "0TGI")]
)
def test_ranges_restrict_the_characters(given: Any, text: str) -> None:
    reader = DdddOcr()
    assert reader.classification(FILE) == TEXT == "0TGI"
    reader.set_ranges(given)
    assert reader.classification(FILE) == text


@pytest.mark.parametrize(("number", "characters"), [(0, digits), (1, ascii_lowercase), (3, ascii_letters)])
def test_numbers_stand_for_characters(number: int, characters: str) -> None:
    reader = DdddOcr()
    reader.set_ranges(number)
    text = reader.classification(FILE)
    assert text
    assert {*text} <= {*characters}


def test_seven_is_all_but_letters_and_digits() -> None:
    reader = DdddOcr()
    reader.set_ranges(7)
    found = reader.classification(Image.new("L", (120, 40), 255), probability=True)
    assert isinstance(found, dict)
    assert {"+", "=", "加"} < {*found["charset"]}
    assert not {*found["charset"]} & {*ascii_letters, *digits}


@pytest.mark.parametrize(
    ("given", "words"), [(8, "range is 8"), (-1, "range is -1"), ("a龘", "'龘'"), ("", "is empty")]
)
def test_ranges_that_cannot_be_are_refused(given: Any, words: str) -> None:
    with pytest.raises(suanshi.OcrError, match=words):
        DdddOcr().set_ranges(given)


def test_what_is_no_image_is_told() -> None:
    with pytest.raises(suanshi.UnreadableImageError):
        DdddOcr().classification(b"no image")


@pytest.mark.parametrize(
    ("given", "words"),
    [({"det": True}, "detect objects"), ({"ocr": False}, "sliders"), ({"import_onnx_path": "a.onnx"}, "suanshi train")],
)
def test_what_it_does_not_do_is_told_at_once(given: dict[str, Any], words: str) -> None:
    with pytest.raises(NotImplementedError, match=words):
        DdddOcr(**given)


def test_methods_that_it_does_not_have_are_told() -> None:
    reader = DdddOcr()
    for method in (reader.detection, reader.slide_match, reader.slide_comparison):
        with pytest.raises(NotImplementedError, match="keep ddddocr"):
            method(b"", b"")
    with pytest.raises(NotImplementedError, match="colors"):
        reader.classification(FILE, colors=["red"])


def test_a_model_of_ones_own_reads() -> None:
    assert DdddOcr(model="arithmetic").classification(SUM) == "9*(3+2)"
