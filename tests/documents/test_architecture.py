"""docs/architecture.md, in both languages: what it names is there, and its style draws."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PAGES = [(ROOT / "docs" / f"architecture{ending}").read_text(encoding="utf-8") for ending in (".md", ".zh-CN.md")]


@pytest.mark.parametrize("page", PAGES, ids=("English", "Chinese"))
def test_files_and_folders_of_the_page_exist(page: str) -> None:
    named = set(re.findall(r"`((?:ocr|preprocessing|generators|suanshi|benchmarks|tests)/[\w/.]*)`", page))
    assert len(named) > 15
    assert not [name for name in named if not (ROOT / name).exists()]


@pytest.mark.parametrize("page", PAGES, ids=("English", "Chinese"))
def test_the_style_of_the_page_draws(page: str) -> None:
    from generators.styles.sampler import faces

    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    for text in ("8x8=?", "a B"):
        picture = names["LOOKS"]["mine"](text, faces("train"), np.random.default_rng(0))
        assert picture.shape == (60, 40 * len(text), 3)
        assert picture.min() < 128 < picture.max()
