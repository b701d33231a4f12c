"""Typefaces to draw with: openly licensed, cut to the characters that are drawn, a fifth of the families held out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fonts.catalogue import CatalogueError, Typeface, faces, typefaces

__all__ = ["CatalogueError", "Typeface", "faces", "typefaces"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from fonts import catalogue

        return getattr(catalogue, name)
    raise AttributeError(f"module 'fonts' has no attribute {name!r}")
