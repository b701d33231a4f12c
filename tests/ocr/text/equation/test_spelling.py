import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.text.equation import EQUATION, canonical


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8x8=?", "8×8=?"),
        ("8 X 8 = ?", "8×8=?"),
        ("２－５ｘ７＝？", "2-5×7=?"),
        ("3−1", "3-1"),
        ("3 – 1", "3-1"),
        ("3—1=", "3-1="),
        ("3∗4", "3*4"),
        ("3*4", "3*4"),
        ("3✕4×5", "3×4×5"),
        ("6／2", "6/2"),
        ("6÷2", "6÷2"),
        ("（3＋5）x（2）", "(3+5)×(2)"),
        ("?x3=9", "?×3=9"),
        ("3x?=9", "3×?=9"),
        ("3x-5", "3×-5"),
        ("三x五", "三×五"),
        ("一\u3000加\u00a0二等于？", "一加二等于?"),
        ("x3", "x3"),
        ("3x", "3x"),
        ("3xx5", "3xx5"),
        ("kXp", "kXp"),
        ("", ""),
    ],
)
def test_spellings(text: str, expected: str) -> None:
    assert canonical(text) == expected


@given(st.text() | st.text("0123xX×*+-−—（）()＝=？? 三加等于", max_size=12))
def test_twice_is_once(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(st.integers(0, 2**32 - 1), st.sampled_from("xX×✕"), st.booleans(), st.sampled_from(["", " ", "\u3000"]))
def test_every_spelling_of_an_equation_leads_back(seed: int, times: str, wide: bool, blank: str) -> None:
    text = EQUATION.sample(np.random.default_rng(seed))
    assert canonical(text) == text
    spelled = text.replace("×", times)
    if wide:
        spelled = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in spelled)
    assert canonical(blank.join(spelled)) == text
