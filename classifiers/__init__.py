"""Classifiers of pictures from folders of classes, what they look at, and segmentation. They need the extra `train`.

Importing it without the packages that training needs raises `MissingExtraError`.
"""

from importlib.util import find_spec

from ocr.errors import MissingExtraError

if any(find_spec(name) is None for name in ("keras", "tensorflow", "matplotlib")):
    raise MissingExtraError(
        "classifiers need more packages: pip install 'suanshi[train]' (from a checkout: pip install -e '.[train]')"
    )
