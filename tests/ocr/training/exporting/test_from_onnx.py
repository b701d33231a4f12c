"""Bundles go back to Keras and give the same logits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ocr.bundle import Bundle, BundleConfig
from ocr.errors import OcrError
from ocr.inference.runtime import onnxruntime
from ocr.training.exporting.from_onnx import restore
from ocr.training.exporting.to_onnx import export
from ocr.training.network import NetworkConfig, build_network


def bundle_of(network: NetworkConfig, **changes: object) -> Bundle:
    model = build_network(network)
    rng = np.random.default_rng(1)
    for weight in model.weights:  # none that a fresh network has by chance, as biases of zero
        if len(weight.shape) == 1 or "bias" in weight.path:
            weight.assign(np.asarray(weight) + rng.uniform(0, 0.3, weight.shape))
    given = {"vocabulary": "0123456789"[: network.vocabulary_size - 1], "height": network.height, "max_width": 48}
    given |= {"width_step": 48, "stride": network.stride, "channels": ("grey",) * network.channels}
    config = BundleConfig(task="captcha", grammar="any", threshold=0.9, **{**given, **changes})  # type: ignore[arg-type]
    return Bundle(Path("made"), config, export(model, network))


@pytest.mark.parametrize("width", [None, 48])
def test_the_restored_network_gives_the_same_logits(width: int | None) -> None:
    bundle = bundle_of(NetworkConfig(5, "compact", height=21, channels=2))
    images = np.random.default_rng(2).integers(0, 256, (2, 21, 48, 2), dtype=np.uint8)
    (expected,) = onnxruntime.InferenceSession(bundle.model).run(["logits"], {"images": images})
    network = restore(bundle, width=width)
    np.testing.assert_allclose(network(images, training=False), expected, atol=1e-3)


def test_a_bundle_of_another_size_is_refused() -> None:
    bundle = bundle_of(NetworkConfig(5, "compact", height=21, channels=1), height=60)
    with pytest.raises(OcrError, match="has not the columns of 'compact'"):
        restore(bundle)


def test_heads_are_restored() -> None:
    bundle = bundle_of(NetworkConfig(5, "heads", height=21, channels=2, width=48, length=4))
    images = np.random.default_rng(2).integers(0, 256, (2, 21, 48, 2), dtype=np.uint8)
    (expected,) = onnxruntime.InferenceSession(bundle.model).run(["logits"], {"images": images})
    np.testing.assert_allclose(restore(bundle)(images, training=False), expected, atol=1e-3)
    with pytest.raises(OcrError, match="takes images 48 pixels wide, not 40"):
        restore(bundle, width=40)
