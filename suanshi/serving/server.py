"""Run the service with uvicorn until Ctrl-C or SIGTERM, and finish what was begun."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from types import FrameType

import uvicorn

from suanshi.serving.app import create_app
from suanshi.serving.connection import limited
from suanshi.serving.log import log_lines
from suanshi.serving.settings import ServiceSettings

BACKLOG = 2048
"""Connections that may wait to be accepted."""

_log = logging.getLogger(__name__)


def run(settings: ServiceSettings, host: str, port: int) -> None:
    """Serve on `host` and `port`, 0 for any that is free, until a signal ends it.

    Logs `listening` with the address once connections are accepted. Raises BundleError, and OSError for an address that
    cannot be listened on.
    """
    with listener(host, port) as listening:
        server = configured(settings)
        log_lines()
        signal.signal(signal.SIGTERM, _exit)  # uvicorn raises its signal again when all is done
        _log.info("listening", extra={"url": url(listening)})
        server.run(sockets=[listening])


def configured(settings: ServiceSettings) -> uvicorn.Server:
    """Return uvicorn with the service and its limits. Raises BundleError."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(settings), http=limited(settings.header_seconds), loop="asyncio", ws="none", lifespan="on",
            log_config=None, access_log=False, server_header=False,
            limit_concurrency=settings.connections, timeout_graceful_shutdown=2 * round(settings.seconds) + 1,
        )
    )  # fmt: skip


def listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address. Raises OSError, which names it."""
    try:
        (family, _, _, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        # The name's own errors have negative numbers, and their words.
        number = error.errno or 0
        words = os.strerror(number) if number > 0 else error.strerror
        raise OSError(number, words, f"{host}:{port}") from error


def url(listening: socket.socket) -> str:
    """Return the address of a socket that listens."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(0)
