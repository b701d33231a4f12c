"""Fill Markdown templates with the figures of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def render(template: Path, **values: Any) -> str:
    """Fill the fields of a Markdown template and return the page, which ends with one line break.

    Fields are those of `str.format`: `{count:,}`, `{record[seed]}`, `{record[size][0]}`; `{{` stands for a brace.
    """
    return template.read_text(encoding="utf-8").format(**values).rstrip("\n") + "\n"
