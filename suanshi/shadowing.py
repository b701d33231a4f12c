"""Find files of a user that hide our packages: an `ocr.py` or `fonts.py` beside a script is imported in their place."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from importlib.util import find_spec

PACKAGES = ("ocr", "preprocessing", "generators", "fonts", "autoencoders", "classifiers")
"""The packages that come with this one, into the same folder."""

OURS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def refuse_shadowed(packages: Iterable[str] = PACKAGES) -> None:
    """Raise ImportError when another file is imported under the name of one of our packages; it names the file."""
    for name in packages:
        if (file := shadow(name)) is not None:
            raise ImportError(
                f"{file} hides the package {name!r} that Suanshi comes with: rename it, or move it out of the folder "
                f"{os.path.dirname(file)}"
            )


def shadow(name: str) -> str | None:
    """Return the file or folder that is imported under the name of one of our packages; None where that is ours."""
    try:
        spec = find_spec(name)
    except ValueError:  # what is imported under that name says not where it comes from: a script made it up
        return getattr(sys.modules[name], "__file__", None) or f"sys.modules[{name!r}]"
    if spec is None or spec.origin is None:  # missing, or a folder without __init__.py: the import itself tells of it
        return None
    origin = os.path.realpath(spec.origin)
    home = os.path.dirname(origin) if spec.submodule_search_locations is not None else origin
    return None if home == os.path.join(OURS, name) else home
