"""Pages are templates filled with the figures of a run."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from benchmarks.measuring.record import RESULTS
from benchmarks.measuring.template import render

ROOT = Path(__file__).parents[2]


def test_fields_are_filled(tmp_path: Path) -> None:
    template = tmp_path / "page.md"
    template.write_text("{count:,} of {record[sizes][1]}, {{}}\n\n{rest}\n", encoding="utf-8")
    assert render(template, count=1234, record={"sizes": [1, 2]}, rest="") == "1,234 of 2, {}\n"


@pytest.mark.parametrize("name", ["activation_maps", "denoising", "fingerprints", "image_folders", "segmentation"])
def test_the_documents_are_what_the_last_results_make(name: str) -> None:
    record = json.loads((ROOT / RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    page = importlib.import_module(f"benchmarks.{name}.page").page(record)
    assert page == (ROOT / "docs" / f"{name.replace('_', '-')}.md").read_text(encoding="utf-8")


def test_a_page_without_cifar_has_no_word_of_it() -> None:
    record = json.loads((ROOT / RESULTS / "image_folders.json").read_text(encoding="utf-8"))
    page = importlib.import_module("benchmarks.image_folders.page").page
    assert "## CIFAR-10" in page(record)
    del record["cards"]["cifar-0"]
    assert "CIFAR" not in page(record)
    assert page(record).endswith("at a time.\n")
