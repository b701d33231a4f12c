"""Settings of the service: where it listens, and the limits within which it works."""

from __future__ import annotations

from dataclasses import dataclass, field

from ocr.errors import OcrError
from ocr.inference.parallel import available_cores

KEY_VARIABLE = "SUANSHI_API_KEY"
"""The environment variable that holds the key, where it is not given."""
PROFITABLE_THREADS = 4
"""Reading threads that pay at most: decoding of texts holds Python's lock, networks and images do not."""


def reading_threads() -> int:
    """Return how many threads read by default: the cores that this process may use, up to PROFITABLE_THREADS."""
    return min(available_cores(), PROFITABLE_THREADS)


@dataclass(frozen=True)
class ServiceSettings:
    """What a service allows. Raises OcrError for values that cannot be."""

    model: str | None = None
    """Name of a shipped model, or folder of a bundle, for requests that name none; None for the shipped model that
    each image is for."""
    api_key: str | None = field(default=None, repr=False)
    """The key that requests must carry; None for no key."""
    cors: tuple[str, ...] = ()
    """Origins of other sites whose pages may ask, such as https://example.org; "*" for all."""
    max_body: int = 16_000_000
    """Bytes of a request's body."""
    max_bodies: int = 256_000_000
    """Bytes of all bodies together that are held at a time."""
    max_files: int = 64
    """Images in a request."""
    seconds: float = 30.0
    """Time that the body of a request may take to arrive, and then its images to be read."""
    header_seconds: float = 10.0
    """Time that the head of a request may take to arrive on a new connection."""
    queue: int = 256
    """Images that may wait to be read."""
    batch: int = 16
    """Images that are read at once at most."""
    wait: float = 0.003
    """Seconds that a batch waits at most for more images, where others were read just now."""
    threads: int = field(default_factory=reading_threads)
    """Batches that are read at once, each in a thread of its own."""
    connections: int = 1000
    """Connections that are open at a time; more are answered 503."""

    def __post_init__(self) -> None:
        for name in ("max_body", "max_bodies", "max_files", "queue", "batch", "threads", "connections"):
            if getattr(self, name) < 1:
                raise OcrError(f"{name} is {getattr(self, name)}, expected at least 1")
        if self.queue < self.max_files:
            raise OcrError(f"queue is {self.queue}, less than the {self.max_files} images that a request may have")
        for name in ("seconds", "header_seconds"):
            if not 0 < getattr(self, name) < float("inf"):
                raise OcrError(f"{name} is {getattr(self, name)}, expected a number of seconds above 0")
        if self.api_key is not None and not (self.api_key.isascii() and self.api_key.isprintable() and self.api_key):
            raise OcrError("the API key is empty or holds characters that no HTTP header can carry")
