"""The six rows of README.md: what Suanshi, ddddocr and RapidOCR read of the same images, in English and Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.measuring.markers import fill
from benchmarks.measuring.record import table

Record = Mapping[str, Any]
Kinds = Callable[[Mapping[str, Any]], bool]

NAME = "six-rows"
PAGES = {"en": ("README.md", "docs/accuracy.md"), "zh": ("README.zh-CN.md", "docs/accuracy.zh-CN.md")}
"""The pages that have the rows, by language, from the folder above the documents."""

PEERS = {"ddddocr": "ddddocr", "rapidocr": "RapidOCR"}
"""Names of the other readers in a record, and on a page."""

NONE = "–"
"""A cell without a figure: not measured, or a reader that does not say when it is unsure."""

HEADERS = {"en": ("images", "kinds", "Suanshi"), "zh": ("图片", "种类", "Suanshi")}
ROWS: tuple[tuple[str, str, Kinds], ...] = (
    ("**sums**, all kinds, by value", "**算术**，全部种类，按值计", lambda row: row["group"] == "arithmetic"),
    ("sums of kaptcha in RuoYi", "若依（RuoYi，kaptcha）的算术", lambda row: row["kind"].startswith("ruoyi_math")),
    (
        "sums of EasyCaptcha, also in eladmin",
        "EasyCaptcha 的算术（含 eladmin）",
        lambda row: row["kind"] in ("easycaptcha_arith", "easycaptcha_arith3", "eladmin_arith"),
    ),
    (
        "sums of Hutool",
        "Hutool 的算术",
        lambda row: row["kind"].startswith("hutool") and row["group"] == "arithmetic",
    ),
    (
        "**letters and digits**, all kinds, in any case",
        "**字母数字**，全部种类，不分大小写",
        lambda row: row["group"] == "text",
    ),
)
"""English and Chinese name of each row, and which kinds count; kinds that are hard for eyes never do."""

WRONG = {"en": "wrong among the answers marked as trusted", "zh": "标为可信的答案中读错的"}
OF = {"en": "{wrong} of {trusted}", "zh": "{trusted} 个中 {wrong} 个"}
BELOW = {
    "en": (
        "Each figure is the mean of its kinds; {count:,} images that other programs and sites made, none of\n"
        "which was trained on. {version} had no option but the file; {peers} read the\n"
        "same images in the same run, their texts repaired in their favour. [Every kind](captcha-kinds.md),\n"
        "`python -m benchmarks.captchas.kinds --data FOLDER --peers PYTHON`, {date}."
    ),
    "zh": (
        "每个数字是各种类的平均，共 {count:,} 张图片，由别的程序和网站生成，训练时从未用过；\n"
        "{version} 除文件外不加任何选项，{peers} 在同一次运行中读同样的图片，\n"
        "它们的文字还按固定规则修正，只会对它们有利。[各种类的结果](captcha-kinds.zh-CN.md)，\n"
        "`python -m benchmarks.captchas.kinds --data FOLDER --peers PYTHON`，{date}。"
    ),
}
"""The sentence below the rows; its link is that of a page in the folder of documents."""


def six_rows(record: Record, language: str) -> str:
    """Return the table of the six rows in "en" or "zh", made of the record of `benchmarks.captchas.kinds`."""
    kinds = [row for row in record["kinds"] if row["kind"] not in record["hard for eyes"]]
    rows = []
    for english, chinese, counts in ROWS:
        chosen = [row for row in kinds if counts(row)]
        names = [row["kind"] for row in chosen]
        cells = [_mean(chosen), *(_mean([read[kind] for kind in names if kind in read]) for read in _peers(record))]
        rows.append((chinese if language == "zh" else english, len(chosen), *cells))
    wrong = OF[language].format(wrong=record["trust"]["wrong of trusted"], trusted=record["trust"]["trusted"])
    rows.append((WRONG[language], len(record["kinds"]), wrong, *[NONE] * len(PEERS)))
    return table((*HEADERS[language], *PEERS.values()), rows)


def below(record: Record, language: str) -> str:
    """Return the sentence below the rows, in "en" or "zh": on which images, with which versions, by which command."""
    versions = record["peers versions"]
    peers = [f"{PEERS[name]} {versions.get(name, '')}".strip() for name in PEERS]
    return BELOW[language].format(
        count=sum(row["count"] for row in record["kinds"] if row["kind"] not in record["hard for eyes"]),
        version=f"Suanshi {record['versions']['suanshi']}",
        peers=("、" if language == "zh" else " and ").join(peers),
        date=record["date"],
    )


def fill_pages(root: Path, record: Record) -> None:
    """Write the six rows into the pages below `root` that are there; a page without the place for them is an error."""
    for language, pages in PAGES.items():
        for name in pages:
            if (root / name).is_file():
                text = f"{six_rows(record, language)}\n\n{below(record, language)}"
                fill(root / name, NAME, text if "/" in name else text.replace("](captcha", "](docs/captcha"))


def _peers(record: Record) -> list[Mapping[str, Any]]:
    return [record["peers"].get(name, {}) for name in PEERS]


def _mean(rows: Sequence[Mapping[str, Any]]) -> str:
    shares = [row["right"] / row["count"] for row in rows if row["count"]]
    return f"{mean(shares):.1%}" if shares else NONE
