"""Errors as HTTP has them: problem details in JSON (RFC 9457), in the words of the reader's own errors."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 1
"""Seconds after which a client that was refused for want of room may ask again."""

MOST_LOGGED = 200
"""Characters of what was wrong with a request that the log repeats."""


class Refusal(HTTPException):
    """A request that is refused: status, what is wrong with it, and the reason's name in the metrics."""

    def __init__(self, status: int, detail: str, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.reason = reason


def busy(detail: str, reason: str) -> Refusal:
    """Return the refusal of a request for which there is no room now."""
    return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, detail, reason, {"Retry-After": str(RETRY_AFTER)})


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return problem details: `title` is the status' name, `detail` says what is wrong with this request."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return JSONResponse(content, status, dict(headers or {}), MEDIA_TYPE)


async def answer_http_error(request: Request, error: Exception) -> JSONResponse:
    """Answer an HTTPException, of the framework's too: 404, 405."""
    assert isinstance(error, HTTPException)
    detail = error.detail
    if isinstance(error, Refusal):
        request.state.refusal = error.reason
    else:
        detail = _framework_words(request, error)
        request.state.refusal = "address"
    request.state.detail = detail[:MOST_LOGGED]
    return problem(error.status_code, detail, error.headers)


async def answer_fault(request: Request, error: Exception) -> JSONResponse:
    """Answer a fault of the service itself, of which the log has the rest."""
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "the service failed; its log says why")


def _framework_words(request: Request, error: HTTPException) -> str:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return f"{request.url.path}: no such page; POST /recognize reads images, /docs tells the rest"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{request.url.path}: does not take {request.method}"
    return error.detail
