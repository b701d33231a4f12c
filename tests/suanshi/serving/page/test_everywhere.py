"""The page works on a phone, in the dark, by keyboard, and under a proxy's path."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

expect = pytest.importorskip("playwright.sync_api").expect

EXAMPLES = Path(__file__).parents[4] / "examples"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}

CONTRASTS = """() => {
    const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => {
        const linear = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        const [x, y, z] = [r, g, b].map((c) => linear(c / 255));
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const ground = (element) => {
        for (let each = element; each; each = each.parentElement) {
            const colour = parse(getComputedStyle(each).backgroundColor);
            if (colour.length < 4 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const told = {};
    for (const element of document.querySelectorAll("body *")) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!own || !element.checkVisibility() || element.closest("noscript, option")) continue;
        const words = light(parse(getComputedStyle(element).color));
        const [one, other] = [words, light(ground(element))].sort((a, b) => b - a);
        const name = `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 20)}`;
        told[name] = (one + 0.05) / (other + 0.05);
    }
    return told;
}"""


@contextmanager
def proxy(url: str, path: str) -> Iterator[str]:
    """A server that has another one's addresses under a path, and nothing else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith(path):
                self.send_error(404)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kind = {"Content-Type": self.headers.get("Content-Type", "")}
            answer = httpx.request(self.command, f"{url}/{self.path[len(path) :]}", content=body, headers=kind)
            self.send_response(answer.status_code)
            for name in ("Content-Type", "Content-Security-Policy"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{path}"
        server.shutdown()


def read_several(page: Any) -> None:
    """Show a page of formulas, a captcha and a wrong file."""
    page.locator("#files").set_input_files(
        [EXAMPLES / "page.png", EXAMPLES / "0.png", EXAMPLES / "captchas/0.png", EXAMPLES / "labels.txt"]
    )
    expect(page.locator("tbody .mark")).to_have_count(4)


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_nothing_is_wider_than_a_phone(open_page: Any, locale: str) -> None:
    with open_page(locale=locale, **PHONE) as page:
        width = "() => document.documentElement.scrollWidth"
        assert page.evaluate(width) == 360
        read_several(page)
        assert page.evaluate(width) == 360
        for number in range(4):
            page.locator("tbody button").nth(number).click()
            assert page.evaluate(width) == 360
        page.locator("summary").first.click()
        assert page.evaluate(width) == 360


def test_a_phone_takes_photos(open_page: Any) -> None:
    with open_page(**PHONE) as page:
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Take a photo").tap()
        assert chooser.value.element.get_attribute("capture") == "environment"
        chooser.value.set_files(EXAMPLES / "0.png")
        expect(page.locator("#reading samp")).to_have_text(["9*(3+2)", "45"])
        expect(page.locator("#reading")).to_be_in_viewport()


def test_a_laptop_has_no_button_for_photos(page: Any) -> None:
    expect(page.get_by_role("button", name="Choose pictures")).to_be_visible()
    expect(page.get_by_role("button", name="Take a photo")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_are_legible_by_day_and_night(open_page: Any, scheme: str) -> None:
    with open_page(color_scheme=scheme) as page:
        read_several(page)
        red, green, blue = map(
            int, re.findall(r"\d+", page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
        )
        assert (max(red, green, blue) < 64) if scheme == "dark" else (min(red, green, blue) > 192)
        contrasts = page.evaluate(CONTRASTS)
        assert len(contrasts) > 40
        assert {words: contrast for words, contrast in contrasts.items() if contrast < 4.5} == {}


def test_the_keyboard_reaches_everything_in_order(page: Any) -> None:
    page.locator("#files").set_input_files([EXAMPLES / "0.png", EXAMPLES / "1.png"])
    expect(page.get_by_role("status")).to_contain_text("2 sure")
    reached = []
    for _ in range(18):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.evaluate("(each) => getComputedStyle(each).outlineStyle") != "none"
        labels = "(each) => each.getAttribute('aria-label') ?? each.labels?.[0]?.textContent ?? each.textContent.trim()"
        reached.append(focused.evaluate(labels))
    assert reached == [
        "Suanshi 算式", "English", "中文", "Choose pictures", "What you know about the pictures", "Kind", "Characters",
        "How many", "Model", "Ignore case", "Copy", "Copy", "What the reader saw", "Download as CSV", "Clear",
        "Show 0.png", "Show 1.png", "HTTP interface",
    ]  # fmt: skip


def test_the_keyboard_chooses_files(page: Any) -> None:
    button = page.get_by_role("button", name="Choose pictures")
    with page.expect_file_chooser():
        button.press("Enter")


def test_images_are_described(page: Any) -> None:
    page.locator("#files").set_input_files(EXAMPLES / "0.png")
    expect(page.get_by_role("img", name="The picture 0.png")).to_be_visible()
    expect(page.get_by_role("list", name="Characters, each with its confidence in percent")).to_contain_text("9 99.9")
    expect(page.get_by_role("region", name="0.png")).to_be_visible()


def test_the_page_works_under_a_path_of_a_proxy(open_page: Any, service: Any) -> None:
    with proxy(service.url, "/captchas/") as url, open_page(url) as page:
        page.locator("#files").set_input_files(EXAMPLES / "0.png")
        expect(page.locator("#reading samp")).to_have_text(["9*(3+2)", "45"])
