"""A user's own files that bear the names of our packages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with our packages on the path behind it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("name", "used"),
    [("ocr.py", "recognize"), ("preprocessing.py", "load_recognizer"), ("fonts.py", "draw"), ("generators", "draw")],
)
def test_the_error_names_the_file_and_says_what_to_do(tmp_path: Path, name: str, used: str) -> None:
    hiding = tmp_path / name
    if hiding.suffix:
        hiding.write_text("print('imported')\n")
    else:
        hiding.mkdir()
        (hiding / "__init__.py").write_text("print('imported')\n")
    (tmp_path / "mine.py").write_text(f"import suanshi\nsuanshi.{used}\n")
    done = run(tmp_path, "mine.py")
    assert done.returncode == 1
    *_, last = done.stderr.splitlines()
    assert last.startswith(f"ImportError: {hiding} hides the package {hiding.stem!r}")
    assert "rename it" in last
    assert not done.stdout


def test_a_script_that_hides_a_package_itself(tmp_path: Path) -> None:
    script = tmp_path / "ocr.py"
    script.write_text("from suanshi import recognize\n")
    assert f"ImportError: {script} hides the package 'ocr'" in run(tmp_path, "ocr.py").stderr


def test_files_that_hide_what_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "generators.py").write_text("MINE = 1\n")
    (tmp_path / "mine.py").write_text(
        "import generators, suanshi\nprint(suanshi.recognize.__name__, generators.MINE)\n"
    )
    assert run(tmp_path, "mine.py").stdout == "recognize 1\n"


def test_the_command_is_not_misled_by_the_folder_it_runs_in(tmp_path: Path) -> None:
    for name in ("ocr", "fonts", "click"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('mine')\n")
    done = run(tmp_path, "-m", "suanshi", "recognize", str(ROOT / "examples" / "0.png"))
    assert done.returncode == 0, done.stderr
    assert "\t9*(3+2)\t45" in done.stdout


def test_the_command_names_a_file_that_comes_first_on_the_path(tmp_path: Path) -> None:
    (tmp_path / "fonts.py").write_text("")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-m", "suanshi", "info"], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"suanshi: {tmp_path / 'fonts.py'} hides the package 'fonts'")
    assert done.stderr.count("\n") == 1
