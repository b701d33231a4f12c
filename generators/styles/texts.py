"""What captchas say: the text that is drawn and the text that a reader is to answer, at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

import numpy as np

from ocr.text.any_captcha import CHARACTERS

TIMES = "×"
NUMERALS, FORMAL = "零一二三四五六七八九十", "零壹贰叁肆伍陆柒捌玖拾"
UNLIKE = "2345678bcdefgmnpwxy"
"""Characters that some programs keep to since they are hard to mistake."""

_SETS = (
    (digits, 0.14),
    (ascii_lowercase, 0.10),
    (ascii_uppercase, 0.12),
    (ascii_letters, 0.12),
    (digits + ascii_uppercase, 0.16),
    (digits + ascii_lowercase, 0.14),
    (digits + ascii_letters, 0.19),
    (UNLIKE, 0.03),
)
_LENGTHS = (
    (1, 0.01),
    (2, 0.02),
    (3, 0.05),
    (4, 0.38),
    (5, 0.22),
    (6, 0.18),
    (7, 0.05),
    (8, 0.05),
    (9, 0.02),
    (10, 0.02),
)


__all__ = ["CHARACTERS", "Captcha", "arithmetic", "captcha_text", "chinese", "letters"]


@dataclass(frozen=True)
class Captcha:
    """A text as it is drawn, blanks and all, and as a reader is to answer it."""

    drawn: str
    answer: str


def _one(choices: tuple[tuple[str, float], ...] | tuple[tuple[int, float], ...], rng: np.random.Generator) -> object:
    values, weights = zip(*choices, strict=True)
    return values[int(rng.choice(len(values), p=np.array(weights) / sum(weights)))]


def letters(rng: np.random.Generator) -> Captcha:
    """Return a text captcha: one to ten characters, mostly four to six, of one of several alphabets."""
    alphabet, length = str(_one(_SETS, rng)), int(str(_one(_LENGTHS, rng)))
    text = "".join(alphabet[int(i)] for i in rng.integers(0, len(alphabet), length))
    return Captcha(text, text)


def _number(rng: np.random.Generator, places: int | None = None) -> int:
    """Return a number of one, two or rarely three digits."""
    places = places or int(rng.choice([1, 2, 3], p=[0.58, 0.36, 0.06]))
    return int(rng.integers(10 ** (places - 1) if places > 1 else 0, 10**places))


def _sign(rng: np.random.Generator) -> tuple[str, str]:
    """Return an operator as drawn and as answered: an x for times is drawn in one of its ways."""
    answer = str(rng.choice(list("+-×*/÷"), p=[0.31, 0.27, 0.2, 0.1, 0.05, 0.07]))
    drawn = str(rng.choice(["×", "x", "X"], p=[0.5, 0.35, 0.15])) if answer == TIMES else answer
    return drawn, answer


def _end(rng: np.random.Generator) -> tuple[str, str]:
    """Return what stands behind an expression, as drawn and as answered."""
    drawn = str(rng.choice(["=?", "=", "", "= ?", " = ?", " =", "?"], p=[0.42, 0.22, 0.14, 0.06, 0.09, 0.06, 0.01]))
    return drawn, drawn.replace(" ", "")


def arithmetic(rng: np.random.Generator) -> Captcha:
    """Return two numbers and an operator; at times three or four, brackets, or an operand that is missing."""
    kind, gap = rng.random(), " " if rng.random() < 0.3 else ""
    places = None if rng.random() < 0.6 else int(rng.choice([1, 2]))
    count = 2 if kind < 0.74 else int(rng.choice([2, 3, 4], p=[0.2, 0.7, 0.1]))
    numbers = [str(_number(rng, places)) for _ in range(count)]
    signs = [_sign(rng) for _ in range(count - 1)]
    if len({sign for _, sign in signs} & set("×*")) == 2:  # no program writes both
        signs = [("*", "*") if sign == TIMES else (drawn, sign) for drawn, sign in signs]
    drawn, answer = list(numbers), list(numbers)
    if kind > 0.88 and count > 2:
        first = int(rng.integers(0, count - 1))
        for parts in (drawn, answer):
            parts[first], parts[first + 1] = "(" + parts[first], parts[first + 1] + ")"
    if rng.random() < 0.02:
        drawn[0], answer[0] = "-" + drawn[0], "-" + answer[0]
    before, after = _end(rng)
    if kind < 0.05 and count == 2:  # 3+?=8
        missing = int(rng.integers(2))
        drawn[missing] = answer[missing] = "?"
        result = str(_number(rng))
        before, after = f"{gap}={gap}{result}", f"={result}"
    written = drawn[0] + "".join(f"{gap}{sign}{gap}{part}" for (sign, _), part in zip(signs, drawn[1:], strict=True))
    spoken = answer[0] + "".join(sign + part for (_, sign), part in zip(signs, answer[1:], strict=True))
    return Captcha(written + before, spoken + after)


def _chinese_number(number: int, formal: bool) -> str:
    """Return a number from 0 to 99 in Chinese: 十二, 二十, 贰拾叁."""
    numerals = FORMAL if formal else NUMERALS
    tens, ones = divmod(number, 10)
    if number <= 10:
        return numerals[number]
    first = "" if tens == 1 and not formal else numerals[tens]
    return first + numerals[10] + (numerals[ones] if ones else "")


def chinese(rng: np.random.Generator) -> Captcha:
    """Return a sum in Chinese, all of it or in part: 壹加贰等于?, 3加5=?, 七乘以八等于几."""
    formal, mixed = bool(rng.random() < 0.4), rng.random()
    numbers = [int(rng.integers(0, 11 if rng.random() < 0.75 else 100)) for _ in range(2)]
    parts = [str(n) if mixed < 0.2 else _chinese_number(n, formal) for n in numbers]
    if rng.random() < 0.04:
        parts = ["两" if part == "二" else part for part in parts]
    signs = ["加", "减", "乘", "除", "加上", "减去", "乘以", "除以"]
    sign = str(rng.choice(signs, p=[0.28, 0.24, 0.14, 0.06, 0.06, 0.06, 0.1, 0.06]))
    if 0.2 < mixed < 0.35:
        sign = str(rng.choice(list("+-×÷")))
    end = str(
        rng.choice(
            ["等于", "等于?", "等于几", "等于多少", "等于几?", "等于多少?", "=?", "=", "是多少", "是几", ""],
            p=[0.16, 0.24, 0.08, 0.08, 0.05, 0.05, 0.14, 0.08, 0.04, 0.02, 0.06],
        )
    )
    text = parts[0] + sign + parts[1] + end
    return Captcha(text, text)


TEXTS: tuple[tuple[str, Callable[[np.random.Generator], Captcha], float], ...] = (
    ("text", letters, 0.53),
    ("arithmetic", arithmetic, 0.43),
    ("arithmetic", chinese, 0.04),
)
"""Kinds of texts, what makes them, and their shares."""


def captcha_text(rng: np.random.Generator, kind: str | None = None) -> Captcha:
    """Return a text of a kind, "text" or "arithmetic", or of any."""
    chosen = [(make, weight) for name, make, weight in TEXTS if kind in (None, name)]
    weights = np.array([weight for _, weight in chosen])
    return chosen[int(rng.choice(len(chosen), p=weights / weights.sum()))][0](rng)
