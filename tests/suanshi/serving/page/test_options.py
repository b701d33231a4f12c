"""What is told of the pictures changes the answers, is remembered, and is checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import suanshi

expect = pytest.importorskip("playwright.sync_api").expect

EXAMPLES = Path(__file__).parents[4] / "examples"
CAPTCHA = EXAMPLES / "captchas/0.png"


def test_a_model_that_is_told_reads_anew(page: Any) -> None:
    page.locator("#files").set_input_files(CAPTCHA)
    before, after = suanshi.recognize(CAPTCHA), suanshi.recognize(CAPTCHA, model="library", length=4)
    assert before.model != after.model
    expect(page.locator("dl")).to_contain_text(f"Model{before.model}")
    page.get_by_label("Model").select_option("library")
    page.get_by_label("How many").fill("4")
    expect(page.locator("dl")).to_contain_text("Modellibrary")
    expect(page.locator("#reading samp")).to_have_text([after.text])


def test_all_that_is_told_is_sent(page: Any, sent: Any) -> None:
    asked = sent(page)
    page.get_by_label("Kind").select_option(label="Letters and digits")
    page.get_by_label("Characters").fill("0123456789abcdefgotki")
    page.get_by_label("How many").fill(" 4 – 6 ")
    page.get_by_label("Ignore case").check()
    page.locator("#files").set_input_files(CAPTCHA)
    expect(page.locator("#reading .verdict")).to_be_visible()
    (fields,) = asked()
    assert fields == {
        "file": "0.png",
        "kind": "text",
        "alphabet": "0123456789abcdefgotki",
        "length": "4-6",
        "case": "ignore",
    }
    answer = suanshi.recognize(CAPTCHA, kind="text", alphabet=fields["alphabet"], length=(4, 6), case="ignore")
    expect(page.locator("#reading samp")).to_have_text([answer.text])


def test_what_is_told_is_remembered(page: Any) -> None:
    page.get_by_label("Kind").select_option(label="Letters and digits")
    page.get_by_label("Characters").fill("abc")
    page.get_by_label("How many").fill("4-6")
    page.get_by_label("Model").select_option("library")
    page.get_by_label("Ignore case").check()
    page.reload()
    expect(page.get_by_label("Kind")).to_have_value("text")
    expect(page.get_by_label("Characters")).to_have_value("abc")
    expect(page.get_by_label("How many")).to_have_value("4-6")
    expect(page.get_by_label("Model")).to_have_value("library")
    expect(page.get_by_label("Ignore case")).to_be_checked()
    page.get_by_label("Kind").select_option("")
    page.get_by_label("Ignore case").uncheck()
    page.reload()
    expect(page.get_by_label("Kind")).to_have_value("")
    expect(page.get_by_label("Ignore case")).not_to_be_checked()


@pytest.mark.parametrize("length", ["four", "0", "6-4", "4-"])
def test_a_wrong_length_is_told_and_not_sent(page: Any, length: str) -> None:
    field = page.get_by_label("How many")
    field.fill(length)
    field.press("Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("Write a number such as 4, or a range such as 4-6.")
    page.locator("#files").set_input_files(EXAMPLES / "0.png")
    expect(page.locator("#reading samp").first).to_have_text("9*(3+2)")


def test_a_wrong_alphabet_is_refused_in_the_servers_words(page: Any) -> None:
    page.get_by_label("Characters").fill("龘")
    page.locator("#files").set_input_files(EXAMPLES / "0.png")
    expect(page.locator("#reading .failed")).to_contain_text("It cannot be read: ")
    expect(page.locator("#reading .failed")).to_contain_text("龘")
