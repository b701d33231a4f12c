"""Parts of pages between comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.measuring.markers import fill, filled
from ocr.errors import OcrError

PAGE = "before\n<!-- rows: made by python -m x -->\nold\n<!-- rows: end -->\nafter\n"


def test_a_part_is_replaced_and_the_rest_stays() -> None:
    once = filled(PAGE, "rows", r"new \1")
    assert once == "before\n<!-- rows: made by python -m x -->\n\nnew \\1\n\n<!-- rows: end -->\nafter\n"
    assert filled(once, "rows", r"new \1") == once


@pytest.mark.parametrize("text", ["no part", PAGE + PAGE, PAGE.replace("rows", "other")])
def test_a_page_without_its_place_is_named(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(OcrError, match=r"page\.md: expected one part"):
        fill(page, "rows", "new")
    assert page.read_text(encoding="utf-8") == text
