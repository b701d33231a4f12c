"""Command lines of all Markdown pages, English and Chinese.

* A line of `suanshi` in a block is run, in a folder that holds what it names, when its command is one of RUN. Only
  counts are made small (`--count 2`).
* A line of any other command of `suanshi`, and one of a benchmark, is parsed: the command, its options, their values
  and the number of its arguments are right, but it is not run. Trainings and benchmarks take minutes to hours; tests of
  their own run them on tiny data.
* Of `make`, `pip`, `curl` and `python -m tests...` lines the target, the extra, the service's address or the module is
  there.
* Lines in sentences and tables are often cut short (`suanshi train --data`): the command and the options are there.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw, ImageFont

import suanshi
from fonts import typefaces
from suanshi.main import suanshi as main
from suanshi.serving.app import create_app
from tests.documents.pages import PAGES, ROOT, block_commands, inline_commands

RUN = ("recognize", "generate", "inspect", "info", "export", "preprocess", "submit")
"""Commands of `suanshi` that the test runs."""

NOT_RUN = ("--scheduler", "--model MODEL", "litert", "/shared", "reader.onnx")
"""Lines that need a cluster, a trained classifier, or a long conversion are parsed only."""

DEFAULTS = {"segment": "images"}
"""Groups in which images may follow at once, and the command that is meant then."""

PLACEHOLDERS = {"N": "2"}

Line = tuple[str, ...]


def lines(find: Callable[[Path], Iterable[list[str]]]) -> list[Line]:
    """Return the different lines of all pages."""
    return sorted({tuple(PLACEHOLDERS.get(word, word) for word in words) for page in PAGES for words in find(page)})


BLOCKS, INLINE = lines(block_commands), lines(inline_commands)


def is_run(line: Line) -> bool:
    return line[0] == "suanshi" and line[1] in RUN and not any(part in " ".join(line) for part in NOT_RUN)


def resolved(words: Sequence[str]) -> tuple[click.Command, click.Context, list[str]]:
    """Return the command that a line of `suanshi` or a benchmark names, its parent's context, and its arguments."""
    if words[0] == "suanshi":
        context = click.Context(main, info_name="suanshi")
        command: click.Command = main
        rest = list(words[1:])
    else:
        name = words[2]
        found = find_spec(f"{name}.__main__") if find_spec(name).submodule_search_locations else None  # type: ignore[union-attr]
        module = import_module(f"{name}.__main__" if found else name)
        command = getattr(module, "command", None) or module.main
        context, rest = click.Context(command, info_name=name), list(words[3:])
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        if rest[0] not in command.list_commands(context):
            rest = [DEFAULTS.get(words[1], rest[0]), *rest]
        name, following, rest = command.resolve_command(context, rest)
        assert following is not None
        context = click.Context(following, parent=context, info_name=name)
        command = following
    return command, context, rest


def is_click(words: Sequence[str]) -> bool:
    return words[0] == "suanshi" or (words[:2] == ("python", "-m") and words[2].startswith("benchmarks."))


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the pages' command lines name."""
    folder = tmp_path_factory.mktemp("workplace")
    shutil.copytree(ROOT / "examples", folder / "examples")
    for name in ("new.png", "a.png", "SOME.jpg"):
        shutil.copy(ROOT / "examples" / "0.png", folder / name)
    shutil.copy(ROOT / "examples" / "captchas" / "1.png", folder / "code.png")
    digits = Image.new("RGB", (150, 50), "white")
    ImageDraw.Draw(digits).text((20, 4), "4071", "navy", ImageFont.truetype(str(typefaces()[0].path), 36))
    digits.save(folder / "captcha.png")
    for name in ("mine", "more"):
        shutil.copytree(ROOT / "ocr" / "models" / "captcha", folder / name)
    for name in ("PICTURES", "NEW_PICTURES", "MODEL", "cats_dogs", "runs/image-folders/compact-0"):
        (folder / name).mkdir(parents=True)
    (folder / "runs/image-folders/course-0").mkdir()
    (folder / "cifar10_test_jpeg.zip").touch()
    for name in ("DIR", "IMAGES"):
        (folder / name).mkdir()
        for drawing in suanshi.draw("captcha", 8):
            (folder / name / f"{drawing.text}.png").write_bytes(drawing.png())
    (folder / "PAGES").mkdir()
    for number, drawing in enumerate(suanshi.draw("formula", 2)):
        (folder / "PAGES" / f"{number}.png").write_bytes(drawing.png())
    shutil.copy(ROOT / "examples" / "page.png", folder / "page.png")
    return folder


@pytest.mark.parametrize("line", [line for line in BLOCKS if is_run(line)], ids=" ".join)
def test_a_line_runs(line: Line, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    words = list(line[1:])
    if "--count" in words:
        words[words.index("--count") + 1] = "2"
        shutil.rmtree(workplace / words[2], ignore_errors=True)
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("line", [line for line in BLOCKS if is_click(line) and not is_run(line)], ids=" ".join)
def test_a_line_parses(line: Line, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    command, context, rest = resolved(line)
    command.make_context(command.name, rest, parent=context.parent)


@pytest.mark.parametrize("line", [line for line in INLINE if is_click(line)], ids=" ".join)
def test_a_line_in_a_sentence_names_what_is_there(line: Line) -> None:
    command, _, rest = resolved(line)
    known = {"--help", "-h", "--version"}.union(*(param.opts + param.secondary_opts for param in command.params))
    assert {word.split("=")[0] for word in rest if word.startswith("--")} <= known


@pytest.mark.parametrize(
    "line", [line for line in dict.fromkeys((*BLOCKS, *INLINE)) if not is_click(line)], ids=" ".join
)
def test_other_lines_name_what_is_there(line: Line) -> None:
    text = " ".join(line)
    if line[0] == "make":
        assert re.search(rf"^{line[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    elif line[:2] == ("python", "-m") and line[2].startswith("tests."):
        assert find_spec(line[2])
    elif line[0] == "curl":
        (url,) = [urlsplit(word) for word in line if word.startswith("http")]
        assert url.path in {getattr(route, "path", "") for route in create_app().routes}
    elif "install" in line:
        project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        section = project.partition("[project.optional-dependencies]")[2].partition("\n[")[0]
        extras = set(re.findall(r"^(\w+) = ", section, re.MULTILINE))
        named = re.findall(r"(?:suanshi|\.)\[([\w,]+)\]", text)
        assert {extra for each in named for extra in each.split(",")} <= extras
        assert named or " ." in text or "suanshi @ git+" in text or "atheris" in text
    else:
        assert line[0] == "dask" or line[:3] == ("python", "-m", "venv") or line[:3] == ("python", "-m", "suanshi"), (
            text
        )


def test_lines_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Call `suanshi info\nx` or `A=1 make b`, `not this`.\n\n"
        "    suanshi train captcha \\\n        --out D [--look a|b]   # why\n\n"
        "```sh\nmake demo\n```\n\n```python\n1 + 1\n```\n\n    0.png\t1\n",
        encoding="utf-8",
    )
    found = [["suanshi", "train", "captcha", "--out", "D", "--look", "a"], ["make", "demo"]]
    assert [*block_commands(page)] == found
    assert [*inline_commands(page)] == [["suanshi", "info", "x"], ["make", "b"]]
    assert len(BLOCKS) > 40
    with pytest.raises(click.UsageError):
        test_a_line_parses(("suanshi", "train", "captcha", "--oot", "D"), tmp_path, pytest.MonkeyPatch())
