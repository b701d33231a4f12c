"""Image in, image out: reading pictures of any kind and cleaning them. What is heavy loads on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from preprocessing.clean import reader_input
    from preprocessing.errors import OcrError, UnreadableImageError
    from preprocessing.read import ImageSource, read_image

__all__ = ["ImageSource", "OcrError", "UnreadableImageError", "read_image", "reader_input"]

_HOMES = {
    "ImageSource": "read",
    "OcrError": "errors",
    "UnreadableImageError": "errors",
    "read_image": "read",
    "reader_input": "clean",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
