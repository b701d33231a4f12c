"""The page speaks English and Chinese: by the browser's language, by choice, and in both all of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ocr.text.equation import evaluate_equation
from ocr.text.expression import evaluate

expect = pytest.importorskip("playwright.sync_api").expect

EXAMPLES = Path(__file__).parents[4] / "examples"


@pytest.mark.parametrize(
    ("locale", "button"),
    [("zh-CN", "选择图片"), ("zh-TW", "选择图片"), ("en-US", "Choose pictures"), ("de-DE", "Choose pictures")],
)
def test_the_browsers_language_is_spoken(open_page: Any, locale: str, button: str) -> None:
    with open_page(locale=locale) as page:
        expect(page.get_by_role("button", name=button)).to_be_visible()


def test_a_reading_in_chinese(open_page: Any) -> None:
    with open_page(locale="zh-CN") as page:
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        page.locator("#files").set_input_files(EXAMPLES / "0.png")
        expect(page.locator("#reading .verdict")).to_contain_text("可信")
        expect(page.locator("#reading .verdict")).to_contain_text(re.compile(r"置信度 99\.9\d%。.*达到 99\.75% 即可信"))
        expect(page.get_by_role("status")).to_have_text("读出：9*(3+2)，值为 45。可信。")


def test_a_refusal_in_chinese(open_page: Any, drop: Any) -> None:
    with open_page(locale="zh-CN") as page:
        drop(page, ("notes.txt", b"remember the milk"))
        expect(page.locator("#reading .failed")).to_contain_text("无法识别：不是图片，或格式不受支持。")


def test_the_language_is_switched_and_remembered(page: Any) -> None:
    page.locator("#files").set_input_files(EXAMPLES / "0.png")
    expect(page.locator("#reading .verdict")).to_contain_text("Sure")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("#reading .verdict")).to_contain_text("可信")
    expect(page.get_by_role("button", name="中文")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.get_by_role("button", name="选择图片")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Choose pictures")).to_be_visible()


def test_both_languages_have_all_words(page: Any) -> None:
    keys = """async (language) => Object.keys((await import(`./language/${language}.js`)).default)"""
    english, chinese = page.evaluate(keys, "en"), page.evaluate(keys, "zh")
    assert english == chinese
    named = "() => [...document.querySelectorAll('[data-text]')].map((each) => each.dataset.text)"
    assert set(page.evaluate(named)) <= set(english)


def test_chinese_has_every_problem(page: Any) -> None:
    texts = ["1/0", "(1+2", "1+", "1++2", "(1)2", "1?", "流", "流=1;流=2;流", "1;2", "流=1;", "1" * 5000, "(" * 300, ""]
    problems = {evaluate(text).problem for text in texts}
    equations = ["1/0=?", "1+2=4", "0*?=0", "0*?=1", "abc", "1+", "(1+2=?", "1)+2=?", "?+1"]
    problems |= {evaluate_equation(text).problem for text in equations}
    assert None not in problems
    assert len(problems) > 15
    translate = (
        "async (all) => { const { problems } = await import('./language/problems.js'); return all.map(problems); }"
    )
    told = page.evaluate(translate, sorted(problems, key=str))
    assert [each for each in told if re.search("[a-z]{2}", each)] == []
