"""The other addresses of the service, and how it starts and ends."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"


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


@pytest.mark.slow
def test_a_signal_under_load_loses_no_request_that_was_begun(serve: Callable[..., Any]) -> None:
    with serve() as started:
        image = (EXAMPLES / "0.png").read_bytes()
        answered: list[str] = []

        def ask() -> None:
            with httpx.Client(base_url=started.url, timeout=120) as client:
                while True:
                    try:
                        answer = client.post("/recognize", files={"file": ("0.png", image)})
                    except httpx.ConnectError:  # it accepts none any more
                        return
                    except httpx.TransportError:  # on a connection that it closed just now: it did not begin
                        continue
                    answered.append(answer.json()["value"])

        with ThreadPoolExecutor(8) as pool:
            asking = [pool.submit(ask) for _ in range(8)]
            while len(answered) < 40:
                time.sleep(0.01)
            code, lines = started.stop()
            for each in asking:
                each.result()
        begun = [line["status"] for line in lines if line["event"] == "request"]
        assert code == 0
        assert {*answered} == {"45"}
        assert begun == len(answered) * [200]


def test_docs_and_page_load_nothing_from_other_servers(service: Any) -> None:
    for path in ("/docs", "/"):
        text = service.client.get(path).text
        assert not re.findall(r"""(?:src|href|url\()\s*[=(]?\s*["']?(?:https?:)?//""", text)
    for link in re.findall(r'(?:src|href)="([^"]+)"', service.client.get("/docs").text):
        assert service.client.get(f"/{link}").status_code == 200
    assert "frame-ancestors 'none'" in service.client.get("/").headers["content-security-policy"]


def test_the_description_tells_what_is_taken_and_answered(service: Any) -> None:
    described = service.client.get("/openapi.json").json()["paths"]
    assert {*described} == {"/recognize", "/models", "/health", "/ready", "/metrics"}
    operation = described["/recognize"]["post"]
    assert {"400", "401", "408", "413", "415", "422", "503"} < {*operation["responses"]}
    examples = operation["requestBody"]["content"]["application/json"]["examples"]
    for example in examples.values():
        answers = service.recognize(json=example["value"]).json()
        for answer in answers if isinstance(answers, list) else [answers]:
            assert answer["text"]
    answer = operation["responses"]["200"]["content"]["application/json"]["examples"]["one image"]["value"]
    sent = {"file": EXAMPLES.joinpath("0.png").read_bytes()}
    assert {*answer, "problem"} == {*service.recognize(files=sent).json()}  # FastAPI leaves out what is null
