"""Training readers: network, fit, export. The only part of `ocr` that imports Keras and TensorFlow.

Importing it without the packages that training needs raises `MissingExtraError`.
"""

import os

from ocr.extras import require

# Keras runs on other backends too, so TensorFlow is asked for only where it is the one to be used.
_NEEDED = ("keras", os.environ.get("KERAS_BACKEND", "tensorflow"), "matplotlib", "onnx")

require("ocr.training", *_NEEDED)
