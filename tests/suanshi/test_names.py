"""Mistyped names on the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from ocr.did_you_mean import did_you_mean
from suanshi.main import suanshi


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["recognise"], "no command is called 'recognise' (did you mean 'recognize'?)"),
        (["poetry"], "no command is called 'poetry'; suanshi --help lists all"),
        (["classify", "predct"], "no command is called 'predct' (did you mean 'predict'?)"),
        (
            ["recognize", "a.png", "--kind", "arithmatic"],
            "(did you mean 'arithmetic'?); known are arithmetic, text, page",
        ),
        (["recognize", "a.png", "--model", "formulas"], "(did you mean 'formula'?); shipped models: arithmetic"),
        (["generate", "Captchas", "out", "--count", "1"], "(did you mean 'captcha'?)"),
        (["generate", "captcha", "out", "--count", "1", "--style", "gregware"], "(did you mean 'gregwar'?)"),
        (["generate", "formula", "out", "--count", "1", "--style", "contests"], "(did you mean 'contest'?)"),
        (["train", "captcha", "--out", "x", "--network", "compakt"], "(did you mean 'compact'?)"),
        (["recognize", "a.png", "--lenght", "4"], "--length"),
    ],
)
def test_the_close_name_is_named(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(suanshi, arguments, prog_name="suanshi")
    assert result.exit_code == 2
    assert message in result.stderr
    assert not result.stdout


def test_names_that_are_close() -> None:
    assert did_you_mean("KAPCHA", ["hutool", "kaptcha"]) == " (did you mean 'kaptcha'?)"
    assert did_you_mean("x", ["hutool"]) == did_you_mean("", []) == ""
