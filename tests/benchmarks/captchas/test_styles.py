"""The picture of the looks of captchas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from benchmarks.captchas import styles
from generators.styles.sampler import looks


def test_every_look_is_in_the_picture_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name: draw for name, draw in looks().items() if name.startswith(("plain.form.", "java.hutool."))}
    monkeypatch.setattr(styles, "looks", lambda: known)
    result = CliRunner().invoke(styles.main, ["--accuracy", "2", "--out", str(tmp_path / "new" / "styles.png")])
    assert result.exit_code == 0, result.output
    assert [line.split()[-1] for line in result.output.splitlines()] == [*known, "mixture"]
    with Image.open(tmp_path / "new" / "styles.png") as picture:
        assert len(np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0)) > 50
