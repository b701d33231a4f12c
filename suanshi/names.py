"""Names on the command line: a mistyped one is answered with the one that was meant."""

from __future__ import annotations

from typing import Any

import click


class Choice(click.Choice):  # type: ignore[type-arg]  # generic only in later versions of click
    """One of some names."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name."""
        from ocr.did_you_mean import did_you_mean

        names = [str(each) for each in self.choices]
        if value not in names:
            self.fail(
                f"{value!r} is unknown{did_you_mean(str(value), names)}; known are {', '.join(names)}", param, ctx
            )
        return str(value)


class Group(click.Group):
    """A group of commands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name of the command that is called, the command, and what is left of its arguments."""
        from ocr.did_you_mean import did_you_mean

        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-"):
            hint = did_you_mean(args[0], names) or f"; {ctx.command_path} --help lists all"
            ctx.fail(f"no command is called {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)
