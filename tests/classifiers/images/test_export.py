"""Classifiers exported to other formats."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from classifiers.images.classifier import Classifier
from classifiers.images.export import TOLERANCE, difference, export
from classifiers.images.networks import NetworkConfig, build_network
from ocr.errors import MissingExtraError


def test_litert_gives_the_same(classifier: Classifier) -> None:
    model = export(classifier, "litert")
    assert model[4:8] == b"TFL3"
    assert difference(classifier, model, seed=5) <= TOLERANCE
    other = build_network(NetworkConfig(3, size=64, width=8, depth=1))
    assert difference(Classifier(other, classifier.classes, 64, True, {}), model) > TOLERANCE


@pytest.mark.parametrize(("kind", "package"), [("onnx", "tf2onnx"), ("coreml", "coremltools")])
def test_a_missing_converter_is_named(classifier: Classifier, kind: str, package: str) -> None:
    if find_spec(package) is not None:
        pytest.skip(f"{package} is installed")
    with pytest.raises(MissingExtraError, match=f"pip install {package}"):
        export(classifier, kind)  # type: ignore[arg-type]
