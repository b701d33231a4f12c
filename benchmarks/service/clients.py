"""Clients that ask a service one request after the other, and note how long each took."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from statistics import median


@dataclass
class Load:
    """Time, statuses and durations of a number of requests."""

    seconds: float = 0.0
    """Time from the first request to the last answer."""
    times: list[float] = field(default_factory=list, repr=False)
    """Seconds that each request took."""
    statuses: dict[int, int] = field(default_factory=dict)
    """Number of requests by the status of their answer."""

    @property
    def per_second(self) -> float:
        """Images that were read in a second."""
        return self.statuses.get(200, 0) / self.seconds

    def milliseconds(self, share: float) -> float:
        """Return the time within which this share of the requests was answered."""
        return 1000 * sorted(self.times)[min(len(self.times) - 1, int(share * len(self.times)))]

    @property
    def middle(self) -> float:
        """The median time of a request, in milliseconds."""
        return 1000 * median(self.times)


def json_request(path: str, image: bytes) -> bytes:
    """Return an HTTP request that posts an image as base64 in JSON, as both services take it."""
    body = json.dumps({"image": base64.b64encode(image).decode()}).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


def load(
    port: int, requests: Sequence[bytes], *, clients: int, count: int, watch: Callable[[int], None] = lambda done: None
) -> Load:
    """Have `clients` send `count` of the requests, in turns, each when its last is answered, over open connections.

    `watch` is told how many were answered. Raises OSError where the service does not answer.
    """
    return asyncio.run(_load(port, islice(cycle(requests), count), clients, watch))


async def _load(port: int, requests: Iterator[bytes], clients: int, watch: Callable[[int], None]) -> Load:
    result = Load()
    began = time.perf_counter()
    await asyncio.gather(*(_client(port, requests, result, watch) for _ in range(clients)))
    result.seconds = time.perf_counter() - began
    return result


async def _client(port: int, requests: Iterator[bytes], result: Load, watch: Callable[[int], None]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in requests:
            began = time.perf_counter()
            writer.write(request)
            status = await _answer(reader)
            result.times.append(time.perf_counter() - began)
            result.statuses[status] = result.statuses.get(status, 0) + 1
            watch(len(result.times))
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    """Take in an answer and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(lines[0].split()[1])
