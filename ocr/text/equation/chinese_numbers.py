"""Chinese numbers from 0 to 999: 十二, 二十三, 贰拾叁, 一百零五, 两百, and digit by digit 一二 or 三〇五."""

from collections.abc import Mapping
from types import MappingProxyType

from ocr.errors import ExpressionError

SIMPLE = "零一二三四五六七八九十"
FORMAL = "零壹贰叁肆伍陆柒捌玖拾"
HUNDRED = "百"
LARGEST = 999

DIGITS: Mapping[str, int] = MappingProxyType(
    {char: value for digits in (SIMPLE, FORMAL) for value, char in enumerate(digits[:10])} | {"〇": 0, "两": 2}
)
TENS = SIMPLE[10] + FORMAL[10]
NUMERALS = "".join(DIGITS) + TENS + HUNDRED
"""Every character of a Chinese number, each once."""

COMPLETE = frozenset({"unit", "zero", "pair", "tens", "hundreds", "last"})
"""The parts of a number after which it may end; `next_part` names them all."""

_ONWARD: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "": {"digit": "unit", "zero": "zero", "ten": "tens"},
        "unit": {"ten": "tens", "hundred": "hundreds", "digit": "pair", "zero": "pair"},
        "zero": {"digit": "pair", "zero": "pair"},
        "pair": {"digit": "last", "zero": "last"},
        "tens": {"digit": "last"},
        "hundreds": {"zero": "hundreds and zero", "digit": "hundreds and digit"},
        "hundreds and zero": {"digit": "last"},
        "hundreds and digit": {"ten": "tens"},
    }
)


def next_part(part: str, char: str) -> str | None:
    """Return the part of a number that `char` leads to, from "" at its beginning; None when no number goes on so."""
    if char in TENS:
        role = "ten"
    elif char == HUNDRED:
        role = "hundred"
    elif char in DIGITS:
        role = "digit" if DIGITS[char] else "zero"
    else:
        return None
    return _ONWARD.get(part, {}).get(role)


def chinese_number(value: int, *, formal: bool = False) -> str:
    """Spell a number from 0 to 999: 105 is 一百零五, or formally (as on banknotes) 壹百零伍.

    Raises:
        ExpressionError: when it is below 0 or above 999.
    """
    if not 0 <= value <= LARGEST:
        raise ExpressionError(f"{value} has no Chinese spelling here: numbers are 0 to {LARGEST}")
    digits = FORMAL if formal else SIMPLE
    hundreds, rest = divmod(value, 100)
    tens, units = divmod(rest, 10)
    text = digits[hundreds] + HUNDRED if hundreds else ""
    if tens:
        text += (digits[tens] if tens > 1 or hundreds else "") + digits[10]
    elif hundreds and units:
        text += digits[0]
    return text + digits[units] if units or not value else text


def chinese_value(text: str) -> int:
    """Return the integer that a Chinese number stands for.

    Raises:
        ExpressionError: when it is none.
    """
    part: str | None = ""
    for char in text:
        part = None if part is None else next_part(part, char)
    if part not in COMPLETE:
        raise ExpressionError(f"{text!r} is not a Chinese number from 0 to {LARGEST}")
    if all(char in DIGITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        else:  # 十 at the beginning of a number is one ten
            total += max(digit, 1) * (10 if char in TENS else 100)
            digit = 0
    return total + digit
