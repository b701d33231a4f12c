"""Pages that are made of records are what the last records make."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from benchmarks.documents.__main__ import command

ROOT = Path(__file__).parents[2]


def test_pages_are_what_the_records_make(tmp_path: Path, call: Callable[..., Result]) -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    results = sorted((ROOT / "benchmarks" / "results").glob("*.json"))
    for file in (*pages, *results):
        copy = tmp_path / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    call(command, "--root", tmp_path)
    others = [
        file.name
        for file in pages
        if file.read_text(encoding="utf-8") != (tmp_path / file.relative_to(ROOT)).read_text(encoding="utf-8")
    ]
    assert not others, "python -m benchmarks.documents writes them anew"
