"""The six rows of the READMEs, of a record and in the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.captchas.six_rows import fill_pages, six_rows


def record(**changes: Any) -> dict[str, Any]:
    def kind(name: str, group: str, right: int) -> dict[str, Any]:
        return {"kind": name, "group": group, "count": 10, "right": right}

    kinds = [kind("ruoyi_math_x", "arithmetic", 9), kind("hutool_math", "arithmetic", 6), kind("hutool_x", "text", 5)]
    return {
        "kinds": [*kinds, kind("multicolor_math", "arithmetic", 0)],
        "hard for eyes": ["multicolor_math"],
        "peers": {"rapidocr": {each["kind"]: {"right": 2, "count": 10} for each in kinds}},
        "peers versions": {"rapidocr": "3.0"},
        "trust": {"trusted": 7, "wrong of trusted": 1},
        "versions": {"suanshi": "0.2.0"},
        "date": "2026-11-28",
        **changes,
    }


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_rows_are_means_over_kinds_that_eyes_can_read() -> None:
    rows = [cells(row) for row in six_rows(record(), "en").splitlines()]
    assert rows[0] == ["images", "kinds", "Suanshi", "ddddocr", "RapidOCR"]
    assert [row[1:] for row in rows[2:]] == [
        ["2", "75.0%", "–", "20.0%"],
        ["1", "90.0%", "–", "20.0%"],
        ["0", "–", "–", "–"],
        ["1", "60.0%", "–", "20.0%"],
        ["1", "50.0%", "–", "20.0%"],
        ["4", "1 of 7", "–", "–"],
    ]


def test_both_languages_have_the_same_figures() -> None:
    english, chinese = (
        [cells(row)[1:5] for row in six_rows(record(), name).splitlines()[2:7]] for name in ("en", "zh")
    )
    assert english == chinese


def test_pages_are_filled_where_they_are(tmp_path: Path) -> None:
    place = "<!-- six-rows: made by x -->\n<!-- six-rows: end -->\n"
    (tmp_path / "docs").mkdir()
    for name in ("README.zh-CN.md", "docs/accuracy.md"):
        (tmp_path / name).write_text(place, encoding="utf-8")
    fill_pages(tmp_path, record())
    chinese = (tmp_path / "README.zh-CN.md").read_text(encoding="utf-8")
    assert "7 个中 1 个" in chinese
    assert "](docs/captcha-kinds.zh-CN.md)" in chinese
    assert "](captcha-kinds.md)" in (tmp_path / "docs" / "accuracy.md").read_text(encoding="utf-8")
    assert not (tmp_path / "README.md").exists()
