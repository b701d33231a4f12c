"""The log: a JSON object a line for each request, without images; metrics count the same."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

IMAGE = (Path(__file__).parents[3] / "examples" / "0.png").read_bytes()


def test_requests_are_logged_and_counted(serve: Callable[..., Any]) -> None:
    with serve() as started:
        text = base64.b64encode(IMAGE).decode()
        for sent in ({"image": text}, {"images": [text, text]}, {"image": "no image"}):
            started.recognize(json=sent)
        damaged = {"content": b"no form", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}
        assert started.recognize(**damaged).status_code == 400
        started.client.get("/health")
        started.client.get("/nope%0A{")
        counted = {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(started.client.get("/metrics").text)
            for sample in family.samples
        }
        code, lines = started.stop()
    assert code == 0
    asked = [line for line in lines if line["event"] == "request"]
    told = [(line["method"], line["path"], line["status"], line.get("images")) for line in asked]
    posts = [
        ("POST", "/recognize", status, images) for status, images in ((200, 1), (200, 2), (422, None), (400, None))
    ]
    assert told == [*posts, ("GET", "/nope\n{", 404, None)]
    assert asked[0]["bytes"] > len(text)
    assert all(line["level"] == "info" and line["milliseconds"] > 0 for line in asked)
    assert "is not base64" in asked[2]["detail"]
    assert text[:80] not in str(lines)
    assert "9*(3+2)" not in str(lines)
    assert counted["suanshi_requests_total", "/recognize", "200"] == 2
    assert counted["suanshi_requests_total", "/recognize", "422"] == 1
    assert counted["suanshi_requests_total", "page", "404"] == 1
    assert counted["suanshi_images_total", "arithmetic", "true"] == 3
    assert counted["suanshi_refusals_total", "request"] == 1
    assert counted["suanshi_batch_images_sum",] == 3
    assert counted["process_resident_memory_bytes",] > 1e7
