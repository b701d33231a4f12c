from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

Write = Callable[..., Any]


@pytest.fixture
def images(tmp_path: Path, write_grey: Write) -> list[Path]:
    """Images of 1+2*3, 7/2 and 1/(2-2), the second with a Chinese name."""
    folder = tmp_path / "images"
    folder.mkdir()
    paths = [folder / name for name in ("a.png", "算式 二.png", "c.png")]
    for path, text in zip(paths, ("1+2*3", "7/2", "1/(2-2)"), strict=True):
        Image.fromarray(write_grey(text)).save(path)
    return paths
