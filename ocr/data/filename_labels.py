"""Labels in file names: `226md.png`, or with a pattern `0001_226md.png` and the like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from ocr.errors import LabelsError

FEWEST_NUMBERED = 3
"""Names that count from 0 or 1 to so many or more are no texts."""

_FIELDS = re.compile(r"\{(text)?\}")


def texts_in_names(folder: Path, stems: Sequence[str], pattern: str | None = None) -> list[str]:
    """Return the texts of images in `folder` by their stems (names without suffix); "" where one does not fit.

    Without a `pattern` a stem is the text. In a pattern `{text}` stands for the text and `{}` for anything else:
    "{text}_{}" for `226md_1.png`, "{}_{text}" for `0001_226md.png`; the first `{}` reaches no further than it must.
    Raises LabelsError for a pattern without exactly one {text}, or that fits no name; and without one for names that
    hold a `_`, or that only count the images.
    """
    stems = [unicodedata.normalize("NFC", stem) for stem in stems]
    if pattern is not None:
        matches = [_compiled(pattern).fullmatch(stem) for stem in stems]
        if not any(matches):
            raise LabelsError(f"{folder}: no name fits the pattern {pattern!r}, {stems[0]!r} for one")
        return ["" if match is None else match["text"] for match in matches]
    if len(stems) >= FEWEST_NUMBERED and _only_count(stems):
        raise LabelsError(f"{folder}: the images are only numbered; write their texts into labels.txt, `1.png text`")
    if several := next((stem for stem in stems if "_" in stem), None):
        raise LabelsError(
            f"{folder}: names such as {several!r} hold more than a text; say where it is with --pattern, "
            "'{text}_{}' or '{}_{text}', or write the texts into labels.txt"
        )
    return stems


def _compiled(pattern: str) -> re.Pattern[str]:
    if [match[1] for match in _FIELDS.finditer(pattern)].count("text") != 1:
        raise LabelsError(f"the pattern {pattern!r} does not hold {{text}} once; expected '{{text}}_{{}}' or the like")
    literal = _FIELDS.split(unicodedata.normalize("NFC", pattern))
    parts = [re.escape(part) if place % 2 == 0 else _field(part) for place, part in enumerate(literal)]
    return re.compile("".join(parts), re.DOTALL)


def _field(name: str | None) -> str:
    return ".*?" if name is None else "(?P<text>.+?)"


def _only_count(stems: Sequence[str]) -> bool:
    """Whether the names are the numbers from 0 or 1 on, but for a tenth at most that is missing."""
    if not all(stem.isdecimal() for stem in stems):
        return False
    numbers = {int(stem) for stem in stems}
    return len(numbers) == len(stems) and max(numbers) - min(numbers) < 1.1 * len(stems)
