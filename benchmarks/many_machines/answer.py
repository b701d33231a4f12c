"""A worker's answer, with what it took: in a file of its own, which the worker's process can import."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ocr.submission.block import Block
from ocr.submission.journal import Entry


@dataclass(frozen=True)
class Answer:
    """Answers of a worker about a block of pages, with the seconds and bytes that they took."""

    entries: list[Entry]
    seconds: float
    mebibytes: float
    """The most memory that it ever had; 0 where the system does not tell."""


def measured(work: Callable[[Block], list[Entry]], block: Block) -> Answer:
    """Do a block, and tell what it took."""
    begun = time.process_time()
    entries = work(block)
    seconds = time.process_time() - begun
    status = Path("/proc/self/status")
    most = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return Answer(entries, seconds, int(most[1]) / 1024 if most else 0.0)
