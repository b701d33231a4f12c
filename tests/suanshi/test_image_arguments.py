"""What commands take for images: folders, lists of files, standard input."""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from suanshi.image_arguments import NamedImage, find_images
from suanshi.main import suanshi

ROOT = Path(__file__).parents[2]
Save = Callable[..., Path]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, [str(argument) for argument in arguments])


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "suanshi.main", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, **{**pipes, **options})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images" / "below").mkdir(parents=True)
    for name in ("10.png", "9.PNG", "b.jpg", ".hidden.png", "notes.txt", "below/1.gif"):
        Image.new("L", (3, 2)).save(tmp_path / "images" / name, "PNG")
    (tmp_path / "images" / "folder.png").mkdir()
    return tmp_path / "images"


def names(found: list[NamedImage], folder: Path) -> list[str]:
    return [Path(image.name).relative_to(folder).as_posix() for image in found]


def test_a_folder_stands_for_its_images(folder: Path) -> None:
    assert names(find_images([str(folder)]), folder) == ["9.PNG", "10.png", "b.jpg"]
    assert names(find_images([str(folder)], deep=True), folder) == ["9.PNG", "10.png", "b.jpg", "below/1.gif"]


def test_a_list_of_files_comes_behind_the_arguments(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    odd = os.fsdecode(b"\xff.png")
    content = "\ufeffimages/b.jpg\r\n\n  \nimages/below\nnone.png\n流 1.png\n".encode() + os.fsencode(odd)
    (folder / "list").write_bytes(content)
    found = find_images(["a.png"], "images/list")
    assert [image.name for image in found] == [
        "a.png",
        "images/b.jpg",
        "images/below/1.gif",
        "none.png",
        "流 1.png",
        odd,
    ]
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"c.png\nd.png")))
    assert [image.name for image in find_images([], "-")] == ["c.png", "d.png"]


def test_standard_input_is_an_image_once() -> None:
    (image,) = find_images(["-"])
    assert (image.name, image.stem) == ("-", "standard-input")
    for arguments, files_from in ((["-", "-"], None), (["-"], "-")):
        with pytest.raises(click.UsageError, match="only once"):
            find_images(arguments, files_from)


@pytest.mark.parametrize(
    ("arguments", "files_from", "message"),
    [
        ([], None, "expected images"),
        (["images/folder.png"], None, "images/folder.png: holds no images"),
        ([], "none", "none: No such file"),
        ([], "images", "images: Is a directory"),
        ([], "empty", "expected images"),
    ],
)
def test_wrong_calls(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], files_from: str | None, message: str
) -> None:
    monkeypatch.chdir(folder.parent)
    (folder.parent / "empty").touch()
    with pytest.raises(click.UsageError, match=message):
        find_images(arguments, files_from)


def test_encoded_images_have_short_names() -> None:
    (image,) = find_images(["data:image/png;base64," + "A" * 5000])
    assert image.name == "data URL"


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


def test_an_image_as_text_is_never_printed_whole(grey_bundle: Save, images: list[Path]) -> None:
    url = "data:image/png;base64," + base64.b64encode(images[0].read_bytes()).decode()
    assert call("recognize", url, "--model", grey_bundle()).stdout == "data URL\t1+2*3\t7\n"
