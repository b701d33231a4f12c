"""Packages that not everybody installs: those that training, the service or a cluster need."""

from __future__ import annotations

from importlib.util import find_spec

from ocr.errors import MissingExtraError

DISTRIBUTIONS = {
    "skimage": "scikit-image",
    "multipart": "python-multipart",
    "prometheus_client": "prometheus-client",
}
"""Names that packages are installed by, where they differ from those that they are imported by."""


def require(what: str, *modules: str) -> None:
    """Raise MissingExtraError, which names what is to be installed, unless all `modules` are; `what` needs them."""
    missing = [DISTRIBUTIONS.get(name, name) for name in modules if find_spec(name) is None]
    if missing:
        raise MissingExtraError(what, missing)
