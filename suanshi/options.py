"""Options that several commands share."""

from __future__ import annotations

import re
from typing import Any

import click

pattern_option = click.option(
    "--pattern",
    help="Where the text is in the names of --data, '{text}_{}' or '{}_{text}'.  [default: the whole name]",
)


class LengthRange(click.ParamType):
    """Numbers of characters: `5`, or `4-6` for the least and the most."""

    name = "N|MIN-MAX"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Return the least and the most."""
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"([1-9]\d{0,3})(?:-([1-9]\d{0,3}))?", str(value))
        if found is None or (found[2] and int(found[1]) > int(found[2])):
            self.fail(f"{value!r} is no number of characters, such as 5 or 4-6", param, ctx)
        return int(found[1]), int(found[2] or found[1])


length_option = click.option(
    "--length", type=LengthRange(), help="Characters that a captcha has: 5, or 4-6 for the least and the most."
)
