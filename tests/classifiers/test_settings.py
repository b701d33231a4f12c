"""Settings of a training are kept in its folder, and those of another one refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.settings import check_settings, keep_settings
from ocr.errors import OcrError


def test_settings_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{", encoding="utf-8")
    for check in (check_settings, keep_settings):
        with pytest.raises(OcrError, match=r"settings\.json: cannot be read"):
            check({"seed": 1}, tmp_path)
    (tmp_path / "settings.json").write_text("[]", encoding="utf-8")
    with pytest.raises(OcrError, match="holds no settings"):
        check_settings({"seed": 1}, tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(OcrError, match="file"):
        keep_settings({"seed": 1}, tmp_path / "file")
    with pytest.raises(OcrError, match="file/sub"):
        keep_settings({"seed": 1}, tmp_path / "file" / "sub")
