"""docs/captcha-kinds.md, English and Chinese: made of the records of four benchmarks, as far as they are there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.captchas import six_rows
from benchmarks.captchas.figures import means_in_words, trust_in_words
from benchmarks.measuring.language import ENDINGS, Say, words
from benchmarks.measuring.record import table
from benchmarks.measuring.template import render

Record = Mapping[str, Any]

PAGE = "captcha-kinds"
RECORDS = {
    "kinds": "captcha_kinds.json",
    "others": "captcha_others.json",
    "trust": "captcha_trust.json",
    "own_data": "captcha_own_data.json",
}
"""The record of each benchmark, in the folder of results."""

OTHER_IMAGES = (
    'The column "ddddocr, other images" is about 100 *other* images of the same kind (`ddddocr.json`), with a\n'
    "character range and text repaired by hand; all other columns are about the same images. Kinds with * are hard\n"
    "for eyes, too, and are left out of the means."
)
MADE = "Made by `{command}`, {date}, on {cores} cores of {processor}{seed}."
MADE_BY_ONE = "Made by `{command}`, {date}, on {cores} core of {processor}{seed}."
_PEERS = {"ddddocr": "ddddocr", "rapidocr": "RapidOCR"}


def write(docs: Path, results: Path, fresh: Mapping[str, Record]) -> None:
    """Write the page from the records in the folder `results`, of which those in `fresh` are replaced.

    A fresh record of the kinds goes into the READMEs beside `docs`, too.
    """
    known: dict[str, Record] = {}
    for name, file in RECORDS.items():
        if name in fresh:
            known[name] = fresh[name]
        elif (results / file).is_file():
            known[name] = json.loads((results / file).read_text(encoding="utf-8"))
    docs.mkdir(parents=True, exist_ok=True)
    here = Path(__file__).parent
    for language, ending in ENDINGS.items():
        say = words(here, language)
        text = render(here / f"page{ending}", **{name: _section(name, known, say) for name in RECORDS})
        (docs / f"{PAGE}{ending}").write_text(text, encoding="utf-8")
    if "kinds" in fresh:
        six_rows.fill_pages(docs.parent, fresh["kinds"])


def _section(name: str, known: Mapping[str, Record], say: Say) -> str:
    if name not in known:
        return say("Not measured yet: `python -m benchmarks.captchas.{name} --help`.").format(name=name)
    record = known[name]
    seed = "" if record["seed"] is None else say(", seed {seed}").format(seed=record["seed"])
    made = say(MADE if record["cores"] != 1 else MADE_BY_ONE).format_map({**record, "seed": seed})
    return f"{SECTIONS[name](record, say)}\n\n{made}"


def share(count: int, of: int) -> str:
    """Return a count as a percentage."""
    return f"{count / of:.1%}" if of else "-"


def kinds_table(record: Record, say: Say = str) -> str:
    """Return the table of all kinds: ours, and what others read of them."""
    headers = [*map(say, ("kind", "group", "images", "right", "exact text", "trusted", "wrong of trusted"))]
    other, peers = record["ddddocr, other images"], record["peers"]
    if other:
        headers.append(say("ddddocr, other images"))
    headers += [_PEERS[name] for name in peers]
    rows = []
    for each in sorted(record["kinds"], key=lambda row: (row["group"], row["kind"])):
        count, kind = each["count"], each["kind"]
        mark = " *" if kind in record["hard for eyes"] else ""
        row = [kind + mark, say(each["group"]), count, share(each["right"], count), share(each["exact"], count)]
        row += [share(each["trusted"], count), each["wrong of trusted"]]
        if other:
            row.append(f"{other[kind]['right']:.1%}" if kind in other else "-")
        rows.append(row + [share(read[kind]["right"], read[kind]["count"]) for read in peers.values()])
    return table(headers, rows)


def means_table(record: Record, say: Say = str) -> str:
    """Return the table of means and lowest shares of the kinds that eyes can read: ours, and the other readers'."""
    return means_in_words(record["means"], record["means of peers"], say)


def _kinds(record: Record, say: Say) -> str:
    readers = "".join(f" {_PEERS[name]} {version}." for name, version in record["peers versions"].items())
    behind = "\n".join(
        say("* Not ahead of {reader} on {kinds}.").format(reader=_reader(name, say), kinds=", ".join(kinds))
        for name, kinds in record["not ahead of"].items()
        if kinds
    )
    parts = (
        kinds_table(record, say),
        say(OTHER_IMAGES) + readers,
        means_table(record, say),
        trust_in_words(record["trust"], say),
        behind,
    )
    return "\n\n".join(part for part in parts if part)


def _reader(name: str, say: Say) -> str:
    return _PEERS[name] if name in _PEERS else say(name)


def others_table(record: Record, say: Say = str) -> str:
    """Return the table of the kinds that other programs drew here."""
    headers = [
        *map(say, ("kind", "program", "version", "images", "right", "exact text", "trusted", "wrong of trusted"))
    ]
    rows = [
        (each["kind"], each["program"], each["version"], count, share(each["right"], count),
         share(each["exact"], count), share(each["trusted"], count), each["wrong of trusted"])
        for each in record["kinds"] for count in [each["count"]]
    ]  # fmt: skip
    return table(headers, rows)


def _others(record: Record, say: Say) -> str:
    parts = [
        others_table(record, say),
        means_in_words(record["means"], say=say),
        trust_in_words(record["trust"], say),
    ]
    return "\n\n".join(parts + ["  \n".join(record["missing"])] * bool(record["missing"]))


def trust_table(record: Record, say: Say = str) -> str:
    """Return the table of what is trusted and wrong, by source."""
    rows = [
        (each["source"], each["shown"], each["count"], each["trusted"], each["wrong of trusted"], each["answered"])
        for each in record["sources"]
    ]
    headers = ("images", "as", "number", "trusted", "wrong of trusted", "answered at all")
    return table([*map(say, headers)], rows)


def thresholds_table(record: Record, say: Say = str) -> str:
    """Return the table of what other thresholds would keep."""
    rows = [
        (least, *(say("{kept}, {wrong} wrong").format(**each) for each in (kinds, nothing)))
        for (least, kinds), nothing in zip(
            record["at confidence"]["captchas"].items(), record["at confidence"]["nothing"].values(), strict=True
        )
    ]
    headers = ("confidence of at least", "captchas kept", "images without text kept")
    return table([*map(say, headers)], rows)


def _trust(record: Record, say: Say) -> str:
    return f"{trust_table(record, say)}\n\n{thresholds_table(record, say)}"


def own_data_tables(record: Record, say: Say = str) -> str:
    """Return a table for each kind: accuracy by the number of labelled images."""
    return "\n\n".join(
        say("`{data}`, {test} images for the test:").format(data=kind["data"], test=kind["test images"])
        + f"\n\n{own_data_table(kind, say)}"
        for kind in record["kinds"]
    )


def own_data_table(kind: Record, say: Say = str) -> str:
    """Return the table of one kind."""
    kept = say("{kept}, {wrong} wrong")
    rows = [
        (each["images"], say("{right} of {count}").format(**each), share(each["right"], each["count"]),
         share(each["exact"], each["count"]), kept.format(kept=each["trusted"], wrong=each["wrong of trusted"]),
         f"{each['images seen']:,}", "-" if each["minutes"] is None else f"{each['minutes']:.1f}")
        for each in kind["sizes"]
    ]  # fmt: skip
    failed = "".join("\n\n" + say("Trained on {images}: {problem}").format(**each) for each in kind["failed"])
    headers = ("trained on", "right", "share", "exact text", "trusted", "images seen in training", "minutes")
    return table([*map(say, headers)], rows) + failed


SECTIONS = {"kinds": _kinds, "others": _others, "trust": _trust, "own_data": own_data_tables}
