"""Versions are those of the packages that are installed."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError

import pytest

from ocr import versions


def test_a_package_that_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(package: str) -> str:
        if package == "tensorflow":
            raise PackageNotFoundError(package)
        return "1.2"

    monkeypatch.setattr(versions, "version", version)
    found = versions.installed_versions("numpy", "tensorflow")
    assert found == {"python": platform.python_version(), "numpy": "1.2"}
