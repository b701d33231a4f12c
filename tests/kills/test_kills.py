"""A command that is killed goes on to the same bytes; `python -m tests.kills` kills each of them twenty times."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.kills.__main__ import kill_often
from tests.kills.runs import RUNS


@pytest.mark.skipif(os.name != "posix", reason="sessions of Unix")
@pytest.mark.parametrize("name", ["submit", "generate"])
def test_a_killed_command_ends_with_the_same_bytes(name: str, tmp_path: Path) -> None:
    figures = kill_often(RUNS[name], 2, random.Random(3), tmp_path)
    assert figures.kills == 2
    assert figures.ended >= 1
    assert figures.differ == 0
