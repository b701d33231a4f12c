"""Reading captchas: what one call allows, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ocr
from ocr.errors import OcrError, UnreadableImageError
from ocr.inference.restrictions import allowed

Save = Callable[..., Path]
Write = Callable[..., Any]

HALF = 3
"""Levels of grey between a character and what stands halfway to its neighbour in the vocabulary."""


@pytest.fixture
def captchas(grey_bundle: Save) -> Path:
    """A bundle whose network reads columns of grey; its characters are 0123456789+-*()/ in the order of darkness."""
    return grey_bundle(task="captcha")


def unsure(write_grey: Write, text: str, place: int) -> Any:
    """Write `text` with the character at `place` a little nearer to itself than to the one before it."""
    image = write_grey(text)
    image[:, 8 * place : 8 * place + 4] += HALF
    image[:, 8 * place] -= 1
    return image


def test_a_captcha_is_read_by_any_kind_of_model(captchas: Path, write_grey: Write) -> None:
    image = write_grey("1(9*")
    for model in (captchas, str(captchas), ocr.load_recognizer(captchas)):
        answer = ocr.recognize_captcha(image, model=model)
        assert (answer.text, answer.value, answer.problem, answer.task) == ("1(9*", None, None, "captcha")
        assert answer.confidence > 0.99


def test_the_alphabet_of_a_call_decides_and_is_forgotten(captchas: Path, write_grey: Write) -> None:
    reader = ocr.load_recognizer(captchas)
    image = unsure(write_grey, "12+4", 2)  # a + that is nearly a 9
    assert ocr.recognize_captcha(image, model=reader).text == "12+4"
    answer = ocr.recognize_captcha(image, model=reader, alphabet="0123456789")
    assert answer.text == "1294"
    assert len(answer.characters) == 4
    assert ocr.recognize_captcha(image, model=reader).text == "12+4"
    assert ocr.recognize_captcha(image, model=reader, alphabet="+421").text == "12+4"


def test_the_confidence_is_among_the_alphabet(grey_bundle: Save, write_grey: Write, monkeypatch: Any) -> None:
    """Characters that a call rules out take nothing from the others, however sure the network is of them."""
    reader = ocr.load_recognizer(grey_bundle(task="captcha", vocabulary="0123456789OABCDE"))
    logits = np.full((1, 4, 17), -30, np.float32)
    logits[0, [1, 3], 0] = logits[0, 2, 4] = 0  # the blank, and a 3
    logits[0, 0, 1], logits[0, 0, 11] = np.log(0.005), np.log(0.995)  # a 0, read as O
    monkeypatch.setattr(reader.session, "run", lambda images, width: [logits.copy()])
    free = ocr.recognize_captcha(write_grey("1"), model=reader)
    assert (free.text, round(free.confidence, 3)) == ("O3", 0.995)
    for length in (None, 2):
        answer = ocr.recognize_captcha(write_grey("1"), model=reader, alphabet="0123456789", length=length)
        assert answer.text == "03"
        assert answer.confidence > 0.99
        assert answer.characters[0].confidence > 0.99


def test_the_length_of_a_call_decides(captchas: Path, write_grey: Write) -> None:
    image = write_grey("12+4")
    image[:, 24:28] = 255 - HALF  # between nothing and a 0, a little nearer to nothing
    image[:, 24] += 1
    for length in (None, 3, (1, 3), (3, 9)):
        assert ocr.recognize_captcha(image, model=captchas, length=length).text == "12+"
    for length in (4, (4, 4), (4, 6)):
        assert ocr.recognize_captcha(image, model=captchas, length=length).text == "12+0"


def test_answers_are_always_among_the_allowed(captchas: Path) -> None:
    reader = ocr.load_recognizer(captchas)
    rng = np.random.default_rng(0)
    # So dark that it is read as something everywhere, in levels that are no character's.
    images = list(rng.integers(150, 256, (12, 1, 15, 1), dtype=np.uint8).repeat(60, 1).repeat(4, 2).repeat(3, 3))
    for alphabet, length in (("0123456789", 3), ("+-", (2, 5)), ("7", 1)):
        least, most = (length, length) if isinstance(length, int) else length
        for answer in reader.recognize(images, grammar=allowed(reader, alphabet=alphabet, length=length)):
            assert answer.text == "" or (set(answer.text) <= set(alphabet) and least <= len(answer.text) <= most)


def test_threads_may_ask_for_different_texts_at_once(captchas: Path, write_grey: Write) -> None:
    reader = ocr.load_recognizer(captchas)
    image = unsure(write_grey, "12+4", 2)
    expected = {None: "12+4", "0123456789": "1294"}
    with ThreadPoolExecutor(4) as pool:
        asked = [None, "0123456789"] * 20
        answers = pool.map(lambda each: ocr.recognize_captcha(image, model=reader, alphabet=each).text, asked)
        assert list(answers) == [expected[each] for each in asked]


def test_a_blank_image_holds_no_text(captchas: Path, write_grey: Write) -> None:
    for length in (None, 4):
        answer = ocr.recognize_captcha(write_grey(""), model=captchas, alphabet="123", length=length)
        assert (answer.text, answer.problem) == ("", "no text found")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"alphabet": ""}, "is empty"),
        ({"alphabet": "121"}, "holds '1' more than once"),
        ({"alphabet": "12é"}, "does not know 'é'"),
        ({"length": 0}, "at least 1"),
        ({"length": -1}, "at least 1"),
        ({"length": (0, 3)}, "at least 1"),
        ({"length": (4, 3)}, "least before the most"),
        ({"length": (1, 2, 3)}, "a whole number or two"),
        ({"length": 2.5}, "a whole number or two"),
        ({"length": "4"}, "a whole number or two"),
    ],
)
def test_impossible_wishes_are_refused(captchas: Path, write_grey: Write, wrong: Any, message: str) -> None:
    with pytest.raises(OcrError, match=message):
        ocr.recognize_captcha(write_grey("1"), model=captchas, **wrong)


def test_other_models_and_other_files_are_refused(grey_bundle: Save, captchas: Path, write_grey: Write) -> None:
    with pytest.raises(OcrError, match="reads arithmetic, not captchas"):
        ocr.recognize_captcha(write_grey("1"), model=grey_bundle())
    with pytest.raises(UnreadableImageError):
        ocr.recognize_captcha(b"no image", model=captchas)


def test_the_models_own_texts_are_the_start(grey_bundle: Save) -> None:
    for grammar, expected in (("captcha", (4, 6)), ("any", (1, None))):
        reader = ocr.load_recognizer(grey_bundle(task="captcha", grammar=grammar))
        texts: Any = allowed(reader, alphabet="42")
        assert (texts.alphabet, texts.shortest, texts.longest) == ("42", *expected)
        assert allowed(reader) is reader.grammar


def test_the_answer_is_the_most_probable_of_the_allowed(grey_bundle: Save, write_grey: Write, monkeypatch: Any) -> None:
    """Not what the columns spell: a 1 is likeliest in the first, nothing in the second, but a 2 is likely in both."""
    reader = ocr.load_recognizer(grey_bundle(task="captcha"))
    shares = np.full((1, 2, 17), 1e-9)
    shares[0, 0, [0, 2, 3]] = 0.1, 0.46, 0.44
    shares[0, 1, [0, 2, 3]] = 0.46, 0.1, 0.44
    monkeypatch.setattr(reader.session, "run", lambda images, width: [np.log(shares).astype(np.float32)])
    answer = ocr.recognize_captcha(write_grey("1"), model=reader, alphabet="12", length=1)
    likely = {text: float(shares[0, 0, n] * (shares[0, 1, [0, n]].sum()) + shares[0, 0, 0] * shares[0, 1, n])
              for text, n in (("1", 2), ("2", 3))}  # fmt: skip
    assert likely["2"] > likely["1"]
    assert answer.text == "2"
    assert ocr.recognize_captcha(write_grey("1"), model=reader).text == "1"
