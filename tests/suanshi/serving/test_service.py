"""The other addresses of the service, and how it starts and ends."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest


def test_addresses_beside_recognize(service: Any) -> None:
    assert service.client.get("/health").json() == {"status": "ok"}
    names = [each["name"] for each in service.client.get("/models").json()]
    assert {"arithmetic", "captcha", "formula"} <= {*names}
    page = service.client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "<html" in page.text


@pytest.mark.parametrize("path", ["/nope", "/../app.py", "/%2e%2e/app.py", "/..%2fapp.py", "//etc/passwd"])
def test_no_other_file_can_be_read(service: Any, path: str) -> None:
    answer = service.client.get(service.url + path)
    assert answer.status_code == 404
    assert answer.json()["title"] == "Not Found"


def test_a_method_that_there_is_not(service: Any) -> None:
    answer = service.client.get("/recognize")
    assert answer.status_code in (404, 405)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it(serve: Callable[..., Any], number: int, code: int) -> None:
    with serve() as started:
        assert started.client.get("/health").status_code == 200
        assert started.stop(number)[0] == code
