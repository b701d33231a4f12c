"""The way of an image through the files."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from benchmarks.trace.__main__ import Call, command, moves

ROOT = Path(__file__).parents[2]


def test_a_move_is_a_call_in_another_file_than_the_one_before() -> None:
    calls = [Call("a.py", "one"), Call("a.py", "two"), Call("b.py", "three"), Call("a.py", "one")]
    assert moves(calls) == [calls[0], calls[2], calls[3]]


def test_the_way_of_an_image_is_printed() -> None:
    result = CliRunner().invoke(command, [str(ROOT / "examples" / "0.png")])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert any("preprocessing/read.py" in line for line in lines)
    assert "files," in lines[-1]
