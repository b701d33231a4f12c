"""Layers follow installs: reading and drawing never import what only training needs."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRAINING_ONLY = {"tensorflow", "keras", "matplotlib", "onnx", "skimage"}
HEAVY = TRAINING_ONLY | {"cv2", "onnxruntime", "PIL", "captcha", "joblib", "tqdm"}


def imported_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has after `statement`."""
    script = f"import sys\n{statement}\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import ocr; ocr.recognize_formula; ocr.recognize_captcha; ocr.load_recognizer; ocr.Recognition",
        "import ocr.evaluation.explain",
        "import preprocessing; preprocessing.read_image; preprocessing.reader_input",
        "import generators.contest.seeded_captcha, generators.contest.sampler, generators.stream, generators.folder",
        "import fonts; import fonts.catalogue",
        "import suanshi.main; from suanshi.commands import recognize, generate, train, export, info",
        "from suanshi.commands import denoise, fingerprints, classify, segment",
    ],
)
def test_no_layer_but_training_imports_what_training_needs(statement: str) -> None:
    assert not imported_by(statement) & TRAINING_ONLY


@pytest.mark.parametrize(
    "statement",
    ["import ocr, ocr.errors", "import preprocessing", "import fonts", "import generators", "import suanshi.main"],
)
def test_the_front_rooms_import_nothing_heavy(statement: str) -> None:
    assert not imported_by(statement) & HEAVY


def test_arrows_point_one_way() -> None:
    ours = {"suanshi", "ocr", "generators", "fonts", "preprocessing"}
    assert imported_by("import preprocessing.read, preprocessing.clean") & ours == {"preprocessing"}
    reading = "from ocr.inference import recognizer, reader; import ocr.evaluation.explain"
    assert imported_by(reading) & ours == {"ocr", "preprocessing"}
    command = "import suanshi.commands.recognize, ocr.inference.reader"
    assert not imported_by(command) & {"autoencoders", "classifiers"}


def test_nothing_else_imports_the_front_door() -> None:
    rooms = {path.parent for path in ROOT.glob("*/__init__.py")} - {ROOT / "suanshi"}
    assert {room.name for room in rooms} >= {"ocr", "classifiers", "benchmarks"}
    files = [file for room in rooms for file in room.rglob("*.py")]
    allowed = {ROOT / "benchmarks": {"suanshi"}}  # what users import may be measured and shown
    for file in files:
        front = {name for name in imports_of(file) if name.partition(".")[0] == "suanshi"}
        assert front <= allowed.get(ROOT / file.relative_to(ROOT).parts[0], set()), file


def test_the_runtime_comes_from_the_room_that_keeps_it_quiet(tmp_path: Path) -> None:
    rooms = [path.parent for path in ROOT.glob("*/__init__.py")]
    files = {file.relative_to(ROOT).as_posix() for room in rooms for file in room.rglob("*.py")
             if "onnxruntime" in imports_of(file)}  # fmt: skip
    assert files == {"ocr/inference/runtime.py"}
    statement = "import ocr; print(ocr.recognize_formula('examples/0.png').text)"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    done = subprocess.run(
        [sys.executable, "-c", statement], cwd=ROOT, env={**environment, "HOME": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "9*(3+2)\n", done.stderr
    assert not list(tmp_path.iterdir())  # no identifier, no reports


def imports_of(file: Path) -> Iterator[str]:
    """Yield the modules that a file imports, within its functions and for its types too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_help_loads_no_command() -> None:
    statement = (
        "from suanshi.main import suanshi\n"
        "import contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    suanshi(['--help'])"
    )
    assert not imported_by(statement) & (HEAVY | {"numpy"})
