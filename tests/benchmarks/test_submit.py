"""The benchmark of `suanshi submit`, on a few pages and a reader that needs no training."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

from benchmarks.submit import __main__ as submit


def test_submit(grey_bundle: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "submit.json"
    options = ["--pages", "2", "--rounds", "1", "--jobs", "1", "--killed", "1", "--out", str(out)]
    result = CliRunner().invoke(submit.command, ["--model", str(grey_bundle()), *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    record = json.loads(out.read_text(encoding="utf-8"))
    assert record["jobs"]["same_bytes"]
    assert record["jobs"]["1"]["peak_mib"] > 10
    assert record["killed"]["same_bytes"]
    assert record["killed_on_a_cluster"]["same_bytes"]
    assert "| 1 " in result.output
