"""Import TensorFlow without its messages."""

from __future__ import annotations

import logging

from ocr.training.quiet import quiet


def load_quietly() -> None:
    """Import TensorFlow without what its C++ writes to the terminal meanwhile, and without its advice on speed."""
    with quiet():
        import tensorflow  # noqa: F401
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
