"""What the service refuses: strangers without the key, other sites, slow clients, more than it can hold."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"
IMAGE = {"file": ("0.png", (EXAMPLES / "0.png").read_bytes())}
PAGE = {"file": ("page.png", (EXAMPLES / "page.png").read_bytes())}
ORIGIN = "https://example.org"


@pytest.fixture(scope="module")
def guarded(module_serve: Callable[..., Any]) -> Any:
    """A service with a key and one other site that may ask."""
    with module_serve("--cors", ORIGIN, SUANSHI_API_KEY="sesame") as started:
        yield started


@pytest.mark.parametrize("path", ["/models", "/metrics"])
def test_without_the_key_nothing_is_told(guarded: Any, path: str) -> None:
    assert guarded.client.get(path).status_code == 401
    assert guarded.client.get(path, headers={"X-API-Key": "sesame"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-API-Key": "sesam"}, {"X-API-Key": "sesame2"}, {"X-API-Key": ""}, {"Authorization": "Bearer open"},
     {"Authorization": "sesame"}, {"Authorization": "Basic sesame"}, {"X-API-Key": b"s\xe9same"}],
)  # fmt: skip
def test_a_wrong_key_reads_nothing(guarded: Any, headers: dict[str, Any]) -> None:
    answer = guarded.recognize(files=IMAGE, headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "API key" in answer.json()["detail"]


@pytest.mark.parametrize("headers", [{"X-API-Key": "sesame"}, {"Authorization": "Bearer sesame"}])
def test_the_key_opens(guarded: Any, headers: dict[str, str]) -> None:
    assert guarded.recognize(files=IMAGE, headers=headers).json()["value"] == "45"


@pytest.mark.parametrize("path", ["/health", "/", "/docs", "/openapi.json"])
def test_what_needs_no_key(guarded: Any, path: str) -> None:
    assert guarded.client.get(path).status_code == 200


def test_the_named_site_may_ask_and_no_other(guarded: Any, service: Any) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "X-API-Key"}
    for started, origin, allowed in (
        (guarded, ORIGIN, True),
        (guarded, "https://evil.example", False),
        (service, ORIGIN, False),
    ):
        asked = started.client.options("/recognize", headers={"Origin": origin, **asking})
        assert (asked.headers.get("access-control-allow-origin") == origin) is allowed
        answer = started.recognize(files=IMAGE, headers={"Origin": origin, "X-API-Key": "sesame"})
        assert (answer.headers.get("access-control-allow-origin") == origin) is allowed


def test_more_than_may_wait_is_refused_at_once(serve: Callable[..., Any]) -> None:
    with serve("--queue", "1", "--threads", "1") as started:
        together = threading.Barrier(24)

        def ask(_: int) -> httpx.Response:
            together.wait()
            return httpx.post(f"{started.url}/recognize", files=PAGE, timeout=120)

        with ThreadPoolExecutor(24) as pool:
            answers = list(pool.map(ask, range(24)))
        refused = [each for each in answers if each.status_code == 503]
        read = [each for each in answers if each.status_code == 200]
        assert refused
        assert read
        assert len(refused) + len(read) == 24
        assert {each.headers["retry-after"] for each in refused} == {"1"}
        assert "ask again" in refused[0].json()["detail"]
        assert len({each.text for each in read}) == 1
        metrics = started.client.get("/metrics").text
        assert f'suanshi_refusals_total{{reason="queue"}} {len(refused)}.0' in metrics


def test_slow_clients_are_given_up(serve: Callable[..., Any]) -> None:
    beginnings = (b"", b"POST /recog", b"GET /health HTTP/1.1\r\nHost: a\r\nX-A: 1")
    body = b"POST /recognize HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 9\r\n\r\nab"
    with serve("--seconds", "1") as started:
        address = httpx.URL(started.url)
        opened = [socket.create_connection((address.host, address.port), 60) for _ in (*beginnings, body)]
        for each, said in zip(opened, (*beginnings, body), strict=True):
            each.sendall(said)
        *silent, told = [each.recv(64) for each in opened]
        assert silent == 3 * [b""]
        assert told.startswith(b"HTTP/1.1 408 ")
        for each in opened:
            each.close()


def test_a_huge_head_is_refused(service: Any) -> None:
    address = httpx.URL(service.url)
    with socket.create_connection((address.host, address.port), 60) as huge:
        huge.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n" + 200 * (b"X-A: " + 1000 * b"a" + b"\r\n"))
        assert huge.recv(64).startswith(b"HTTP/1.1 4")


def test_only_this_machine_is_listened_to(service: Any) -> None:
    assert service.url.startswith("http://127.0.0.1:")
