"""Calls of benchmarks, and what a benchmark that makes a page has to leave."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from benchmarks.look_pages.measure import cut_out
from generators.pages.layout import draw
from generators.pages.page_samples import page_sampler

Call = Callable[..., Result]
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def call() -> Call:
    """A function that calls a command with arguments and returns its result; it must succeed."""

    def start(command: click.Command, *arguments: object) -> Result:
        result = CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result

    return start


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A function that runs a benchmark, which must write its page and its record, and returns the latter."""

    def start(command: Any, page: str, *arguments: object) -> dict[str, Any]:
        out, docs = tmp_path / "record.json", tmp_path / "docs"
        call = [*map(str, arguments), "--docs", str(docs), "--out", str(out)]
        result = CliRunner().invoke(command, call, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        text = (docs / f"{page}.md").read_text(encoding="utf-8")
        for name in (part.partition(")")[0] for part in text.split("](pictures/")[1:]):
            assert (docs / "pictures" / name).exists()
        return dict(json.loads(out.read_text(encoding="utf-8")))

    return start


@pytest.fixture
def page_data(tmp_path: Path) -> Path:
    """Two pages, and the lines of one, cut out; with labels."""
    plans = [page_sampler()(np.random.default_rng((5, number))) for number in range(2)]
    lines = [(cut_out(page, line), line.text) for page in plans for line in page.lines]
    for name, pairs in (("lines", lines), ("pages", [(draw(page), page.text) for page in plans])):
        folder = tmp_path / "real" / name
        folder.mkdir(parents=True)
        for number, (pixels, _) in enumerate(pairs):
            Image.fromarray(pixels).save(folder / f"{number}.png")
        labels = "".join(f"{number}.png {text}\n" for number, (_, text) in enumerate(pairs))
        (folder / "labels.txt").write_text(labels, encoding="utf-8")
    return tmp_path / "real"


@pytest.fixture
def eagerly() -> Iterator[None]:
    """Run TensorFlow's functions as they are: to trace a network takes longer than one step of it does."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture
def noise() -> Callable[..., np.ndarray]:  # type: ignore[type-arg]
    """A function that makes an array of a seed and a shape, uint8."""
    return lambda seed, *shape: np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
