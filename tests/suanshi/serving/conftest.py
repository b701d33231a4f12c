"""A service in a process of its own, and a client that asks it over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[3]
PATIENCE = 120
"""Seconds after which a test gives a service up."""


@dataclass
class Service:
    """A started `suanshi serve`."""

    process: subprocess.Popen[bytes]
    url: str
    client: httpx.Client
    log: Path

    def recognize(self, **given: Any) -> httpx.Response:
        """POST /recognize."""
        return self.client.post("/recognize", **given)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, list[dict[str, Any]]]:
        """End the service by a signal: its exit code, and the lines of its log."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        return code, [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[Service]:
    """Start `suanshi serve` on a free port with more arguments, and end it."""
    command = [sys.executable, "-m", "suanshi", "serve", "--port", "0", *arguments]
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as stderr:
            process = subprocess.Popen(command, stderr=stderr, env=variables)
        try:
            url = _listening(process, log)
            with httpx.Client(base_url=url, timeout=PATIENCE) as client:
                yield Service(process, url, client, log)
        finally:
            process.kill()
            process.wait(PATIENCE)


def _listening(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return where a service listens, once it does."""
    for _ in range(10 * PATIENCE):
        for line in log.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n") and '"listening"' in line:
                return str(json.loads(line)["url"])
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"the service does not listen: {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """A service as it is by default, shared by tests that don't change it."""
    with serving() as started:
        yield started


@pytest.fixture
def serve() -> Callable[..., Any]:
    """A function that starts a service with other arguments."""
    return serving


@pytest.fixture(scope="module")
def module_serve() -> Callable[..., Any]:
    """`serve` for fixtures of a module."""
    return serving
