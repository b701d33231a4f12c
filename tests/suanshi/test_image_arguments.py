"""Images as arguments: folders, and texts that hold an image."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from suanshi.image_arguments import find_images
from suanshi.main import suanshi

ROOT = Path(__file__).parents[2]
Save = Callable[..., Path]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, [str(argument) for argument in arguments])


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "suanshi.main", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, **{**pipes, **options})


def test_folders_and_standard_input_hold_images(grey_bundle: Save, images: list[Path]) -> None:
    (images[0].parent / "notes.txt").write_text("no image")
    folder, bundle = images[0].parent, grey_bundle()
    texts = [line.split("\t")[1] for line in call("recognize", folder, "--model", bundle).stdout.splitlines()]
    assert texts == ["1+2*3", "1/(2-2)", "7/2"]  # sorted by name
    process = start("recognize", "-", "--model", bundle, stdin=subprocess.PIPE)
    out, _ = process.communicate(images[0].read_bytes())
    assert out.decode() == "-\t1+2*3\t7\n"
    (folder / "empty").mkdir()
    assert "holds no images" in call("recognize", folder / "empty", "--model", bundle).stderr


def test_numbered_files_of_a_folder_come_in_the_order_of_numbers(tmp_path: Path) -> None:
    for name in ("10.png", "9.png", "b.png", "a.png"):
        (tmp_path / name).touch()
    assert [Path(name).name for name in find_images([str(tmp_path)])[1]] == ["9.png", "10.png", "a.png", "b.png"]


def test_an_image_as_text_is_never_printed_whole(grey_bundle: Save, images: list[Path]) -> None:
    url = "data:image/png;base64," + base64.b64encode(images[0].read_bytes()).decode()
    assert call("recognize", url, "--model", grey_bundle()).stdout == "data URL\t1+2*3\t7\n"
