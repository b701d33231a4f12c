"""Files are written as a whole."""

from __future__ import annotations

import os
import stat
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


@pytest.mark.skipif(os.name != "posix", reason="modes and links of Unix")
def test_nobody_else_can_put_a_link_in_the_place_of_an_unfinished_file(tmp_path: Path) -> None:
    """The folder that it lies in is new, nobody's but ours, and its name is not to be guessed."""
    names: set[str] = set()

    def write(part: Path) -> None:
        names.add(part.parent.name)
        assert stat.S_IMODE(part.parent.stat().st_mode) == 0o700
        assert not part.exists()
        part.write_bytes(b"new")

    before = os.umask(0)
    try:
        for _ in range(3):
            atomic_write(tmp_path / "a.txt", write)
    finally:
        os.umask(before)
    assert len(names) == 3
    assert all(len(name) >= len(".part-") + 32 for name in names)


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"old")
    (tmp_path / "a.txt").symlink_to("victim")
    atomic_write(tmp_path / "a.txt", lambda part: part.write_bytes(b"new"))
    assert (tmp_path / "victim").read_bytes() == b"old"
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert not (tmp_path / "a.txt").is_symlink()


@pytest.mark.skipif(os.name != "posix", reason="pipes of Unix")
def test_pipes_and_what_stands_among_devices_are_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/suanshi.txt")):
        with pytest.raises(OcrError, match="is a pipe or a device"):
            atomic_write(path, lambda part: part.write_bytes(b"new"))
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert not Path("/dev/suanshi.txt").exists()
