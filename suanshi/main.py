"""The `suanshi` command: finds the module of a subcommand, runs it, and turns errors into messages and exit codes.

Exit codes: 0; 1 when some inputs failed while the rest were done, or when a file could not be read or written; 2 for a
wrong call; 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from traceback import walk_tb
from types import MappingProxyType
from typing import Any

import click

from suanshi.messages import complain, escape_raw
from suanshi.names import Group
from suanshi.shadowing import refuse_shadowed
from suanshi.terminal import own_streams

# The summaries stand here so that --help imports no command.
COMMANDS = MappingProxyType(
    {
        "recognize": "Read the formulas in image files.",
        "generate": "Draw labelled images into a folder.",
        "preprocess": "Find and join the lines of final pages in a folder.",
        "inspect": "Show what is in a folder of labelled images.",
        "train": "Train a reader and leave a bundle.",
        "evaluate": "Measure how often a model reads right.",
        "average": "Take the mean of models trained one from the other.",
        "export": "Write a model's network as ONNX or LiteRT.",
        "submit": "Turn a folder of pages into the contest's answer file.",
        "denoise": "Take the noise out of pictures.",
        "fingerprints": "Train and apply the autoencoder of fingerprints.",
        "classify": "Train classifiers on folders of pictures and apply them.",
        "segment": "Find the objects in pictures, and train what does so.",
        "serve": "Read images over HTTP, with a page to try it.",
        "info": "Show the models and where they come from.",
    }
)

COMPLETION = """\b
To complete commands and options with Tab, add a line to your shell's settings:
  bash  eval "$(_SUANSHI_COMPLETE=bash_source suanshi)"
  zsh   eval "$(_SUANSHI_COMPLETE=zsh_source suanshi)"
  fish  _SUANSHI_COMPLETE=fish_source suanshi | source
"""

LAYERS = ("ocr.training", "classifiers", "serve")
"""Layers that nothing of a command works without."""

INTERRUPTED = 130  # 128 + SIGINT and 128 + SIGPIPE, what shells report for programs that these signals end
PIPE_CLOSED = 141


class Commands(Group):
    """A group whose commands are the modules of suanshi.commands, each with a click command named `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found = import_module(f"suanshi.commands.{cmd_name}").command
        assert isinstance(found, click.Command)
        found.name = cmd_name
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        from ocr.errors import MissingExtraError, OcrError, UnwritableFileError

        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()  # here, where a closed pipe is noticed, rather than at exit
            return result
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            _forget_stdout()
            ctx.exit(PIPE_CLOSED)
        except MissingExtraError as error:
            part = "" if error.what in LAYERS else f"{' ' if error.what.startswith('--') else ': '}{error.what}"
            complain(f"{ctx.invoked_subcommand}{part} {error.need}")
            ctx.exit(2)
        except OcrError as error:
            complain(str(error))
            ctx.exit(1 if isinstance(error, UnwritableFileError) else 2)
        except OSError as error:
            if _is_about_stdout(error):
                raise
            name = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
            complain(f"{name}{error.strerror or error}")
            ctx.exit(1)
        except click.UsageError as error:
            error.message = escape_raw(error.message)  # type: ignore[misc]  # names from the command line stand in it
            raise
        except click.ClickException as error:
            complain(error.format_message())
            ctx.exit(error.exit_code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=COMPLETION)
@click.version_option(package_name="suanshi")
def suanshi() -> None:
    """Read captchas and arithmetic, draw them, and train readers of them."""


def _forget_stdout() -> None:
    """Send what is left for stdout nowhere: Python flushes it at exit and would complain about the closed pipe."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    finally:
        os.close(nowhere)


def _is_about_stdout(error: OSError) -> bool:
    """Whether an error comes from writing results, not from another file: from click.echo or the last flush."""
    *_, (frame, _) = walk_tb(error.__traceback__)
    return frame.f_code in (click.echo.__code__, Commands.invoke.__code__)


def main() -> None:
    """Run the command line of this process and exit."""
    own_streams()
    try:
        refuse_shadowed()
    except ImportError as error:
        complain(str(error))
        sys.exit(2)
    try:
        suanshi(prog_name="suanshi")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except OSError as error:  # about stdout: `Commands` meets all others
        _forget_stdout()
        with suppress(OSError):  # stderr may lie on the same full disk
            click.echo(f"suanshi: stdout: {error.strerror or error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
