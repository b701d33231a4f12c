"""The service as an ASGI application: what each address answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from ocr.errors import BundleError, OcrError
from suanshi.serving.answers import Answer, ImageReader, Models
from suanshi.serving.batching import Batcher, Job
from suanshi.serving.body import BodyReader
from suanshi.serving.problems import Refusal, answer_fault, answer_http_error, busy
from suanshi.serving.questions import Question
from suanshi.serving.settings import ServiceSettings

PAGE = Path(__file__).with_name("page")
"""Folder of the web page: plain files that are sent as they are."""


def create_app(settings: ServiceSettings | None = None) -> FastAPI:
    """Return the service. Raises BundleError for a model that cannot be loaded."""
    return Service(settings or ServiceSettings()).app


class Service:
    """What the addresses share: the models, the queue, and what is known of both."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings
        self.reader = ImageReader(Models(settings.model))
        self.bodies = BodyReader(settings)
        self.batcher: Batcher[Answer] = Batcher(self.reader, settings)
        self.ready = False
        self.app = FastAPI(title="Suanshi", version=version("suanshi"), lifespan=self._lifespan, redoc_url=None)
        self._add_routes()
        self.app.add_exception_handler(HTTPException, answer_http_error)
        self.app.add_exception_handler(Exception, answer_fault)
        if settings.cors:
            self.app.add_middleware(
                CORSMiddleware, allow_origins=settings.cors, allow_methods=["GET", "POST"], allow_headers=["*"]
            )

    @asynccontextmanager
    async def _lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(self._warm_up())
        yield
        await warming
        self.batcher.close()

    async def _warm_up(self) -> None:
        await asyncio.to_thread(self.reader.warm_up)
        self.ready = True

    def _add_routes(self) -> None:
        self.app.post("/recognize")(self.recognize)
        self.app.get("/models")(self.models)
        self.app.get("/health")(self.health)
        self.app.get("/ready")(self.is_ready)
        if PAGE.is_dir():
            self.app.mount("/", StaticFiles(directory=PAGE, html=True), "page")

    async def recognize(self, request: Request) -> Response:
        """Read the images of a request."""
        began = time.perf_counter()
        async with self.bodies.question(request) as question:
            content = await self._answered(question)
        spent = 1000 * (time.perf_counter() - began)
        return JSONResponse(content, headers={"Server-Timing": f"total;dur={spent:.1f}"})

    async def _answered(self, question: Question) -> Any:
        """Return the content of the answer: an object, or a list where several images may have come."""
        jobs = [Job(image, question.told, question.explain) for image in question.images]
        try:
            answers = await asyncio.wait_for(self.batcher.answers(jobs), self.settings.seconds)
        except (TimeoutError, asyncio.TimeoutError):
            raise busy(f"reading took longer than {self.settings.seconds:g} s, the limit", "slow") from None
        for answer in answers:
            if isinstance(answer.error, OcrError) and not isinstance(answer.error, BundleError):
                raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(answer.error), "request")
            if answer.error is not None:
                raise Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "the service failed; its log says why", "fault")
        if question.several:
            return [answer.content for answer in answers]
        (only,) = answers
        if only.problem is not None:
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, only.problem, "unreadable")
        return only.content

    async def models(self) -> JSONResponse:
        """List the models that a request may name."""
        return JSONResponse(await asyncio.to_thread(self.reader.models.about))

    async def health(self) -> JSONResponse:
        """Tell that the service runs."""
        return JSONResponse({"status": "ok"})

    async def is_ready(self) -> JSONResponse:
        """Tell whether the models are loaded and there is room for a request."""
        if not self.ready:
            raise busy("the models are being loaded", "loading")
        if self.batcher.waiting >= self.settings.queue:
            raise busy("the queue is full", "queue")
        return JSONResponse({"status": "ready"})
