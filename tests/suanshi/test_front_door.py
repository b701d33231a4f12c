"""One import for everything that reads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ocr
import suanshi

ROOT = Path(__file__).parents[2]


def test_the_names_are_those_of_the_reader() -> None:
    assert {*suanshi.__all__} == {*ocr.__all__, "Drawing", "draw", "__version__"}
    assert all(getattr(suanshi, name) is getattr(ocr, name) for name in ocr.__all__)
    assert suanshi.__version__.count(".") >= 1
    assert {*suanshi.__all__} <= {*dir(suanshi)}
    with pytest.raises(AttributeError, match="poetry"):
        suanshi.poetry  # noqa: B018


def test_an_image_is_read_by_one_import() -> None:
    answer = suanshi.recognize(ROOT / "examples" / "1.png")
    assert (answer.text, answer.value, answer.kind) == ("1-9+9", 1, "arithmetic")
    assert answer.to_dict()["value"] == "1"


def test_the_command_is_a_module_too() -> None:
    called = subprocess.run([sys.executable, "-m", "suanshi", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert called.returncode == 0
    assert "recognize" in called.stdout
