"""Words of generated pages."""

from __future__ import annotations

import json
import string
from pathlib import Path

import pytest

from benchmarks.measuring.language import words

ROOT = Path(__file__).parents[2]


def test_english_is_said_as_it_is(tmp_path: Path) -> None:
    assert words(tmp_path, "en")("right") == "right"


def test_a_phrase_that_lacks_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "words.zh-CN.json").write_text('{"right": "读对"}', encoding="utf-8")
    assert words(tmp_path, "zh")("right") == "读对"
    with pytest.raises(KeyError, match="wrong"):
        words(tmp_path, "zh")("wrong")


@pytest.mark.parametrize("file", (ROOT / "benchmarks").glob("*/words.zh-CN.json"), ids=lambda file: file.parent.name)
def test_translations_have_the_same_fields_and_are_all_said(file: Path) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in file.parent.rglob("*.py"))
    for english, chinese in json.loads(file.read_text(encoding="utf-8")).items():
        one, other = (
            {field for _, field, *_ in string.Formatter().parse(text)} - {None} for text in (english, chinese)
        )
        assert one == other, english
        assert english[:20] in code, english
