"""The key that requests must carry, where the service has one."""

from __future__ import annotations

import hmac
from http import HTTPStatus

from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from suanshi.serving.problems import Refusal

_BEARER = HTTPBearer(auto_error=False, description="The key that the service was started with, if any.")
_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same key, in a header of its own.")


class RequiredKey:
    """A dependency of FastAPI that lets requests with the key pass; all of them where there is no key."""

    def __init__(self, key: str | None) -> None:
        self._key = None if key is None else key.encode()

    async def __call__(
        self,
        request: Request,
        bearer: HTTPAuthorizationCredentials | None = Security(_BEARER),  # noqa: B008  as FastAPI has it
        header: str | None = Security(_HEADER),
    ) -> None:
        """Raise Refusal for a request without the key; how long that takes does not tell how much of it is right."""
        if self._key is None:
            return
        given = bearer.credentials if bearer is not None else header
        if given is None or not hmac.compare_digest(given.encode("latin-1", "replace"), self._key):
            told = "the API key is wrong" if given is not None else "the request has no API key"
            detail = f"{told}; send it as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'"
            raise Refusal(HTTPStatus.UNAUTHORIZED, detail, "key", {"WWW-Authenticate": "Bearer"})
