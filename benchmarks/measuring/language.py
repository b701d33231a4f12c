"""Say the words of generated tables and sentences in English or Chinese."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

Say = Callable[[str], str]

ENDINGS = {"en": ".md", "zh": ".zh-CN.md"}
"""End of the names of pages and templates, by language."""


def words(folder: Path, language: str) -> Say:
    """Return the function from an English phrase to that of a language.

    Chinese phrases stand in `words.zh-CN.json` in the folder of a benchmark, by the English ones; one that lacks there
    is a KeyError.
    """
    if language == "en":
        return str
    known: dict[str, str] = json.loads((folder / "words.zh-CN.json").read_text(encoding="utf-8"))
    return known.__getitem__
