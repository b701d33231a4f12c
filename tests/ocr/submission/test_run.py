"""Runs over a folder of pages that go on: the answer file is the same bytes whatever happens on the way."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ocr.inference.recognizer import Recognition
from ocr.submission import block
from ocr.submission import run as submission
from ocr.submission.block import written_value
from ocr.submission.journal import JournalError
from ocr.submission.pages import PagesError, find_pages
from ocr.submission.run import Submission
from ocr.tasks import TaskSpec
from ocr.text.expression import evaluate

Save = Callable[..., Path]
Write = Callable[..., Any]

TEXTS = ("1+2*3", "7/2", "1/(2-2)", "3-8", "9*9", "(1-2)/3", "4+4")
RESULT = "1+2*3 7\n7/2 3.50\n1/(2-2)\n3-8 -5\n9*9 81\n(1-2)/3 -0.33\n4+4 8\n"


def said(text: str, confidence: float) -> Recognition:
    return Recognition(text, evaluate(text).value, confidence, (), None, "formula")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(3-7)+5", "1"),
        ("1-9*9", "-80"),
        ("7/2", "3.50"),
        ("流=4;流/2+1", "3.00"),
        ("流=4;流*2+1", "9.00"),
        ("(1-2)/300", "0.00"),
        ("1/0", None),
    ],
)
def test_written_values(text: str, value: str | None) -> None:
    assert written_value(said(text, 1.0)) == value


@pytest.fixture
def folder(tmp_path: Path, write_grey: Write) -> Path:
    """Seven pages."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for number, text in enumerate(TEXTS):
        Image.fromarray(write_grey(text)).save(pages / f"{number}.png")
    return pages


@pytest.fixture
def blocks_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "BLOCK", 2)


def submit(folder: Path, result: Path, *bundles: Path, blocks: int | None = None, **options: Any) -> Any:
    """Run to the end, or for a number of blocks; return the summary."""
    with Submission(find_pages(folder), bundles, result, **options) as run:
        for number, _ in enumerate(run.run(), start=1):
            if number == blocks:
                return run.done
        return run.finish()


def part(result: Path) -> Path:
    return result.with_name(f"{result.name}.part")


def test_a_folder_becomes_a_file(folder: Path, grey_bundle: Save, tmp_path: Path) -> None:
    result = tmp_path / "算式.txt"
    result.write_text("of an earlier run")
    summary = submit(folder, result, grey_bundle())
    assert result.read_text(encoding="utf-8") == RESULT
    assert (summary.pages, summary.answered, summary.not_computable, summary.empty) == (7, 6, 1, 0)
    assert 0.9 < summary.confidence <= 1
    assert sorted(path.name for path in tmp_path.glob("算式*")) == ["算式.txt"]


def test_bad_pages_and_gaps_are_empty_lines(folder: Path, grey_bundle: Save, tmp_path: Path) -> None:
    (folder / "1.png").unlink()
    (folder / "2.png").write_bytes(b"")
    (folder / "3.png").write_bytes(b"hello")
    (folder / "4.png").unlink()
    (folder / "4.png").mkdir()
    Image.new("RGB", (180, 60), "white").save(folder / "5.png")
    (folder / "06.png").write_bytes(b"")
    (folder / "notes.txt").write_bytes(b"")
    pages = find_pages(folder)
    assert (pages.count, pages.missing, pages.others) == (7, (1,), ("06.png", "notes.txt"))
    summary = submit(folder, tmp_path / "r.txt", grey_bundle())
    assert (tmp_path / "r.txt").read_text() == "1+2*3 7\n\n\n\n\n\n4+4 8\n"
    assert (summary.answered, summary.empty, summary.missing, summary.unreadable) == (2, 5, 1, 3)
    assert [problem.startswith(str(folder)) for problem in summary.problems] == [True] * 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_and_odd_shapes_stop_nothing(folder: Path, grey_bundle: Save, tmp_path: Path) -> None:
    (folder / "1.png").unlink()
    os.mkfifo(folder / "1.png")
    Image.new("RGB", (1, 9300), "white").save(folder / "2.png")
    (tmp_path / "r.txt.new").write_text("mine")
    summary = submit(folder, tmp_path / "r.txt", grey_bundle())
    assert (summary.unreadable, summary.empty) == (1, 2)
    assert summary.problems == (f"{folder / '1.png'}: is a pipe or a device, not a file",)
    assert (tmp_path / "r.txt.new").read_text() == "mine"


def test_a_page_that_cannot_be_prepared_is_an_empty_line(
    folder: Path, grey_bundle: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(spec: TaskSpec, pixels: Any) -> Any:
        if pixels.shape[1] == 7:
            raise MemoryError
        return prepared(spec, pixels)

    prepared = TaskSpec.prepare
    monkeypatch.setattr(TaskSpec, "prepare", prepare)
    Image.new("RGB", (7, 9), "white").save(folder / "2.png")
    summary = submit(folder, tmp_path / "r.txt", grey_bundle())
    assert summary.answered == 6
    assert summary.problems == (f"{folder / '2.png'}: cannot be prepared (out of memory)",)


def test_models_of_different_kinds_vote(folder: Path, grey_bundle: Save, tmp_path: Path) -> None:
    # Of two small inputs the columns are half as wide, so that these models read nothing sensible, and not the same.
    other = grey_bundle(channels=("stretched",), grammar="arithmetic")
    submit(folder, tmp_path / "one.txt", grey_bundle(), grey_bundle(), other)
    assert (tmp_path / "one.txt").read_text() == RESULT


def test_a_page_is_prepared_once_for_models_of_one_kind(
    folder: Path, grey_bundle: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[object] = []
    prepared: list[object] = []
    read, prepare = block.read_image, TaskSpec.prepare
    monkeypatch.setattr(block, "read_image", lambda path: decoded.append(path) or read(path))
    monkeypatch.setattr(TaskSpec, "prepare", lambda spec, it: prepared.append(it) or prepare(spec, it))
    submit(folder, tmp_path / "r.txt", grey_bundle(), grey_bundle(threshold=0.5), grey_bundle(max_width=120))
    assert (len(decoded), len(prepared)) == (7, 14)


@pytest.mark.usefixtures("blocks_of_two")
@pytest.mark.parametrize("torn", [0, 1, 40, 400])
def test_a_run_goes_on_from_its_journal(folder: Path, grey_bundle: Save, tmp_path: Path, torn: int) -> None:
    result, bundle = tmp_path / "r.txt", grey_bundle()
    assert submit(folder, result, bundle, blocks=3) == 6
    assert not result.exists()
    content = part(result).read_bytes()
    part(result).write_bytes(content[: len(content) - torn])
    with Submission(find_pages(folder), [bundle], result) as run:
        assert not run.restarted
        assert run.done == {0: 6, 1: 4, 40: 4, 400: 0}[torn]
        assert list(run.run())[-1] == 7
        assert run.finish().answered == 6
    assert result.read_text() == RESULT
    assert not part(result).exists()


@pytest.mark.usefixtures("blocks_of_two")
def test_another_call_begins_anew(folder: Path, grey_bundle: Save, tmp_path: Path) -> None:
    result, bundle = tmp_path / "r.txt", grey_bundle()
    for name, options, bundles in [
        ("batch", {"batch_size": 3}, [bundle]),
        ("model", {}, [grey_bundle(threshold=0.5)]),
        ("models", {}, [bundle, bundle]),
    ]:
        submit(folder, result, bundle, blocks=1)
        with Submission(find_pages(folder), bundles, result, **options) as run:
            assert (run.restarted, run.done) == (True, 0), name
        part(result).unlink()
    submit(folder, result, bundle, blocks=1)
    (folder / "7.png").write_bytes(b"")
    with Submission(find_pages(folder), [bundle], result) as run:
        assert run.restarted


def test_a_result_in_the_place_of_something_else(folder: Path, grey_bundle: Save, tmp_path: Path) -> None:
    bundle = grey_bundle()
    with pytest.raises(PagesError, match="in the place of a page"):
        submit(folder, folder / "9.png", bundle)
    with pytest.raises(PagesError, match="is no file"):
        submit(folder, tmp_path, bundle)
    (tmp_path / "r.txt.part").write_text("my notes\n")
    with pytest.raises(JournalError, match="is no journal"):
        submit(folder, tmp_path / "r.txt", bundle)
    assert (tmp_path / "r.txt.part").read_text() == "my notes\n"


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
def test_a_link_in_the_place_of_the_journal_is_not_followed(folder: Path, grey_bundle: Save, tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"")
    (tmp_path / "r.txt.part").symlink_to("victim")
    with pytest.raises(JournalError, match="is a link"):
        submit(folder, tmp_path / "r.txt", grey_bundle())
    assert (tmp_path / "victim").read_bytes() == b""


def test_values_are_computed_exactly_and_rounded_last() -> None:
    value = evaluate("流=1;(流/3+99999999)*30000000").value
    assert value == Fraction(1, 3) * 30000000 + 99999999 * 30000000
    assert written_value(said("流=1;流/3+99999999*99999999", 1.0)) == "9999999800000001.33"
