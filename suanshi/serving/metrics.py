"""What Prometheus asks about: requests, seconds, batches, images, refusals, and the memory of the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.responses import Response

from suanshi.serving.answers import Answer

SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
IMAGES = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """Counts of one service; labels have few values, whatever clients send."""

    def __init__(self, waiting: Callable[[], float]) -> None:
        """`waiting` returns how many images wait to be read."""
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "suanshi_requests", "Requests by path and status.", ("path", "status"), registry=registry
        )
        self._seconds = Histogram(
            "suanshi_request_seconds", "Time from the head of a request to the end of its answer.", ("path",),
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self._images = Counter(
            "suanshi_images", "Images by what they show, and whether trusted.", ("kind", "trusted"), registry=registry
        )
        self._batches = Histogram(
            "suanshi_batch_images", "Images that were read at once.", buckets=IMAGES, registry=registry
        )
        self._refusals = Counter(
            "suanshi_refusals", "Requests that were refused, by the reason.", ("reason",), registry=registry
        )
        Gauge("suanshi_waiting_images", "Images that wait to be read.", registry=registry).set_function(waiting)

    def request(self, path: str, status: int, seconds: float, refusal: str | None) -> None:
        """Count a request that was answered."""
        self._requests.labels(path, status).inc()
        self._seconds.labels(path).observe(seconds)
        if refusal is not None:
            self._refusals.labels(refusal).inc()

    def batch(self, size: int) -> None:
        """Count a batch of images that are read at once."""
        self._batches.observe(size)

    def images(self, answers: Iterable[Answer]) -> None:
        """Count what became of images."""
        for answer in answers:
            read = answer.recognition
            kind = "unreadable" if read is None else read.kind if read.text else "nothing"
            self._images.labels(kind, "false" if read is None else str(read.trusted).lower()).inc()

    def page(self) -> Response:
        """Return all of it in Prometheus' text format."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)
