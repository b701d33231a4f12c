"""Read captchas and arithmetic: `suanshi.recognize(image)` answers with the text and its exact value.

`suanshi.draw(kind)` draws such pictures. All names are loaded when they are first used, those that read from `ocr`:
importing this costs next to nothing.
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
    from suanshi.drawing import Drawing, draw

# By hand: importing `ocr` for its names could import a file of the user's that is called so (suanshi.shadowing).
__all__ = [
    "BundleError",
    "Drawing",
    "ExpressionError",
    "MissingExtraError",
    "OcrError",
    "Recognition",
    "Recognizer",
    "UnknownCharacterError",
    "UnreadableImageError",
    "__version__",
    "draw",
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
    from suanshi.shadowing import refuse_shadowed

    if name in ("Drawing", "draw"):
        refuse_shadowed(("ocr", "preprocessing", "generators", "fonts"))
        return getattr(import_module("suanshi.drawing"), name)
    refuse_shadowed(("ocr", "preprocessing"))
    return getattr(import_module("ocr"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
