"""What reaches the terminal: the command's own words, and nothing that a terminal would obey."""

from __future__ import annotations

import dataclasses
import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from ocr.bundle import load_bundle, save_bundle
from suanshi.main import suanshi
from suanshi.messages import escape_raw, printable

ROOT = Path(__file__).parents[2]
Save = Callable[..., Path]
ODD = "\x1b[31mred\x9b2J\x07\u202etxt.png"


def run(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "suanshi.main", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def assert_tame(output: bytes | str) -> None:
    text = output.decode() if isinstance(output, bytes) else output
    assert all(char.isprintable() or char in "\n\t\r" for char in text), text


def test_what_cannot_be_printed_is_escaped() -> None:
    assert printable("a\x1b[1m\n流\t") == "a\\u001b[1m\\n流\\t"
    assert json.loads(escape_raw(json.dumps({"a": ODD}, ensure_ascii=False))) == {"a": ODD}


@pytest.mark.skipif(sys.platform == "win32", reason="such names are none there")
def test_file_names_command_no_terminal(tmp_path: Path, grey_bundle: Save, write_grey: Callable[..., object]) -> None:
    folder = grey_bundle()
    Image.fromarray(write_grey("1+2*3")).save(tmp_path / ODD, "PNG")
    (tmp_path / f"bad{ODD}").write_text("none")
    files = (tmp_path / ODD, tmp_path / f"bad{ODD}", tmp_path / f"none{ODD}")
    for options in ((), ("--json",)):
        result = CliRunner().invoke(suanshi, ["recognize", *map(str, files), "--model", str(folder), *options])
        assert_tame(result.stdout)
        assert_tame(result.stderr)
        if options:
            lines = [json.loads(line) for line in result.stdout.splitlines()]
            assert [each["file"] for each in lines] == [str(file) for file in files]
    for command in (("inspect", f"none{ODD}"), ("evaluate", "--model", ODD, "--data", ODD), ("info", ODD), (ODD,)):
        result = CliRunner().invoke(suanshi, command)
        assert result.exit_code == 2
        assert_tame(result.stdout)
        assert_tame(result.stderr)


def test_cards_command_no_terminal(tmp_path: Path, grey_bundle: Save) -> None:
    folder = grey_bundle()
    bundle = load_bundle(folder)
    save_bundle(folder, dataclasses.replace(bundle.config, card={ODD: ["\x1b]0;title\x07", {ODD: ODD}]}), bundle.model)
    result = CliRunner().invoke(suanshi, ["info", str(folder)])
    assert result.exit_code == 0
    assert_tame(result.stdout)
    assert "\\u001b]0;title" in result.stdout


@pytest.mark.skipif(os.name != "posix", reason="descriptors of Unix")
def test_libraries_write_nothing_about_damaged_files(tmp_path: Path) -> None:
    """The command says what is wrong in one line a file."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 300, 200, 8, 2, 0, 0, 0))
    half = chunk(b"IDAT", zlib.compress(b"\0" * 901 * 100))
    (tmp_path / "0.png").write_bytes(b"\x89PNG\r\n\x1a\n" + head + half + chunk(b"IEND", b""))
    Image.effect_noise((200, 100), 99).save(tmp_path / "1.tif", compression="tiff_lzw")
    content = bytearray((tmp_path / "1.tif").read_bytes())
    content[1000:1100] = b"\xff" * 100
    (tmp_path / "1.tif").write_bytes(content)
    (tmp_path / "2.bmp").write_bytes(
        b"BM" + struct.pack("<IIIIiiHHIIIIII", 0, 0, 54, 40, 10_000, 9_900, 1, 24, *[0] * 6)
    )
    result = run("recognize", *sorted(tmp_path.iterdir()), "--model", "arithmetic")
    assert result.returncode == 1
    assert result.stdout == b""
    lines = result.stderr.decode().splitlines()
    assert [line.split(": ")[1] for line in lines] == [str(path) for path in sorted(tmp_path.iterdir())]
    assert all(line.startswith("suanshi: ") for line in lines)
