"""The service's page in a real Chromium."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

PATIENCE = 120_000
"""Milliseconds after which a test gives the page up."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium; without one the tests are skipped.

    For one file only: as long as it is there, an event loop runs, and nothing else in this process can run one.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip(f"no Chromium on this machine: looked for {', '.join(BROWSERS)}")
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=program, timeout=PATIENCE)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any, service: Any) -> Callable[..., AbstractContextManager[Any]]:
    """A function that opens the page as a new visitor, and checks at the end that the page complained of nothing.

    `url` is another service's; all else goes to Playwright's new_context.
    """

    @contextmanager
    def opened(url: str = service.url, **options: Any) -> Iterator[Any]:
        context = browser.new_context(**{"locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        faults: list[str] = []
        asked: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if _is_fault(line) else None)
        page.on("request", lambda request: asked.append(request.url))
        page.on("filechooser", lambda chooser: None)  # from now on no dialog of the system opens
        page.goto(url)
        yield page
        context.close()
        assert faults == []
        assert [each for each in asked if not each.startswith((url, "blob:", "data:"))] == []

    return opened


@pytest.fixture
def page(open_page: Any) -> Iterator[Any]:
    """The page on a laptop's screen, in English."""
    with open_page() as opened:
        yield opened


@pytest.fixture
def sent() -> Callable[[Any], Callable[[], list[dict[str, str]]]]:
    """A function that loads the page anew and returns one that tells the fields of each request it has sent since.

    Playwright does not tell the bodies of requests that hold files.
    """

    def watched(page: Any) -> Callable[[], list[dict[str, str]]]:
        page.add_init_script(
            """window.sent = [];
            const send = window.fetch;
            window.fetch = (path, request) => {
                const fields = [...(request?.body ?? [])].map(([name, value]) => [name, value.name ?? value]);
                if (fields.length) window.sent.push(Object.fromEntries(fields));
                return send(path, request);
            };"""
        )
        page.reload()
        return lambda: page.evaluate("() => window.sent")

    return watched


@pytest.fixture
def drop() -> Callable[..., None]:
    """A function that drops files, (name, content) each, or a text on the page."""

    def dropped(page: Any, *files: tuple[str, bytes], text: str = "") -> None:
        transfer = page.evaluate_handle(
            """([files, text]) => {
                const transfer = new DataTransfer();
                for (const [name, data] of files) {
                    const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
                    transfer.items.add(new File([bytes], name));
                }
                if (text) transfer.setData("text/plain", text);
                return transfer;
            }""",
            [[[name, base64.b64encode(content).decode()] for name, content in files], text],
        )
        for event in ("dragenter", "dragover", "drop"):
            page.dispatch_event("#intake", event, {"dataTransfer": transfer})

    return dropped


def _is_fault(line: Any) -> bool:
    # The browser itself logs every answer of 400 and more.
    return line.type in ("error", "warning") and not line.text.startswith("Failed to load resource")
