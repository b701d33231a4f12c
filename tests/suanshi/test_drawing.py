"""`suanshi.draw`: the images of `suanshi generate`, with their texts and values."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import suanshi
from ocr.text.grammar import CAPTCHA
from suanshi.main import suanshi as command_line


@pytest.mark.parametrize(
    ("kind", "style", "held_out"),
    [("captcha", None, False), ("captcha", "hutool", False), ("arithmetic", "kaptcha", True), ("formula", None, False)],
)
def test_the_files_of_generate(tmp_path: Path, kind: str, style: str | None, held_out: bool) -> None:
    options = [*(["--style", style] if style else []), *(["--held-out"] if held_out else [])]
    arguments = ["generate", kind, str(tmp_path), "--count", "2", "--seed", "4", *options]
    assert CliRunner().invoke(command_line, arguments).exit_code == 0
    drawn = list(suanshi.draw(kind, 2, style=style, seed=4, held_out=held_out))
    assert [each.png() for each in drawn] == [(tmp_path / f"{number}.png").read_bytes() for number in range(2)]
    lines = (tmp_path / "labels.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split(" ")[0] for line in lines] == [each.text for each in drawn]
    assert all((each.value is None) == (kind == "captcha") for each in drawn)


def test_what_a_drawing_holds() -> None:
    (captcha,) = suanshi.draw("captcha")
    assert isinstance(captcha, suanshi.Drawing)
    assert captcha.image.dtype == np.uint8
    assert captcha.image.shape == (80, 170, 3)
    assert CAPTCHA.contains(captcha.text)
    (sum_,) = suanshi.draw("arithmetic", 1, seed=3)
    assert sum_.value == eval(sum_.text)


def test_drawings_come_one_by_one() -> None:
    endless = suanshi.draw("captcha", 10**12)
    first = [each.text for each in islice(endless, 3)]
    assert first == [each.text for each in suanshi.draw("captcha", 3)]
    assert list(suanshi.draw("captcha", 0)) == []


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("capcha",), {}, "kind 'capcha' is unknown .did you mean 'captcha'"),
        (("poetry",), {}, "expected one of captcha, arithmetic, formula"),
        (("captcha",), {"style": "Kapcha"}, "did you mean 'kaptcha'"),
        (("formula",), {"style": "kaptcha"}, "style"),
        (("captcha", -1), {}, "count is -1"),
        (("captcha", 1), {"seed": -1}, "seed -1"),
    ],
)
def test_wrong_calls_raise_at_once(arguments: tuple[str, int], options: dict[str, str], message: str) -> None:
    with pytest.raises(suanshi.OcrError, match=message):
        suanshi.draw(*arguments, **options)  # type: ignore[arg-type]
