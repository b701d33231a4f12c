"""Every error that the reader raises; all of them are `OcrError`, which is a `ValueError`."""

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
    """A feature whose packages are not installed; the message names the install line."""
