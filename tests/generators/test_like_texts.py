"""Texts of the form of given ones."""

from __future__ import annotations

import re

import numpy as np
import pytest

from generators.like_texts import LikeTexts
from ocr.text.equation import EQUATION


def made(texts: list[str], count: int = 200, **settings: object) -> list[str]:
    like = LikeTexts(texts, **settings)  # type: ignore[arg-type]
    return [like(np.random.default_rng(seed)) for seed in range(count)]


def test_digits_and_letters_change_within_their_class() -> None:
    found = made(["aB3", "xY77"])
    assert all(re.fullmatch(r"[a-z][A-Z][0-9]{1,2}", text) for text in found)
    assert {text[0] for text in found} == set("abcdefghijklmnopqrstuvwxyz")
    assert len(set(found)) > 100


def test_operators_are_those_of_the_texts_and_signs_stay() -> None:
    found = made(["3+5=?", "12-7=?"], allowed=EQUATION.contains)
    assert all(re.fullmatch(r"(\d[+-]\d|\d\d[+-]\d)=\?", text) for text in found)
    assert {re.sub(r"[^+-]", "", text) for text in found} == {"+", "-"}
    assert all(EQUATION.contains(text) for text in found)


def test_chinese_numerals_stay_among_those_seen() -> None:
    found = made(["三加五等于?", "七减二等于?"])
    assert all(text[0] in "三五七二" and text.endswith("等于?") for text in found)
    assert {text[1] for text in found} == set("加减")


def test_what_many_texts_lack_is_left_out() -> None:
    texts = ["".join(np.random.default_rng(seed).choice(list("2345678"), 6)) for seed in range(60)]
    assert set("".join(made(texts))) == set("2345678")
    assert LikeTexts(texts).characters == "2345678"
    assert set("".join(made(texts[:3]))) == set("0123456789")


def test_texts_that_are_not_allowed_do_not_come() -> None:
    assert set(made(["12"], allowed=lambda text: text[0] != text[1])) <= {f"{a}{b}" for a in range(10)
                                                                          for b in range(10) if a != b}  # fmt: skip
    assert set(made(["12"], count=5, allowed=lambda text: False)) == {"12"}


def test_the_same_seed_gives_the_same_text_and_none_gives_none() -> None:
    assert made(["aB3"], 20) == made(["aB3"], 20)
    with pytest.raises(ValueError, match="some texts"):
        LikeTexts([])
