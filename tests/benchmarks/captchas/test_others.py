"""The benchmark of other people's programs: what is installed, what is left out, and a program that stands in."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from benchmarks.captchas.others import __main__ as others
from benchmarks.captchas.others import programs
from benchmarks.captchas.others.programs import KINDS, NPM, PYPI, Kind

Call = Callable[..., Result]

LIBRARY = next(kind for kind in KINDS if kind.name == "captcha_lower5")

STAND_IN = """
import secrets
from PIL import Image

class ImageCaptcha:
    def write(self, text, path):
        Image.new("RGB", (40, 20), tuple(secrets.randbelow(256) for _ in range(3))).save(path)
"""
"""A module captcha.image that draws plain paper."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which the captcha library alone is installed, or what stands in for it."""
    place = tmp_path / "programs" / "python" / "captcha"
    (place / "captcha").mkdir(parents=True)
    (place / "captcha-0.7.1.dist-info").mkdir()
    (place / "captcha" / "__init__.py").touch()
    (place / "captcha" / "image.py").write_text(STAND_IN, encoding="utf-8")
    return tmp_path / "programs"


def test_every_program_is_pinned_and_has_a_kind() -> None:
    assert {kind.program for kind in KINDS} == {*NPM, *PYPI}
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    drawers = (programs.HERE / "npm_programs.js").read_text(encoding="utf-8")
    drawers += (programs.HERE / "python_programs.py").read_text(encoding="utf-8")
    assert all(f"{kind.name}: " in drawers or f'"{kind.name}": ' in drawers for kind in KINDS)


def test_the_commands_install_the_pinned_versions() -> None:
    commands = "\n".join(programs.install_commands(Path("DIR")))
    assert "npm install --prefix DIR svg-captcha@1.4.0" in commands
    assert "--target DIR/python/claptcha claptcha==0.3.3 'pillow<10'" in commands


def test_versions_are_those_that_lie_there(folder: Path) -> None:
    assert programs.version_found(LIBRARY, folder) == "0.7.1"
    assert programs.version_found(Kind("wheezy_4", "wheezy.captcha"), folder) is None
    assert programs.version_found(Kind("svg_text", "svg-captcha"), folder) is None


def test_a_seed_draws_the_same_images_and_another_seed_others(folder: Path, tmp_path: Path) -> None:
    one, same, other = (
        programs.draw(LIBRARY, folder, 3, seed, tmp_path / name) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    more = programs.draw(LIBRARY, folder, 5, 1, tmp_path / "d")
    assert [text for _, text in one] == [text for _, text in same] == [text for _, text in more][:3]
    assert [text for _, text in one] != [text for _, text in other]
    pixels = [np.asarray(Image.open(file)) for file, _ in (one[1], same[1], other[1])]
    assert np.array_equal(pixels[0], pixels[1])
    assert not np.array_equal(pixels[0], pixels[2])
    assert (tmp_path / "a" / "labels.txt").read_text(encoding="utf-8").splitlines()[0] == f"0.png {one[0][1]}"


def test_others(folder: Path, call: Call, by_heart: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(others, "recognizer", by_heart)
    out, images = tmp_path / "captcha_others.json", tmp_path / "images"
    result = call(
        others.command, "--programs", folder, "--count", 2, "--seed", 3, "--images", images, "--docs", tmp_path,
        "--errors", tmp_path / "errors", "--out", out,
    )  # fmt: skip
    record = json.loads(out.read_text(encoding="utf-8"))
    assert [row["kind"] for row in record["kinds"]] == ["captcha_lower5", "captcha_mixed5", "captcha_math"]
    assert {(row["count"], row["version"]) for row in record["kinds"]} == {(2, "0.7.1")}
    assert record["seed"] == 3
    assert len(record["missing"]) == len(KINDS) - 3
    assert "Left out: wheezy_4: wheezy.captcha is not in" in result.output
    assert (images / "captcha_math" / "labels.txt").exists()
    assert (tmp_path / "errors" / "captcha_math.png").exists()
    assert "captcha_lower5" in (tmp_path / "captcha-kinds.md").read_text(encoding="utf-8")


def test_a_program_that_fails_is_left_out_with_its_words(folder: Path, tmp_path: Path) -> None:
    (folder / "python" / "captcha" / "captcha" / "image.py").write_text("raise RuntimeError('no ink')")
    with pytest.raises(programs.DrawingError, match="no ink"):
        programs.draw(LIBRARY, folder, 1, 0, tmp_path / "out")


def test_without_programs_it_says_how_to_install_them(tmp_path: Path) -> None:
    result = CliRunner().invoke(others.command, ["--programs", str(tmp_path)])
    assert result.exit_code == 1
    assert "--help tells how to install" in result.output
    printed = CliRunner().invoke(others.command, ["--programs", str(tmp_path), "--commands"])
    assert printed.exit_code == 0
    assert f"{Path(sys.executable).name} -m pip install --target" in printed.output
