"""Training begins with the weights of a bundle or of a run: the same answers, and what fits another alphabet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.bundle import Bundle, BundleConfig, load_bundle, shipped_bundles
from ocr.errors import OcrError
from ocr.inference.runtime import onnxruntime
from ocr.text.vocabulary import Vocabulary
from ocr.training.exporting.to_onnx import export
from ocr.training.fit import BEST, FitResult, TrainingConfig, fit
from ocr.training.network import NetworkConfig, build_network
from ocr.training.run import Run
from ocr.training.weights.warm_start import Weights, bundle_weights, started

from ..conftest import NETWORK, VOCABULARY, draw_batch

DIGITS = VOCABULARY


def images(seed: int, count: int = 8) -> NDArray[np.uint8]:
    return draw_batch(seed, count)[0]


@pytest.fixture(scope="module")
def bundle(trained: tuple[FitResult, Path]) -> Bundle:
    config = BundleConfig("captcha", DIGITS.characters, 20, 40, 40, ("grey",), "any", stride=4, threshold=0.9)
    return Bundle(Path("made"), config, export(trained[0].network, NETWORK))


def logits(bundle: Bundle, seen: NDArray[np.uint8]) -> NDArray[np.float32]:
    (found,) = onnxruntime.InferenceSession(bundle.model).run(["logits"], {"images": seen})
    return np.asarray(found)


def test_a_bundle_gives_the_same_outputs(bundle: Bundle) -> None:
    weights = bundle_weights(bundle)
    assert (weights.folded, weights.architecture, weights.characters) == (True, "compact", DIGITS.characters)
    network, fresh = started(NETWORK, DIGITS, weights, [images(0), images(1)])
    assert fresh == ()
    seen = images(2)
    np.testing.assert_allclose(network(seen, training=False), logits(bundle, seen), atol=1e-3)


def test_its_statistics_are_those_of_the_images(bundle: Bundle) -> None:
    """Batch norm in training goes by the batch: outputs must not jump when training begins."""
    seen = images(3, 64)
    network, _ = started(NETWORK, DIGITS, bundle_weights(bundle), [seen])
    network.get_layer("norm_1").momentum = 0.0
    first = network.get_layer("norm_1")
    trunk = type(network)(network.input, network.get_layer("columns_norm").output)
    still, moving = (np.asarray(trunk(seen, training=way)) for way in (False, True))
    assert np.abs(still - moving).max() < 0.05 * np.abs(still).max()
    assert (np.asarray(first.gamma) >= 0).all()


def test_a_run_gives_the_same_outputs(bundle: Bundle, trained: tuple[FitResult, Path]) -> None:
    weights = bundle_weights(bundle, trained[1] / BEST)
    assert not weights.folded
    network, fresh = started(NETWORK, DIGITS, weights, [])
    assert fresh == ()
    np.testing.assert_allclose(
        network(images(2), training=False), trained[0].network(images(2), training=False), atol=1e-5
    )


def test_logits_of_common_characters_are_kept(bundle: Bundle) -> None:
    other = Vocabulary("97a")
    config = NetworkConfig(other.size, "compact", height=20, channels=1)
    network, fresh = started(config, other, bundle_weights(bundle), [images(0)])
    assert fresh == ()
    seen = images(2)
    found = np.asarray(network(seen, training=False))
    np.testing.assert_allclose(found[..., :3], logits(bundle, seen)[..., [0, 10, 8]], atol=1e-3)
    assert "logits" in started(NetworkConfig(2, "compact", 20, 1), Vocabulary("x"), bundle_weights(bundle), [seen])[1]


def test_what_does_not_fit_is_new(bundle: Bundle) -> None:
    weights = bundle_weights(bundle)
    config = NetworkConfig(DIGITS.size, "compact", height=60, channels=1)
    tall = np.repeat(images(0), 3, axis=1)
    assert started(config, DIGITS, weights, [tall])[1] == ("columns", "columns_norm")
    two = NetworkConfig(DIGITS.size, "compact", height=20, channels=2)
    with pytest.raises(OcrError, match="nothing of these weights fits"):
        started(two, DIGITS, weights, [])
    with pytest.raises(OcrError, match="no images to measure"):
        started(NETWORK, DIGITS, weights, [])


@pytest.mark.parametrize(
    ("name", "new", "from_run"), [("finer", (2, 4), False), ("finer", (2, 4), True), ("deep", (2, 5), False)]
)
def test_a_deeper_network_begins_with_the_same_outputs(name: str, new: tuple[int, ...], from_run: bool) -> None:
    fine, deep = (NetworkConfig(DIGITS.size, each, height=20, channels=1) for each in ("fine", name))
    shallow = build_network(fine, seed=1)
    shallow.get_layer("norm_2").beta.assign(np.linspace(-1, 1, 32))
    config = BundleConfig("captcha", DIGITS.characters, 20, 40, 40, ("grey",), "any", stride=4, threshold=0.9)
    weights = bundle_weights(Bundle(Path("made"), config, export(shallow, fine)))
    if from_run:
        kept = {layer.name: layer.get_weights() for layer in shallow.layers if layer.weights}
        weights = Weights(kept, DIGITS.characters, "fine", folded=False)
    seen = images(2)
    network, fresh = started(deep, DIGITS, weights, [seen])
    assert fresh == tuple(f"conv_{number} (an identity)" for number in new)
    assert len(network.get_layer("conv_7").weights) == 1
    expected = np.asarray(shallow(seen, training=False))
    np.testing.assert_allclose(network(seen, training=False), expected, atol=1e-4)
    for number in new:  # the statistics of the new ones are those of what they see
        assert (np.asarray(network.get_layer(f"norm_{number}").moving_variance) != 1).all()
    deeper, _ = started(fine, DIGITS, Weights(*_of(network), name, folded=False), [seen])
    assert np.abs(np.asarray(deeper(seen, training=False)) - expected).max() > 1e-4, "not the other way round"


def _of(network: Any) -> tuple[dict[str, list[Any]], str]:
    return {layer.name: layer.get_weights() for layer in network.layers if layer.weights}, DIGITS.characters


def test_networks_that_were_not_made_here(bundle: Bundle) -> None:
    for model, says in ((b"no network", "cannot be read"), (b"", "other layers")):
        with pytest.raises(OcrError, match=says):
            bundle_weights(Bundle(Path("x"), bundle.config, model))


@pytest.mark.parametrize("name", sorted(shipped_bundles()))
def test_shipped_models_can_be_begun_with(name: str) -> None:
    shipped = load_bundle(shipped_bundles()[name])
    weights = bundle_weights(shipped)
    vocabulary = Vocabulary(shipped.config.vocabulary)
    config = NetworkConfig(vocabulary.size, weights.architecture, shipped.config.height, len(shipped.config.channels))
    rng = np.random.default_rng(0)
    seen = np.where(rng.random((2, config.height, 64, config.channels)) < 0.1, 40, 255).astype(np.uint8)
    network, fresh = started(config, vocabulary, weights, [seen])
    assert fresh == ()
    np.testing.assert_allclose(network(seen, training=False), logits(shipped, seen), atol=1e-3)


def test_a_run_begins_with_a_network_once(trained: tuple[FitResult, Path], tmp_path: Path) -> None:
    config = TrainingConfig(NETWORK, steps=2, steps_per_epoch=2, batch_size=8, learning_rate=1e-9, warmup=0)

    def stream(epoch: int, start: int) -> Any:
        return ((images(number), ["12"] * 8) for number in range(start, 2))

    begun: list[int] = []

    def start() -> Any:
        begun.append(1)
        return trained[0].network

    for _ in range(2):
        result = fit(config, DIGITS, stream, tmp_path, start=start)
    assert begun == [1]
    kernels: Sequence[Any] = [each.get_layer("logits").kernel for each in (result.network, trained[0].network)]
    np.testing.assert_allclose(*map(np.asarray, kernels), atol=1e-5)


def test_weights_of_another_network_are_refused(trained: tuple[FitResult, Path]) -> None:
    other = NetworkConfig(DIGITS.size, "compact", height=60, channels=1)
    with pytest.raises(OcrError, match="does not fit"):
        Run(TrainingConfig(other), DIGITS).begin(trained[0].network)
    assert Weights({}, "", "compact", False).layers == {}


HEADS = NetworkConfig(5, "heads", height=20, channels=1, width=36, length=3)


@pytest.fixture(scope="module")
def heads() -> Bundle:
    """A bundle of a softmax for each of three characters, of 0123."""
    network = build_network(HEADS)
    bias = network.get_layer("heads").bias
    bias.assign(np.random.default_rng(0).normal(size=bias.shape))
    config = BundleConfig("captcha", "0123", 20, 36, 36, ("grey",), "any", stride=6, threshold=0.9)
    return Bundle(Path("made"), config, export(network, HEADS))


def test_heads_give_the_same_outputs(heads: Bundle) -> None:
    weights = bundle_weights(heads)
    assert (weights.folded, weights.architecture, set(weights.layers) >= {"conv_8", "heads"}) == (True, "heads", True)
    seen = images(2)[:, :, :36]
    network, fresh = started(HEADS, Vocabulary("0123"), weights, [seen])
    assert fresh == ()
    np.testing.assert_allclose(network(seen, training=False), logits(heads, seen), atol=1e-3)


def test_heads_are_kept_by_their_characters(heads: Bundle) -> None:
    seen = images(2)[:, :, :36]
    network, fresh = started(HEADS, Vocabulary("x310"), bundle_weights(heads), [seen])  # as many, but others
    assert fresh == ()
    found, known = np.asarray(network(seen, training=False)), logits(heads, seen)
    np.testing.assert_allclose(found[:, ::2, 2:], known[:, ::2, [4, 2, 1]], atol=1e-3)
    assert started(HEADS, Vocabulary("abcd"), bundle_weights(heads), [seen])[1] == ("heads",)
    four = NetworkConfig(5, "heads", height=20, channels=1, width=40, length=4)
    assert started(four, Vocabulary("0123"), bundle_weights(heads), [images(2)])[1] == ("heads",)
    columns = NetworkConfig(5, "course", height=20, channels=1)
    assert "logits" in started(columns, Vocabulary("0123"), bundle_weights(heads), [seen])[1]
