"""Progress in a file: a line now and then, and nothing for what is soon done."""

from __future__ import annotations

import re

import pytest

from suanshi.progress import progress


def test_a_file_gets_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(total=40, unit="image", every=0) as bar:
        for _ in range(4):
            bar.update(10)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) >= 4
    assert all(re.match(r"suanshi: \d+ of 40 images, \d\d:\d\d elapsed, ", line) for line in lines)


def test_short_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(progress(range(9), total=9, unit="page")) == list(range(9))
    assert capsys.readouterr().err == ""
