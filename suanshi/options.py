"""Options that several commands share."""

from __future__ import annotations

import click

pattern_option = click.option(
    "--pattern",
    help="Where the text is in the names of --data, '{text}_{}' or '{}_{text}'.  [default: the whole name]",
)
