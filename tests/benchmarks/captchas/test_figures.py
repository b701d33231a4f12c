"""The figures of kinds, from answers that are written down here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.captchas.figures import error_sheet, means, measured, total_trust, trust_in_words
from benchmarks.captchas.truth import truths
from preprocessing.read import read_image
from tests.benchmarks.captchas.conftest import Fake, equation

SHOWN = truths(["1+2=?", "3x3=?", "9-4=?", "2+2=?"])
READ = [equation("1+2=?", 0.999, trusted=True), equation("3×3", 0.95), equation("9+4=?", 0.995, trusted=True), Fake("")]


def test_a_kind_is_counted_by_value_text_and_trust() -> None:
    row = measured("sums", SHOWN, READ)
    counted = {key: row[key] for key in ("kind", "group", "count", "right", "exact", "trusted", "wrong of trusted")}
    assert counted == {
        "kind": "sums", "group": "arithmetic", "count": 4, "right": 2, "exact": 1, "trusted": 2, "wrong of trusted": 1
    }  # fmt: skip
    assert row["at confidence"]["0.9"] == {"kept": 3, "wrong": 1}
    assert row["at confidence"]["0.999"] == {"kept": 1, "wrong": 0}
    assert [each["label"] for each in row["errors"]] == ["9-4=?", "2+2=?"]


def test_every_kind_counts_once_in_the_mean() -> None:
    rows = [
        {"kind": "many", "group": "text", "count": 100, "right": 100},
        {"kind": "few", "group": "text", "count": 2, "right": 1},
    ]
    assert means(rows) == {"text": {"kinds": 2, "mean": 0.75, "lowest": 0.5, "lowest kind": "few"}}


def test_trust_without_trusted_answers_has_no_share() -> None:
    total = total_trust([{"count": 3, "trusted": 0, "wrong of trusted": 0}])
    assert total["share"] is None
    assert trust_in_words(total) == "Trusted: 0 of 3."
    assert "1 of these wrong (50.00%)" in trust_in_words(total_trust([measured("sums", SHOWN, READ)]))


@pytest.mark.parametrize(("read", "there"), [(READ, True), ([equation(each.text) for each in SHOWN], False)])
def test_errors_are_drawn_where_there_are_any(tmp_path: Path, read: list[Fake], there: bool) -> None:
    images = [np.full((20, 60, 3), level, np.uint8) for level in (0, 80, 160, 240)]
    error_sheet(tmp_path / "errors" / "sums.png", images, SHOWN, read)
    assert (tmp_path / "errors" / "sums.png").exists() == there
    if there:
        assert read_image(tmp_path / "errors" / "sums.png").ndim == 3
