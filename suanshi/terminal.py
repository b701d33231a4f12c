"""What a command's stdout and stderr show: its own words, without a terminal's commands and libraries' chatter."""

from __future__ import annotations

import faulthandler
import os
import sys
import warnings
from io import TextIOWrapper

from suanshi.messages import escape_raw


class TerminalText(TextIOWrapper):
    """A text stream in UTF-8 whose control characters are escaped, wherever they come from."""

    def write(self, text: str) -> int:
        super().write(escape_raw(text))
        return len(text)


def own_streams() -> None:
    """Take over the streams of this process, which has to be the command's own.

    libpng, libtiff and others write about damaged files to stderr by themselves, and the command tells of these in its
    own words. So the descriptor that C libraries know leads nowhere from now on, and `sys.stderr` to what it led to.
    """
    warnings.filterwarnings("ignore", module=r"PIL\.")
    if isinstance(sys.stdout, TextIOWrapper):
        # Texts are Chinese in part, under any locale; file names may be bytes that are no text at all.
        lines = sys.stdout.line_buffering
        sys.stdout = TerminalText(sys.stdout.detach(), "utf-8", "surrogateescape", line_buffering=lines)
    if isinstance(sys.stderr, TextIOWrapper) and os.name == "posix":
        sys.stderr.flush()
        encoding = sys.stderr.encoding
        kept = os.dup(2)
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        sys.stderr = TerminalText(os.fdopen(kept, "wb"), encoding, "backslashreplace", line_buffering=True)
        faulthandler.enable(sys.stderr)
