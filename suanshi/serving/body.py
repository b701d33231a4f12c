"""Take in the body of a request, within its limits of bytes and seconds, and find the question in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from suanshi.serving import questions
from suanshi.serving.problems import Refusal, busy
from suanshi.serving.questions import Question
from suanshi.serving.settings import ServiceSettings

FIELDS_BESIDE = 16
"""Fields of a form beside its images."""


LARGE = 200_000
"""Bytes of a JSON body from which on it is parsed in a thread."""


class _InMemory(MultiPartParser):
    """Keeps files in memory: the limit of a body bounds them, and the service writes no disk."""

    spool_max_size = 2**40


class BodyReader:
    """Reads bodies; all that are held at a time have a limit together. For one event loop."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._held = 0

    @asynccontextmanager
    async def question(self, request: Request) -> AsyncIterator[Question]:
        """Yield what a request asks, once its body is here; its bytes count as held until the end. Raises Refusal."""
        parts: list[bytes] = []
        try:
            yield await self._question(request, parts)
        finally:
            self._held -= sum(map(len, parts))

    async def _question(self, request: Request, parts: list[bytes]) -> Question:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in ("application/json", "multipart/form-data") and not _may_be_image(kind):
            raise Refusal(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                f"the body is {kind[:40] or 'of no stated type'}; expected multipart/form-data, application/json, or "
                "an image as image/png or application/octet-stream",
                "type",
            )
        self._check_length(request.headers)
        try:
            await asyncio.wait_for(self._take_in(request, parts), self._settings.seconds)
            return await self._parsed(request, kind, parts)
        except (TimeoutError, asyncio.TimeoutError):
            detail = f"the body did not arrive within {self._settings.seconds:g} s"
            raise Refusal(HTTPStatus.REQUEST_TIMEOUT, detail, "slow") from None
        except ClientDisconnect:
            raise Refusal(HTTPStatus.BAD_REQUEST, "the body ended too early", "cut") from None

    def _check_length(self, headers: Headers) -> None:
        """Refuse a body by its stated length, before any of it is taken in."""
        stated = headers.get("content-length", "")
        if stated.isascii() and stated.isdigit() and int(stated[:20]) > self._settings.max_body:
            raise self._too_large()

    async def _take_in(self, request: Request, parts: list[bytes]) -> None:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > self._settings.max_body:
                raise self._too_large()
            if self._held + len(chunk) > self._settings.max_bodies:
                raise busy("too many requests are being taken in; ask again in a moment", "bodies")
            self._held += len(chunk)
            parts.append(chunk)

    async def _parsed(self, request: Request, kind: str, parts: list[bytes]) -> Question:
        query = request.query_params.multi_items()
        if kind == "multipart/form-data":
            return await self._form(request, query, parts)
        body = b"".join(parts)
        if kind != "application/json":
            return questions.of_bytes(body, query)
        if len(body) < LARGE:
            found = questions.of_json(body, query)
        else:
            found = await asyncio.to_thread(questions.of_json, body, query)
        if len(found.images) > self._settings.max_files:
            raise self._too_many()
        return found

    async def _form(self, request: Request, query: list[tuple[str, str]], parts: list[bytes]) -> Question:
        async def again() -> AsyncGenerator[bytes, None]:
            for chunk in parts:
                yield chunk

        most = self._settings.max_files
        parser = _InMemory(
            request.headers, again(), max_files=most + 1, max_fields=most + FIELDS_BESIDE,
            max_part_size=self._settings.max_body,
        )  # fmt: skip
        try:
            form = await parser.parse()
        except MultiPartException as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"the form is damaged ({error.message})", "form") from None
        try:
            found = await questions.of_form(form.multi_items(), query)
        finally:
            await form.close()
        if len(found.images) > most:
            raise self._too_many()
        return found

    def _too_large(self) -> Refusal:
        return Refusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"the body is larger than {self._settings.max_body} bytes, the limit",
            "size",
        )

    def _too_many(self) -> Refusal:
        return Refusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"the request has more than {self._settings.max_files} images, the limit",
            "images",
        )


def _may_be_image(kind: str) -> bool:
    return kind.startswith("image/") or kind == "application/octet-stream"
