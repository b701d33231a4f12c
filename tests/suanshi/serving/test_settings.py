"""Settings of the service, and how the command refuses wrong ones."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Any

import pytest

from ocr.errors import OcrError
from suanshi.serving.settings import ServiceSettings


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"max_body": 0}, "max_body is 0"),
        ({"threads": 0}, "threads is 0"),
        ({"queue": 3, "max_files": 4}, "queue is 3"),
        ({"seconds": float("nan")}, "seconds is nan"),
        ({"header_seconds": 0.0}, "header_seconds is 0"),
        ({"api_key": ""}, "API key is empty"),
        ({"api_key": "a\nb"}, "no HTTP header can carry"),
        ({"api_key": "钥匙"}, "no HTTP header can carry"),
    ],
)
def test_settings_that_cannot_be_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(OcrError, match=words):
        ServiceSettings(**given)


def test_no_key_is_printed() -> None:
    assert "sesame" not in repr(ServiceSettings(api_key="sesame"))


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "suanshi", "serve", *arguments], capture_output=True, text=True, timeout=120
    )


def test_an_address_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("--port", str(port))
    assert done.returncode == 1
    assert done.stderr == f"suanshi: 127.0.0.1:{port}: Address already in use\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--model", "nowhere"), "nowhere"), (("--api-key", ""), "API key is empty"), (("--port", "99999"), "port")],
)
def test_a_wrong_call_is_told(arguments: tuple[str, ...], words: str) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
