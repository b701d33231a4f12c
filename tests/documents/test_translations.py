"""Chinese pages say the same as the English ones beside them, as far as a program can tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.documents.pages import CHINESE, PAGES, ROOT, block_commands
from tests.documents.test_links import links

TRANSLATED = [page for page in PAGES if page.name.endswith(CHINESE)]


def english(page: Path) -> Path:
    return page.with_name(page.name.replace(CHINESE, ".md"))


def shape(page: Path) -> list[str]:
    """Return the levels of a page's headings, its tables by their rows, and its pictures, in order."""
    found = []
    rows = 0
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8")):
        if token.type == "heading_open":
            found.append(token.tag)
        rows += token.type == "tr_open"
        if token.type == "table_close":
            found.append(f"{rows} rows")
            rows = 0
        found += [str(child.attrs["src"]) for child in token.children or [] if child.type == "image"]
    return found


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: page.name)
def test_headings_tables_pictures_and_commands_are_the_same(page: Path) -> None:
    assert shape(page) == shape(english(page))
    assert [*block_commands(page)] == [*block_commands(english(page))]


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: page.name)
def test_each_language_keeps_its_readers(page: Path) -> None:
    """A page links its translation; its other links lead to pages in its own language, where there are any."""
    assert page.name in links(english(page))
    assert english(page).name in links(page)
    for link in links(page):
        name = link.partition("#")[0]
        target = (page.parent / name).resolve()
        if re.fullmatch(r"[\w./-]+\.md", name) and not name.endswith(CHINESE) and target != english(page).resolve():
            assert not target.with_name(target.name.replace(".md", CHINESE)).exists(), link


def test_some_pages_are_translated() -> None:
    assert ROOT / "README.zh-CN.md" in TRANSLATED
    assert len(TRANSLATED) > 8
