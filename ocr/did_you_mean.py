"""Suggest the name that a mistyped one stands for."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'kaptcha'?)` for a name that is close to a known one, whatever its case, else ``."""
    by_fold = {each.casefold(): each for each in known}
    close = get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=0.7)
    return f" (did you mean {by_fold[close[0]]!r}?)" if close else ""
