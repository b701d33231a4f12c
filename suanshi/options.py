"""Options that several commands share."""

from __future__ import annotations

import re
from pathlib import Path
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


class RenamedOption(click.Option):
    """An option that is also taken by its former names, as cards of models hold them; --help shows the first alone."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return what --help shows."""
        every = self.opts
        self.opts = every[:1]
        try:
            return super().get_help_record(ctx)
        finally:
            self.opts = every


def out_option(holds: str, *, metavar: str = "DIR") -> Any:
    """Return the option --out of a command, the folder for what it makes: `holds` says what that is."""
    return click.option(
        "-o", "--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar=metavar,
        help=f"Folder for {holds}; made if need be.",
    )  # fmt: skip


held_out_option = click.option(
    "--held-out", is_flag=True,
    help="Take only what training never sees: the typefaces kept back, or of --data the tenth kept back.",
)  # fmt: skip
style_option = click.option(
    "--style", "--look", "style", cls=RenamedOption, metavar="NAME",
    help="contest: as the contest's images; library: as the captcha library's; wide: these two, varied; a family of "
    "looks such as kaptcha, hutool, svgcaptcha, mixture; all: any of them.",
)  # fmt: skip
