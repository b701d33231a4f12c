"""Training readers: network, fit, export. The only part of `ocr` that imports Keras and TensorFlow.

Importing it without the packages that training needs raises `MissingExtraError`.
"""

import os
from importlib.util import find_spec

from ocr.errors import MissingExtraError

# Keras runs on other backends too, so TensorFlow is asked for only where it is the one to be used.
_NEEDED = ("keras", os.environ.get("KERAS_BACKEND", "tensorflow"), "matplotlib", "onnx")

if any(find_spec(name) is None for name in _NEEDED):
    raise MissingExtraError(
        "training needs more packages: pip install 'suanshi[train]' (from a checkout: pip install -e '.[train]')"
    )
