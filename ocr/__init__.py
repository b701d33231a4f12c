"""Read captchas and arithmetic: `ocr.recognize_formula(image)` answers with the text and its exact value.

Nothing heavy is imported until a name is first used, so `import ocr` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr.errors import (
        BundleError,
        ExpressionError,
        MissingExtraError,
        OcrError,
        UnknownCharacterError,
        UnreadableImageError,
    )
    from ocr.inference.recognize import recognize, recognize_captcha, recognize_formula
    from ocr.inference.recognizer import Recognition, Recognizer, load_recognizer

__all__ = [
    "BundleError",
    "ExpressionError",
    "MissingExtraError",
    "OcrError",
    "Recognition",
    "Recognizer",
    "UnknownCharacterError",
    "UnreadableImageError",
    "load_recognizer",
    "recognize",
    "recognize_captcha",
    "recognize_formula",
]

_HOME = {
    "BundleError": "ocr.errors",
    "ExpressionError": "ocr.errors",
    "MissingExtraError": "ocr.errors",
    "OcrError": "ocr.errors",
    "Recognition": "ocr.inference.recognizer",
    "Recognizer": "ocr.inference.recognizer",
    "UnknownCharacterError": "ocr.errors",
    "UnreadableImageError": "ocr.errors",
    "load_recognizer": "ocr.inference.recognizer",
    "recognize": "ocr.inference.recognize",
    "recognize_captcha": "ocr.inference.recognize",
    "recognize_formula": "ocr.inference.recognize",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOME[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
