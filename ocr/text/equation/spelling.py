"""One spelling for each equation: ASCII where there is an ASCII form, × for every times sign but *, no blanks."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from ocr.text.equation.chinese_numbers import NUMERALS

TIMES = "×xX"
"""The characters that a cross between two operands is read as."""

_SAME: Mapping[str, str] = MappingProxyType(
    {
        "-": "−–—‐‑‒―﹣➖",
        "+": "﹢➕",
        "*": "∗⁎﹡✱",
        "×": "✕✖⨯╳·∙⋅",
        "÷": "➗",
        "/": "∕⁄",
        "=": "﹦",
        "?": "﹖",
        "": "\u200b\u200c\u200d\ufeff",  # of no width
    }
)
_TABLE: Mapping[int, str] = MappingProxyType(
    {ord(char): same for same, chars in _SAME.items() for char in chars}
    | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # the full-width forms of ! to ~
)
_CROSS = re.compile(rf"(?<=[0-9)?几{NUMERALS}])[xX](?=[-0-9(?几{NUMERALS}])")


def canonical(text: str) -> str:
    """Return the canonical spelling of an equation: `８ x 8 ＝？` is `8×8=?`.

    Full-width forms, the many dashes and the other signs for one operator become one; blanks go; an `x` or `X` between
    two operands is ×. Applying it twice changes nothing more. It is for equations: of the text captcha `6x42` it would
    make `6×42`.
    """
    return _CROSS.sub("×", "".join(text.translate(_TABLE).split()))
