"""The journal of a run: entries are kept whatever happens, and one run at a time writes them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ocr.submission.journal import Entry, Journal, JournalError

ENTRIES = [
    Entry("1+1", "2", 0.9, None),
    Entry("", None, 0.0, "流: 没有", readable=False),
    Entry("1/0", None, 0.5, "no"),
]


def test_a_journal_keeps_its_entries(tmp_path: Path) -> None:
    path = tmp_path / "r.part"
    with Journal(path, "a", total=3, block=2) as journal:
        journal.append(ENTRIES[:2])
        journal.append(ENTRIES[2:])
        assert list(journal.entries()) == ENTRIES
    lines = path.read_bytes().splitlines(keepends=True)
    forged = {**asdict(ENTRIES[2]), "text": "1+1 2\n3+3"}, {**asdict(ENTRIES[2]), "confidence": float("inf")}
    wrong = [
        *(json.dumps(each).encode() + b"\n" for each in forged),
        b"{}\n",
        b"\0\0\0\n",
        b"null\n",
        json.dumps({"text": "1"}).encode() + b"\n",
    ]
    for kept, content in [
        (3, lines),
        (2, lines[:3]),
        (0, lines[:2]),
        *((2, [*lines[:3], line]) for line in wrong),
        (0, [lines[0], wrong[0], *lines[2:]]),
        (3, [*lines, lines[-1]]),
        (0, [lines[0][:-3]]),
        (0, []),
    ]:
        path.write_bytes(b"".join(content))
        with Journal(path, "a", total=3, block=2) as journal:
            assert (journal.done, journal.restarted) == (kept, False)
            journal.append(ENTRIES[kept:])
        assert path.read_bytes() == b"".join(lines)
    with Journal(path, "b", total=3, block=2) as journal:
        assert (journal.done, journal.restarted) == (0, True)


def test_one_run_at_a_time_writes_a_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")
    path = tmp_path / "r.part"
    with Journal(path, "a", total=3, block=2) as journal:
        journal.append(ENTRIES[:2])
        with pytest.raises(JournalError, match="another run"):
            Journal(path, "a", total=3, block=2)
        lock, held = fcntl.flock, [journal]

        def late(file: Any, how: int) -> None:
            """The other run ends between our opening the journal and locking it."""
            if held:
                held.pop().remove()
            lock(file, how)

        monkeypatch.setattr(fcntl, "flock", late)
        with Journal(path, "a", total=3, block=2) as second:
            assert second.done == 0
            assert path.exists()
