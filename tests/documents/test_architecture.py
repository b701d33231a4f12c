"""docs/architecture.md: what it names is there, and its style draws."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_files_and_folders_of_the_page_exist() -> None:
    named = set(re.findall(r"`((?:ocr|preprocessing|generators|suanshi|benchmarks|tests)/[\w/.]*)`", PAGE))
    assert len(named) > 15
    assert not [name for name in named if not (ROOT / name).exists()]


def test_the_style_of_the_page_draws() -> None:
    from generators.styles.sampler import faces

    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    for text in ("8x8=?", "a B"):
        picture = names["LOOKS"]["mine"](text, faces("train"), np.random.default_rng(0))
        assert picture.shape == (60, 40 * len(text), 3)
        assert picture.min() < 128 < picture.max()
