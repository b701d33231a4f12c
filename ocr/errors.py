"""Every error that the reader raises; all of them are `OcrError`, which is a `ValueError`."""

import sys
from collections.abc import Sequence

from preprocessing.errors import OcrError, UnreadableImageError, UnwritableFileError

__all__ = [
    "BundleError",
    "ExpressionError",
    "LabelsError",
    "MissingExtraError",
    "OcrError",
    "UnknownCharacterError",
    "UnreadableImageError",
    "UnwritableFileError",
]


class UnknownCharacterError(OcrError):
    """A character, or a label id, that the vocabulary does not hold."""


class ExpressionError(OcrError):
    """A text that is no expression, or one without a value; the short message is shown as a `problem`."""


class BundleError(OcrError):
    """A bundle that is missing, damaged, or does not fit this version of the reader."""


class LabelsError(OcrError):
    """Labels that are missing, or that cannot be told apart; the message names the file and the line."""


class MissingExtraError(OcrError):
    """A feature whose packages are not installed; the message names them and the line that installs them."""

    def __init__(self, what: str, packages: Sequence[str]) -> None:
        """`what` needs `packages`, by the names that they are installed by."""
        self.what = what
        self.packages = tuple(packages)
        super().__init__(f"{what} {self.need}")

    @property
    def need(self) -> str:
        """What follows the name of the feature: what it needs, and how to install that for this interpreter."""
        *others, last = self.packages
        names = f"{', '.join(others)} and {last}, which are" if others else f"{last}, which is"
        python = f'"{sys.executable}"' if " " in sys.executable else sys.executable or "python"
        return f"needs {names} not installed; install with: {python} -m pip install {' '.join(self.packages)}"
