"""Links of all Markdown files: the files are there, and so are the headings that anchors name."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])
CHINESE = ".zh-CN.md"


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as code hosts make them of Markdown."""
    found: Counter[str] = Counter()
    names = set()
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))
            name = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
            names.add(f"{name}-{found[name]}" if found[name] else name)
            found[name] += 1
    return names


def links(page: Path) -> list[str]:
    """Return the targets of a page's links and pictures."""
    tokens = MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))
    children = [child for token in tokens for child in token.children or []]
    return [str(child.attrs[key]) for child in children for key in ("href", "src") if key in child.attrs]


def problem(page: Path, link: str) -> str | None:
    """Return why a link is broken, None where it is not or leads out of the repository."""
    if re.match(r"[a-z]+:", link):
        return None
    name, _, anchor = unquote(link).partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.exists():
        return f"{link}: there is no such file"
    if not target.is_relative_to(ROOT):
        return f"{link}: leads out of the repository"
    if anchor and target.suffix == ".md" and anchor not in anchors(target):
        return f"{link}: there is no such heading"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert not [found for link in links(page) if (found := problem(page, link))]


def test_broken_links_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One `two`: three\n\n# 中文 标题\n\n[a](none.md) ![b](no.png) | [c](#one-two-three)", encoding="utf-8"
    )
    assert anchors(page) == {"one-two-three", "中文-标题"}
    assert links(page) == ["none.md", "no.png", "#one-two-three"]
    assert "no such file" in str(problem(page, "none.md"))
    assert problem(ROOT / "README.md", "#install") is None
    assert "no such heading" in str(problem(ROOT / "README.md", "docs/accuracy.md#nowhere"))
    assert problem(ROOT / "README.md", "https://example.org/") is None
