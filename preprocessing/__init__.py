"""Image in, image out: reading pictures of any kind and cleaning them. What is heavy loads on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from preprocessing.batch import FolderPage, find_pages, preprocess_folder
    from preprocessing.clean import reader_input
    from preprocessing.errors import OcrError, UnreadableImageError
    from preprocessing.page.lines import find_lines
    from preprocessing.page.prepare import PageOptions, PreparedPage, read_page
    from preprocessing.read import ImageSource, read_image

__all__ = [
    "FolderPage",
    "ImageSource",
    "OcrError",
    "PageOptions",
    "PreparedPage",
    "UnreadableImageError",
    "find_lines",
    "find_pages",
    "preprocess_folder",
    "read_image",
    "read_page",
    "reader_input",
]

_HOMES = {
    "FolderPage": "batch",
    "ImageSource": "read",
    "OcrError": "errors",
    "PageOptions": "page.prepare",
    "PreparedPage": "page.prepare",
    "UnreadableImageError": "errors",
    "find_lines": "page.lines",
    "find_pages": "batch",
    "preprocess_folder": "batch",
    "read_image": "read",
    "read_page": "page.prepare",
    "reader_input": "clean",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
