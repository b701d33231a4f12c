"""Replace the parts of Markdown pages that a measurement makes, and leave the rest as it was written.

A part stands between two comments, `<!-- six-rows: made by ... -->` and `<!-- six-rows: end -->`.
"""

from __future__ import annotations

import re
from pathlib import Path

from ocr.errors import OcrError


def filled(text: str, name: str, part: str) -> str:
    """Return a page's text with `part` between the comments of `name`; raises OcrError unless these are there once."""
    found = re.compile(rf"(<!-- {re.escape(name)}: made by [^\n]*-->\n).*?(<!-- {re.escape(name)}: end -->)", re.DOTALL)
    if len(found.findall(text)) != 1:
        raise OcrError(f"expected one part <!-- {name}: made by ... --> to <!-- {name}: end -->, found none or several")
    return found.sub(lambda match: f"{match[1]}\n{part.strip()}\n\n{match[2]}", text)


def fill(page: Path, name: str, part: str) -> None:
    """Write `part` between the comments of `name` in a file; raises OcrError, which names the file."""
    try:
        text = filled(page.read_text(encoding="utf-8"), name, part)
    except OcrError as error:
        raise OcrError(f"{page}: {error}") from error
    page.write_text(text, encoding="utf-8")
