"""The page shows one picture with a box over each character, its text, value and verdict, and what the reader saw."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import suanshi

expect = pytest.importorskip("playwright.sync_api").expect

EXAMPLES = Path(__file__).parents[4] / "examples"
PLACES = """() => {
    const sheet = document.querySelector(".sheet").getBoundingClientRect();
    const shares = (each) => {
        const { left, right, top, bottom } = each.getBoundingClientRect();
        return [(left - sheet.left) / sheet.width, (right - sheet.left) / sheet.width, top, bottom];
    };
    return [[...document.querySelectorAll(".box")].map(shares), [...document.querySelectorAll(".symbol")].map(shares),
            sheet.top, sheet.bottom];
}"""


def show(page: Any, *files: str) -> Any:
    """Choose example pictures, and return the place of the answer once it is there."""
    page.locator("#files").set_input_files([EXAMPLES / file for file in files])
    expect(page.locator("#reading .verdict")).to_be_visible()
    return page.locator("#reading")


def answer_with(page: Any, **changed: Any) -> None:
    """Answer the page in the service's place, as it answers about the first example but for what is changed."""
    answer = {"width": 180, "height": 60, **suanshi.recognize(EXAMPLES / "0.png").to_dict(), **changed}
    page.route("**/recognize", lambda route: route.fulfill(json=answer))


def test_a_box_and_a_confidence_stand_at_each_character(page: Any) -> None:
    place = show(page, "0.png")
    answer = suanshi.recognize(EXAMPLES / "0.png")
    expect(page.locator("figure")).to_have_attribute("data-layout", "over")
    expect(place.locator(".symbol")).to_have_text(list(answer.text))
    for shown, character in zip(place.locator(".percent").all_text_contents(), answer.characters, strict=True):
        assert float(shown) == pytest.approx(100 * character.confidence, abs=0.11)
        assert float(shown) <= 100 * character.confidence
    boxes, symbols, top, bottom = page.evaluate(PLACES)
    for character, box, symbol in zip(answer.characters, boxes, symbols, strict=True):
        assert box[:2] == pytest.approx([character.start / 180, character.end / 180], abs=0.005)
        assert box[2:] == pytest.approx([top, bottom], abs=1)
        assert (symbol[0] + symbol[1]) / 2 == pytest.approx((character.start + character.end) / 360, abs=0.005)
        assert symbol[3] <= top


def test_text_value_verdict_and_time_are_told(page: Any) -> None:
    place = show(page, "0.png")
    expect(place.locator("samp")).to_have_text(["9*(3+2)", "45"])
    expect(place.locator(".verdict")).to_contain_text(
        re.compile(r"Sure.*99\.9\d.% confidence\. Answers of this model count as sure from 99\.75.% on\.")
    )
    expect(place.locator("dl")).to_contain_text(
        re.compile(r"Time\d+(\.\d)? m?s, of which \d+(\.\d)? m?s in the server")
    )
    expect(page.get_by_role("status")).to_have_text("Read: 9*(3+2). Value 45. Sure.")


def test_a_doubtful_answer_says_so(page: Any) -> None:
    answer = suanshi.recognize(EXAMPLES / "captchas/0.png")
    assert not answer.trusted
    place = show(page, "captchas/0.png")
    expect(place.locator(".verdict")).to_contain_text("Not sure")
    expect(place.locator(".verdict")).to_contain_text("this one may still be right")
    doubtful = [each.symbol for each in answer.characters if each.confidence < 0.9]
    assert doubtful
    expect(place.locator("li.doubtful .symbol")).to_have_text(doubtful)
    expect(place.locator(".box.doubtful")).to_have_count(len(doubtful))


def test_a_picture_without_text_says_so(page: Any, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (180, 60), "white").save(tmp_path / "white.png")
    place = show(page, str(tmp_path / "white.png"))
    expect(place.locator(".verdict")).to_contain_text("No text was found in this picture.")
    expect(place.locator("samp")).to_have_count(0)


def test_characters_of_several_lines_are_listed_by_line(page: Any) -> None:
    place = show(page, "page.png")
    expect(page.locator("figure")).to_have_attribute("data-layout", "list")
    expect(place.locator("samp")).to_have_text([suanshi.recognize(EXAMPLES / "page.png").text, "-618885949630/733"])
    expect(place.locator(".answer")).to_contain_text("about -844319167.3")
    symbols = place.locator(".symbol")
    tops = [box["y"] for box in (symbols.nth(index).bounding_box() for index in (0, 7, 8, 15, 16))]
    assert tops[0] == tops[1] < tops[2] == tops[3] < tops[4]
    expect(place.locator(".box").first).to_be_hidden()
    symbols.first.hover()
    expect(place.locator(".box").first).to_be_visible()


def test_the_text_is_copied(page: Any) -> None:
    place = show(page, "0.png")
    place.get_by_role("button", name="Copy").first.click()
    expect(place.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == "9*(3+2)"


def test_what_the_reader_saw_is_drawn_when_asked_for(page: Any, sent: Any) -> None:
    asked = sent(page)
    place = show(page, "0.png")
    assert [each.get("explain") for each in asked()] == [None]
    place.get_by_text("What the reader saw").click()
    drawn = place.locator(".seen img")
    expect(drawn).to_be_visible()
    expect(drawn).to_have_js_property("complete", True)
    assert drawn.evaluate("(image) => image.naturalWidth") > 180
    assert [each.get("explain") for each in asked()] == [None, "true"]


def test_a_value_that_is_missing_has_its_reason(page: Any) -> None:
    answer_with(page, value=None, problem="division by zero")
    expect(show(page, "0.png").locator(".verdict")).to_contain_text("It has no value: division by zero.")


def test_a_text_of_no_language_is_not_called_doubtful(page: Any) -> None:
    answer_with(page, value=None, trusted=False, problem="not an equation", confidence=0.999)
    verdict = show(page, "0.png").locator(".verdict")
    expect(verdict).to_contain_text("it fits no language that the reader knows")
    expect(verdict).not_to_contain_text("may still be right")
