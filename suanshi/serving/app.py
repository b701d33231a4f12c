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

from fastapi import Depends, FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from swagger_ui_bundle import swagger_ui_path

from ocr.errors import BundleError, OcrError
from suanshi.serving import openapi
from suanshi.serving.answers import Answer, ImageReader, Models
from suanshi.serving.batching import Batcher, Job
from suanshi.serving.body import BodyReader
from suanshi.serving.key import RequiredKey
from suanshi.serving.metrics import Metrics
from suanshi.serving.observation import Observed
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
        self.metrics = Metrics(lambda: self.batcher.waiting)
        self.batcher: Batcher[Answer] = Batcher(self.reader, settings, watch=self.metrics.batch)
        self.ready = False
        self.app = FastAPI(
            title="Suanshi", version=version("suanshi"), lifespan=self._lifespan, docs_url=None, redoc_url=None,
            exception_handlers={HTTPException: answer_http_error, Exception: answer_fault},
        )  # fmt: skip
        self.app.openapi_version = openapi.VERSION
        if settings.cors:
            self.app.add_middleware(
                CORSMiddleware, allow_origins=settings.cors, allow_methods=["GET", "POST"], allow_headers=["*"]
            )
        self.app.add_middleware(Observed, count=self.metrics.request)
        self._add_routes()

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
        with_key = [Depends(RequiredKey(self.settings.api_key))]
        self.app.post(
            "/recognize", summary=openapi.SUMMARY, description=openapi.DESCRIPTION, responses=openapi.RESPONSES,
            openapi_extra=dict(openapi.OPERATION), dependencies=with_key, response_class=JSONResponse,
        )(self.recognize)  # fmt: skip
        self.app.get("/models", dependencies=with_key)(self.models)
        self.app.get("/metrics", dependencies=with_key, response_class=PlainTextResponse)(self.prometheus)
        self.app.get("/health")(self.health)
        self.app.get("/ready")(self.is_ready)
        self.app.get("/docs", include_in_schema=False)(self.docs)
        self.app.mount("/docs/files", StaticFiles(directory=swagger_ui_path), "docs")
        self.app.mount("/", StaticFiles(directory=PAGE, html=True), "page")

    async def recognize(self, request: Request) -> Response:
        """Read the images of a request."""
        began = time.perf_counter()
        async with self.bodies.question(request) as question:
            request.state.images = len(question.images)
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
        self.metrics.images(answers)
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

    async def prometheus(self) -> Response:
        """Tell Prometheus of requests, seconds, batches, images and refusals."""
        return self.metrics.page()

    async def docs(self) -> Response:
        """Show what the addresses take and answer, to be tried."""
        files = "docs/files"  # relative: a proxy may have the service under a path of its own
        return get_swagger_ui_html(
            openapi_url="openapi.json", title="Suanshi", swagger_js_url=f"{files}/swagger-ui-bundle.js",
            swagger_css_url=f"{files}/swagger-ui.css", swagger_favicon_url=f"{files}/favicon-32x32.png",
        )  # fmt: skip

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
