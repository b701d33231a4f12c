"""suanshi info."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from suanshi.main import suanshi

ROOT = Path(__file__).parents[3]
Save = Callable[..., Path]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, [str(argument) for argument in arguments])


def test_info_shows_a_bundle_and_its_card(grey_bundle: Save, tmp_path: Path) -> None:
    folder = grey_bundle()
    result = call("info", folder)
    assert result.exit_code == 0
    for shown in (folder.name, "0123456789", "height 60, width up to 180", "made for tests", "exact", "1.0", "0.9"):
        assert shown in result.stdout
    assert call("info", "poetry").exit_code == 2
    (folder / "bundle.json").write_text("{")
    result = call("info", folder)
    assert result.exit_code == 2
    assert "not valid JSON" in result.stderr
    assert call("info").exit_code == 0
