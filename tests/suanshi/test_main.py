"""How calls end: help, full disks, closed pipes, signals and locales."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from suanshi.main import COMMANDS, suanshi

ROOT = Path(__file__).parents[2]
Save = Callable[..., Path]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, [str(argument) for argument in arguments])


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "suanshi.main", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, **{**pipes, **options})


def test_a_real_process_under_the_c_locale(grey_bundle: Save, images: list[Path]) -> None:
    environment = {**os.environ, "LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    environment["PYTHONCOERCECLOCALE"] = "0"
    missing = images[0].parent / "none.png"
    process = start("recognize", *images[:2], missing, "--model", grey_bundle(), env=environment)
    out, err = process.communicate()
    assert out.decode() == f"{images[0]}\t1+2*3\t7\n{images[1]}\t7/2\t7/2\n"
    assert process.returncode == 1
    assert err.decode().strip() == f"suanshi: {missing}: no such file"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse file names that are no text")
def test_a_file_name_that_is_no_text(grey_bundle: Save, images: list[Path]) -> None:
    name = os.fsencode(images[0].parent) + b"/\xff\xfe.png"
    os.rename(images[0], name)
    for option in ([], ["--json"]):
        process = start("recognize", os.fsdecode(name), os.fsdecode(name) + "x", *option, "--model", grey_bundle())
        out, err = process.communicate()
        assert process.returncode == 1
        assert b"no such file" in err
        assert b"Traceback" not in err
        if option:
            assert json.loads(out.splitlines()[0].decode())["file"] == os.fsdecode(name)
        else:
            assert out == name + b"\t1+2*3\t7\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals and pipes of Unix")
def test_a_closed_pipe_is_quiet(grey_bundle: Save, images: list[Path]) -> None:
    process = start("recognize", *images[:1] * 5000, "--model", grey_bundle())
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals and pipes of Unix")
def test_ctrl_c_is_quiet(grey_bundle: Save, images: list[Path]) -> None:
    process = start("recognize", *images[:1] * 20000, "--model", grey_bundle())
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline()  # it is reading by now, and soon waits for someone to take its lines
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    assert process.stderr.read().strip() == b""
    assert process.wait() == 130


def test_help_lists_all_commands() -> None:
    result = call("--help")
    assert result.exit_code == 0
    for name, summary in COMMANDS.items():
        assert name in result.stdout
        assert summary in result.stdout
        assert call(name, "--help").exit_code == 0
    assert call("poetry").exit_code == 2


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [["--help"], ["info"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told_in_a_line(arguments: list[str], unbuffered: str) -> None:
    with open("/dev/full", "wb") as full:
        process = start(*arguments, stdout=full, env={**os.environ, "PYTHONUNBUFFERED": unbuffered})
        _, err = process.communicate()
    assert err == b"suanshi: stdout: No space left on device\n"
    assert process.returncode == 1


def test_the_shell_completes_commands_and_options() -> None:
    for words, completion in (
        ("suanshi recog", "plain,recognize"),
        ("suanshi recognize --files", "plain,--files-from"),
    ):
        environment = {**os.environ, "_SUANSHI_COMPLETE": "bash_complete", "COMP_WORDS": words}
        environment["COMP_CWORD"] = str(len(words.split()) - 1)
        done = subprocess.run(
            [sys.executable, "-m", "suanshi"], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert completion in done.stdout.splitlines(), done.stderr
    assert "_SUANSHI_COMPLETE=bash_source" in CliRunner().invoke(suanshi, ["--help"]).stdout
