"""Watch every request: a line in the log, a count in the metrics, headers that keep browsers careful."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)

KNOWN = ("/recognize", "/models", "/health", "/ready", "/metrics", "/docs", "/openapi.json")
"""Paths that are counted by their name; the rest is the page."""
QUIET = ("/health", "/ready", "/metrics")
"""Paths that others ask for every few seconds: they are not logged while all is well."""

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The page loads nothing from other servers, and no other site shows it in a frame."""
DOCS = "/docs"
"""Swagger UI begins with a script within its page."""

Count = Callable[[str, int, float, str | None], None]
"""Takes path, status, seconds and the reason of a refusal."""


class Observed:
    """ASGI middleware around the whole service."""

    def __init__(self, app: ASGIApp, count: Count) -> None:
        self._app = app
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell of it when it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status, size = 0, 0
        state = scope.setdefault("state", {})
        path = scope["path"]

        async def receive_counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            return message

        async def send_watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                if not path.startswith(DOCS):
                    headers["Content-Security-Policy"] = CONTENT_POLICY
            await send(message)

        try:
            await self._app(scope, receive_counted, send_watched)
        except Exception:
            status = 500
            raise
        finally:
            seconds = time.perf_counter() - began
            refusal = state.get("refusal")
            self._count(path if path in KNOWN else "page", status, seconds, refusal)
            if path not in QUIET or status >= 400:
                about = {"images": state.get("images"), "refusal": refusal, "detail": state.get("detail")}
                _log.info(
                    "request",
                    extra={
                        "method": scope["method"], "path": path[:200], "status": status, "bytes": size,
                        "milliseconds": round(1000 * seconds, 1), "client": (scope.get("client") or ("",))[0],
                        **{name: value for name, value in about.items() if value is not None},
                    },
                )  # fmt: skip
