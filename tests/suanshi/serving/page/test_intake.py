"""Pictures come into the page: chosen, dropped, pasted; what is no picture is refused in plain words."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

expect = pytest.importorskip("playwright.sync_api").expect

EXAMPLES = Path(__file__).parents[4] / "examples"
IMAGE = (EXAMPLES / "0.png").read_bytes()
BASE64 = base64.b64encode(IMAGE).decode()

WRITE_PICTURE = """async (data) => {
    const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
    await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })]);
}"""


def check_read(page: Any, text: str = "9*(3+2)", value: str | None = "45") -> None:
    """Wait for the answer about the chosen picture."""
    shown = page.locator("#reading samp")
    expect(shown).to_have_text([text] if value is None else [text, value])


def test_a_file_is_chosen(page: Any) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose pictures").click()
    assert chooser.value.is_multiple()
    chooser.value.set_files(EXAMPLES / "0.png")
    check_read(page)
    expect(page.locator("#reading")).to_contain_text("0.png")
    expect(page.locator("#reading")).to_contain_text("180 × 60")


def test_a_file_is_dropped(page: Any, drop: Any) -> None:
    drop(page, ("0.png", IMAGE))
    check_read(page)


def test_a_screenshot_is_pasted(page: Any) -> None:
    page.evaluate(WRITE_PICTURE, BASE64)
    page.keyboard.press("Control+V")
    check_read(page)
    expect(page.locator("#reading")).to_contain_text("pasted 1")


@pytest.mark.parametrize("text", [BASE64, f"data:image/png;base64,{BASE64}", f" {BASE64[:76]}\n{BASE64[76:]}\n"])
def test_a_picture_is_pasted_as_text(page: Any, text: str) -> None:
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")
    check_read(page)


def test_a_data_url_is_dropped(page: Any, drop: Any) -> None:
    drop(page, text=f"data:image/png;base64,{BASE64}")
    check_read(page)


def test_text_is_pasted_into_a_field_as_ever(page: Any) -> None:
    page.evaluate("() => navigator.clipboard.writeText('0123456789')")
    page.get_by_label("Characters").focus()
    page.keyboard.press("Control+V")
    expect(page.get_by_label("Characters")).to_have_value("0123456789")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    ("text", "told"),
    [("good morning", "There is no picture in that"), ("https://example.org/a.png", "This page fetches no addresses")],
)
def test_text_without_a_picture_is_refused(page: Any, text: str, told: str) -> None:
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")
    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(page.locator("#reading")).to_be_hidden()


def test_the_refusal_goes_when_a_picture_comes(page: Any, drop: Any) -> None:
    drop(page, text="good morning")
    expect(page.get_by_role("alert")).to_be_visible()
    drop(page, ("0.png", IMAGE))
    check_read(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_wrong_file_is_refused_in_plain_words(page: Any, drop: Any) -> None:
    drop(page, ("notes.txt", b"remember the milk"))
    refused = page.locator("#reading .failed")
    expect(refused).to_contain_text("Not read")
    expect(refused).to_contain_text("It cannot be read: it is not an image of a known format (it is a text).")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_a_wrong_file_spoils_no_other(page: Any, drop: Any) -> None:
    drop(page, ("notes.txt", b"remember the milk"), ("cut.png", IMAGE[:200]), ("0.png", IMAGE))
    expect(page.get_by_role("status")).to_have_text("3 pictures: 1 sure, 0 not sure, 2 not read.")
    expect(page.get_by_role("row", name="cut.png")).to_contain_text("truncated")
    expect(page.get_by_role("row", name="0.png")).to_contain_text("9*(3+2)")


def test_a_picture_that_browsers_cannot_show_is_read(page: Any, drop: Any, tmp_path: Path) -> None:
    from PIL import Image

    Image.open(EXAMPLES / "0.png").save(tmp_path / "0.tif")
    drop(page, ("0.tif", (tmp_path / "0.tif").read_bytes()))
    check_read(page)
    expect(page.locator("#reading figure")).to_contain_text("Your browser cannot show this kind of picture.")
    expect(page.locator("#reading .characters li")).to_have_count(7)


def test_a_server_that_is_gone_is_told_and_asked_again(page: Any, drop: Any) -> None:
    page.route("**/recognize", lambda route: route.abort())
    drop(page, ("0.png", IMAGE))
    expect(page.locator("#reading")).to_contain_text("The server does not answer. Is suanshi serve still running?")
    page.unroute("**/recognize")
    page.get_by_role("button", name="Try again").click()
    check_read(page)


def test_a_busy_server_is_asked_again(page: Any, drop: Any) -> None:
    asked = []

    def busy_once(route: Any) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
            return
        route.fulfill(status=503, headers={"Retry-After": "1"}, content_type="application/problem+json", body="{}")

    page.route("**/recognize", busy_once)
    drop(page, ("0.png", IMAGE))
    check_read(page)
    assert len(asked) == 2
