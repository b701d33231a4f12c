"""A service in a process of its own, and a client that asks it over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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

    process: subprocess.Popen[str]
    url: str
    client: httpx.Client
    headers: dict[str, str] = field(default_factory=dict)

    def recognize(self, **given: Any) -> httpx.Response:
        """POST /recognize."""
        return self.client.post("/recognize", **given)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, list[dict[str, Any]]]:
        """End the service by a signal: its exit code, and the lines of its log that were not read yet."""
        self.process.send_signal(number)
        assert self.process.stderr is not None
        lines = [json.loads(line) for line in self.process.stderr]
        return self.process.wait(PATIENCE), lines


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[Service]:
    """Start `suanshi serve` on a free port with more arguments, and end it."""
    command = [sys.executable, "-m", "suanshi", "serve", "--port", "0", *arguments]
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=variables)
    try:
        assert process.stderr is not None
        events = (json.loads(line) for line in process.stderr if line.startswith("{"))
        url = next(line["url"] for line in events if line["event"] == "listening")
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            yield Service(process, url, client)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


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
