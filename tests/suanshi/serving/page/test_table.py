"""Several pictures are a table: its rows show their picture, and it can be downloaded as CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

import suanshi

expect = pytest.importorskip("playwright.sync_api").expect

EXAMPLES = Path(__file__).parents[4] / "examples"
FILES = [f"{number}.png" for number in range(6)]


def read_all(page: Any) -> None:
    """Choose six pictures and wait until all are read."""
    page.locator("#files").set_input_files([EXAMPLES / file for file in FILES])
    expect(page.get_by_role("status")).to_have_text("6 pictures: 6 sure, 0 not sure.")


def download(page: Any, path: Path) -> list[dict[str, str]]:
    """Download the table, and return its lines."""
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="Download as CSV").click()
    assert downloaded.value.suggested_filename == "suanshi.csv"
    downloaded.value.save_as(path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_for_each_picture(page: Any) -> None:
    read_all(page)
    for file in FILES:
        answer = suanshi.recognize(EXAMPLES / file)
        cells = page.get_by_role("row", name=file).get_by_role("cell")
        expect(cells.nth(0)).to_have_text(answer.text)
        expect(cells.nth(1)).to_have_text(str(answer.value))
        expect(cells.nth(2).get_by_role("img")).to_have_accessible_name("Sure")


def test_one_picture_has_no_table(page: Any) -> None:
    page.locator("#files").set_input_files(EXAMPLES / "0.png")
    expect(page.locator("#reading samp").first).to_have_text("9*(3+2)")
    expect(page.get_by_role("table")).to_have_count(0)


def test_the_table_is_downloaded(page: Any, tmp_path: Path) -> None:
    read_all(page)
    page.locator("#files").set_input_files(EXAMPLES / "page.png")
    expect(page.get_by_role("status")).to_contain_text("7 pictures: 7 sure")
    lines = download(page, tmp_path / "table.csv")
    assert [line["file"] for line in lines] == [*FILES, "page.png"]
    for line in lines:
        answer = suanshi.recognize(EXAMPLES / line["file"])
        told = (line["text"], line["value"], line["trusted"], line["kind"])
        assert told == (answer.text, str(answer.value), "true", answer.kind)
        assert float(line["confidence"]) == pytest.approx(answer.confidence, abs=1e-4)


def test_names_and_problems_in_the_csv_are_quoted_and_harmless(page: Any, drop: Any, tmp_path: Path) -> None:
    image = (EXAMPLES / "0.png").read_bytes()
    drop(page, ('a "b", c.png', image), ("=1+2.png", image), ("流.txt", b"remember the milk"))
    expect(page.get_by_role("status")).to_contain_text("2 sure, 0 not sure, 1 not read")
    lines = download(page, tmp_path / "table.csv")
    assert [line["file"] for line in lines] == ['a "b", c.png', "'=1+2.png", "流.txt"]
    assert lines[2]["problem"].startswith("is not an image of a known format")
    assert lines[2]["text"] == ""


def test_a_row_is_chosen_by_the_keyboard(page: Any) -> None:
    read_all(page)
    expect(page.locator("#reading samp").first).to_have_text("9*(3+2)")
    button = page.get_by_role("button", name="Show 3.png")
    page.get_by_role("button", name="Show 2.png").focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#reading samp").first).to_have_text("6*(8*3)")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-current", "true")


def test_a_row_is_chosen_by_a_click_anywhere_in_it(page: Any) -> None:
    read_all(page)
    page.get_by_role("cell", name="144").click()
    expect(page.locator("#reading samp").first).to_have_text("6*(8*3)")


def test_the_table_is_cleared(page: Any) -> None:
    read_all(page)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("table")).to_have_count(0)
    expect(page.locator("#reading")).to_be_hidden()
    expect(page.get_by_role("button", name="Choose pictures")).to_be_focused()


def test_too_many_pictures_are_left_out_and_told(page: Any, drop: Any) -> None:
    page.route("**/recognize", lambda route: route.fulfill(status=422, json={}))
    drop(page, *((f"{number}.png", b"") for number in range(503)))
    expect(page.get_by_role("alert")).to_have_text("At most 500 pictures at once; the others were left out.")
    expect(page.get_by_role("heading", name="500 pictures")).to_be_visible()
