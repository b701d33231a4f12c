"""A connection of uvicorn's with limits that it lacks: time for the head of a request, and a soft end."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

SOFT_END = 1.0
"""Seconds that an idle connection stays open once the service is ending: a request may be on its way on it."""


class Connection(H11Protocol):
    """HTTP/1.1 by h11, which bounds the head of a request to 64 KB.

    A connection that begins a request and does not finish its head in time is closed, as is one that goes on sending
    after it was answered. When the service ends, idle connections answer what comes within SOFT_END before they close.
    """

    header_seconds = 10.0
    """Set by a subclass: see `limited`."""

    _deadline: asyncio.TimerHandle | None = None
    _ending = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Take in what came, and wait for the rest of a head."""
        super().data_received(data)
        if self._answering:
            self._expect_nothing()
            if self._ending:
                self.cycle.keep_alive = False
        elif self._deadline is None:
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the time limit."""
        self._expect_nothing()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End after the answer that is due or, without one, after SOFT_END."""
        self._ending = True
        if self._answering:
            super().shutdown()
        else:
            self.loop.call_later(SOFT_END, self._end)

    @property
    def _answering(self) -> bool:
        """Whether a request is here that has no whole answer yet."""
        return self.cycle is not None and not self.cycle.response_complete

    def _end(self) -> None:
        if not self.transport.is_closing():
            super().shutdown()

    def _expect_head(self) -> None:
        self._deadline = self.loop.call_later(self.header_seconds, self._give_up)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self._answering and not self.transport.is_closing():
            self.transport.close()


def limited(header_seconds: float) -> type[Any]:
    """Return a Connection with another time limit, for uvicorn's option `http`."""
    return type("LimitedConnection", (Connection,), {"header_seconds": header_seconds})
