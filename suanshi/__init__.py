"""Read captchas and arithmetic: `suanshi.recognize(image)` answers with the text and its exact value.

The names are those of `ocr`, loaded when they are first used: importing this costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr import (
        BundleError,
        ExpressionError,
        MissingExtraError,
        OcrError,
        Recognition,
        Recognizer,
        UnknownCharacterError,
        UnreadableImageError,
        load_recognizer,
        recognize,
        recognize_captcha,
        recognize_formula,
    )

__all__ = [
    "BundleError",
    "ExpressionError",
    "MissingExtraError",
    "OcrError",
    "Recognition",
    "Recognizer",
    "UnknownCharacterError",
    "UnreadableImageError",
    "__version__",
    "load_recognizer",
    "recognize",
    "recognize_captcha",
    "recognize_formula",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("suanshi")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("ocr"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
