"""Errors about the pictures that come in; `ocr.errors` offers them again next to its own."""


class OcrError(ValueError):
    """Anything that this project refuses: the message says what came in, what was expected and what to do."""


class UnwritableFileError(OcrError):
    """A file that cannot be written; the message names it and the reason."""


class UnreadableImageError(OcrError):
    """A picture that cannot be read: missing, truncated, too large, or no picture at all."""
