"""A server that has a key asks for it on the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

expect = pytest.importorskip("playwright.sync_api").expect

EXAMPLES = Path(__file__).parents[4] / "examples"


@pytest.fixture
def guarded(browser: Any, serve: Any, open_page: Any) -> Iterator[Any]:
    """The page of a service with a key, to which two pictures were given."""
    with serve("--api-key", "open-sesame") as service, open_page(f"{service.url}/") as page:
        page.locator("#files").set_input_files([EXAMPLES / "0.png", EXAMPLES / "1.png"])
        expect(page.get_by_role("dialog", name="This server asks for a key")).to_be_visible()
        yield page


def test_the_key_is_asked_for_once_and_kept_for_the_tab(guarded: Any) -> None:
    expect(guarded.get_by_label("Key", exact=True)).to_be_focused()
    guarded.keyboard.type("guess")
    guarded.keyboard.press("Enter")
    expect(guarded.get_by_role("dialog")).to_contain_text("That is not the key.")
    expect(guarded.get_by_label("Key", exact=True)).to_have_value("")
    guarded.keyboard.type("open-sesame")
    guarded.keyboard.press("Enter")
    expect(guarded.get_by_role("dialog")).to_have_count(0)
    expect(guarded.locator("#status")).to_have_text("2 pictures: 2 sure, 0 not sure.")
    expect(guarded.get_by_label("Model")).to_be_visible()
    guarded.reload()
    guarded.locator("#files").set_input_files(EXAMPLES / "0.png")
    expect(guarded.locator("#reading samp")).to_have_text(["9*(3+2)", "45"])
    assert "open-sesame" not in guarded.evaluate("() => JSON.stringify(localStorage)")


def test_without_the_key_nothing_is_read(guarded: Any) -> None:
    guarded.keyboard.press("Escape")
    expect(guarded.locator("#reading .failed")).to_contain_text("The server asks for a key.")
    expect(guarded.locator("tbody .mark.failed")).to_have_count(2)
    guarded.get_by_role("button", name="Try again").click()
    guarded.get_by_label("Key", exact=True).fill("open-sesame")
    guarded.get_by_role("button", name="Use it").click()
    expect(guarded.locator("#reading samp")).to_have_text(["9*(3+2)", "45"])
