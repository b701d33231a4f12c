"""A file that one run holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from preprocessing.lock import LockedError, open_locked, remove_locked


def test_a_file_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    path = tmp_path / "a"
    file = open_locked(path)
    with pytest.raises(LockedError, match="another run is writing it"):
        open_locked(path)
    remove_locked(path, file)
    assert not path.exists()
    open_locked(path).close()


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of Unix")
def test_links_and_pipes_in_its_place_are_refused(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"")
    (tmp_path / "link").symlink_to("victim")
    (tmp_path / "nowhere").symlink_to("new")
    os.mkfifo(tmp_path / "pipe")
    for name, why in (("link", "is a link"), ("nowhere", "is a link"), ("pipe", "is a pipe")):
        with pytest.raises(LockedError, match=why):
            open_locked(tmp_path / name)
    assert (tmp_path / "victim").read_bytes() == b""
    assert not (tmp_path / "new").exists()
