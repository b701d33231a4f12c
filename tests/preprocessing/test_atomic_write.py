"""Files are written as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocr.errors import OcrError
from preprocessing.atomic_write import atomic_write


def test_a_full_disk_is_told_and_leaves_no_part(tmp_path: Path) -> None:
    def full(part: Path) -> None:
        part.write_bytes(b"half")
        raise RuntimeError("flush dest failure failed (errno = 28, 'No space left on device')\nmore")

    (tmp_path / "a.h5").write_bytes(b"old")
    with pytest.raises(OcrError, match=r"a\.h5: cannot be written \(flush.*No space left on device'\)\)"):
        atomic_write(tmp_path / "a.h5", full)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.h5": b"old"}
