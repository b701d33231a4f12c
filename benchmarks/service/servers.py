"""Services in processes of their own: ours, and the one that comes with ddddocr."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

PATIENCE = 120
"""Seconds that a service may take to start, or to end."""
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Running:
    """A service that answers."""

    name: str
    port: int
    path: str
    """Path of the address that takes images."""
    process: subprocess.Popen[bytes]

    def memory(self) -> float:
        """Return the megabytes of memory that the process has now (Linux)."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def processor_seconds(self) -> float:
        """Return the seconds of processor time that the process has had (Linux)."""
        after_name = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def ours(*arguments: str) -> Iterator[Running]:
    """Start `suanshi serve` on a free port."""
    port = _free_port()
    command = [sys.executable, "-m", "suanshi", "serve", "--port", str(port), *arguments]
    with _started("Suanshi", command, port, "/recognize", ready="/ready") as running:
        yield running


@contextmanager
def theirs(python: str) -> Iterator[Running]:
    """Start ddddocr's own service with an interpreter that has `ddddocr[api]`, and have it load its network.

    Version 1.6.1 has two of them: this one, and that of `python -m ddddocr api`, which answers every image with 500.
    """
    port = _free_port()
    run = f"from ddddocr.api import run_server; run_server(host='127.0.0.1', port={port})"
    with _started("ddddocr", [python, "-c", run], port, "/ocr", ready="/health") as running:
        told = post(running, "/initialize", {"ocr": True})
        if not told.get("success"):
            raise click.ClickException(f"ddddocr's service does not load its network: {told.get('message')}")
        yield running


def post(running: Running, path: str, content: dict[str, Any]) -> dict[str, Any]:
    """Send JSON to a service and return what it answers."""
    head = {"Content-Type": "application/json"}
    url = f"http://127.0.0.1:{running.port}{path}"
    asked = urllib.request.Request(url, json.dumps(content).encode(), head)
    with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
        return dict(json.load(answer))


@contextmanager
def _started(name: str, command: Sequence[str], port: int, path: str, *, ready: str) -> Iterator[Running]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)} if name == "Suanshi" else dict(os.environ)
    try:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    except OSError as error:
        raise click.ClickException(f"{command[0]}: {error.strerror}; expected a Python interpreter") from error
    try:
        _wait(process, command, f"http://127.0.0.1:{port}{ready}")
        yield Running(name, port, path, process)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(process: subprocess.Popen[bytes], command: Sequence[str], url: str) -> None:
    began = time.monotonic()
    while True:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE):
                return
        except OSError as error:  # not listening yet, or not ready
            if process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise click.ClickException(f"{' '.join(command)}: does not answer ({error})") from error
            time.sleep(0.05)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
