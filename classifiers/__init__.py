"""Classifiers of pictures from folders of classes, what they look at, and segmentation. They need the extra `train`.

Importing it without the packages that training needs raises `MissingExtraError`.
"""

from ocr.extras import require

require("classifiers", "keras", "tensorflow", "matplotlib")
