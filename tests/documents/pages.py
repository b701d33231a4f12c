"""What the Markdown pages hold: command lines and Python."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])
CHINESE = ".zh-CN.md"

KNOWN = ("suanshi", "python", "pip", "make", "dask", "curl")
"""First words of command lines."""


def block_commands(page: Path) -> Iterator[list[str]]:
    """Yield the command lines in a page's blocks, split into words: of fences marked sh, and of indented blocks whose
    first line begins with one of KNOWN. Comments and line continuations are gone; of `[--option A|B]` the option stays,
    with its first value."""
    for token in MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8")):
        shell = token.type == "fence" and token.info in ("sh", "bash")
        text = token.content.replace("\\\n", " ")
        first = _words(text.splitlines()[0])[:1] if token.type == "code_block" else []
        if shell or (first and _is_known(first[0])):
            for line in text.splitlines():
                if words := _words(line):
                    yield words


def inline_commands(page: Path) -> Iterator[list[str]]:
    """Yield the command lines in a page's sentences and tables, split into words."""
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8")):
        for child in token.children or []:
            if child.type == "code_inline" and " " in child.content:
                words = _words(child.content.replace("\n", " "))
                if words and _is_known(words[0]):
                    yield words


def python_blocks(page: Path) -> list[str]:
    """Return the Python in a page's blocks, in order."""
    tokens = MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8"))
    return [token.content for token in tokens if token.type == "fence" and token.info == "python"]


def _is_known(word: str) -> bool:
    return word in KNOWN


def _words(line: str) -> list[str]:
    line = re.sub(r"\[(--[^\]]*)\]", r"\1", line)
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return []
    while words and re.fullmatch(r"[A-Z_]+=\S+", words[0]):
        words = words[1:]
    return [
        word.split("|")[0] if re.fullmatch(r"[a-z]+(\|[a-z]+)+", word) else word.removesuffix("...")
        for word in words
        if word != "..."
    ]
