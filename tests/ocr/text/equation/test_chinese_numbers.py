import itertools

import pytest

from ocr.errors import ExpressionError
from ocr.text.equation.chinese_numbers import COMPLETE, DIGITS, NUMERALS, chinese_number, chinese_value, next_part


@pytest.mark.parametrize("formal", [False, True])
def test_every_number_comes_back(formal: bool) -> None:
    spelled = [chinese_number(value, formal=formal) for value in range(1000)]
    assert [chinese_value(text) for text in spelled] == list(range(1000))
    assert len(set(spelled)) == 1000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0),
        ("〇", 0),
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("一十二", 12),
        ("二十", 20),
        ("二十三", 23),
        ("贰拾叁", 23),
        ("拾", 10),
        ("一百", 100),
        ("两百", 200),
        ("一百零五", 105),
        ("一百一十", 110),
        ("九百九十九", 999),
        ("一二", 12),
        ("三〇五", 305),
        ("零七", 7),
    ],
)
def test_spellings(text: str, value: int) -> None:
    assert chinese_value(text) == value


@pytest.mark.parametrize(
    "text", ["", "百", "百一", "二十十", "十零", "一百二", "一百零", "一百五五", "一二三四", "十一二", "3", "加"]
)
def test_others_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="not a Chinese number"):
        chinese_value(text)


def test_numbers_out_of_range_are_refused() -> None:
    for value in (-1, 1000):
        with pytest.raises(ExpressionError, match="0 to 999"):
            chinese_number(value)


def test_a_number_may_end_exactly_where_it_has_a_value() -> None:
    for size in range(1, 4):
        for chars in itertools.product("零一两十百叁拾", repeat=size):
            part: str | None = ""
            for char in chars:
                part = None if part is None else next_part(part, char)
            try:
                assert 0 <= chinese_value("".join(chars)) <= 999
                assert part in COMPLETE
            except ExpressionError:
                assert part not in COMPLETE
    assert len(set(NUMERALS)) == len(NUMERALS) == len(DIGITS) + 3
