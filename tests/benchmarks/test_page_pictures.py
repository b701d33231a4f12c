"""The pictures of docs/final-pages.md."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

from benchmarks.page_pictures import __main__ as page_pictures

Call = Callable[..., Result]


def test_pictures_of_all_stages(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_pictures, "SIZE", (800, 400))
    call(page_pictures.command, "--out", tmp_path / "pictures", "--lines", 3)
    names = {path.stem for path in (tmp_path / "pictures").iterdir()}
    assert {"final-page", "final-lines", "final-joined-ink", "final-joined-foreign", "final-look"} <= names


def test_pictures_are_laid_out_in_two_columns() -> None:
    sheet: Any = page_pictures.below([np.zeros((20, width, 3), np.uint8) for width in (30, 40, 50)])
    assert sheet.shape == (2 * 30, 40 + 10 + 50 + 10, 3)
