"""Shapes, strides and names of the networks; the fused batch norm against Keras' own."""

import keras
import numpy as np
import numpy.typing as npt
import pytest

from ocr.errors import OcrError
from ocr.text.ctc.decoding import greedy_batch
from ocr.text.ctc.probability import log_softmax, text_log_probability_batch
from ocr.text.vocabulary import Vocabulary
from ocr.training.loss import CtcLoss
from ocr.training.network import ARCHITECTURES, NetworkConfig, build_network
from ocr.training.normalization import FusedBatchNormalization


@pytest.mark.parametrize(
    ("name", "stride"), [("compact", 4), ("fine", 4), ("finer", 4), ("deep", 4), ("course", 8), ("course-final", 8)]
)
def test_logits_have_one_column_per_stride(name: str, stride: int) -> None:
    config = NetworkConfig(17, name, height=30, channels=2)
    assert config.stride == stride
    network = build_network(config)
    for count, columns in ((1, 3), (2, 5)):
        logits = network(np.zeros((count, 30, columns * stride, 2), np.uint8))
        assert logits.shape == (count, columns, 17)


def test_the_compact_network_is_small() -> None:
    assert build_network(NetworkConfig(17, "compact")).count_params() < 700_000


def test_the_lowest_rows_are_seen() -> None:
    network = build_network(NetworkConfig(5, "compact", height=60, channels=1))
    paper = np.full((1, 60, 40, 1), 255, np.uint8)
    marked = paper.copy()
    marked[0, 59] = 0
    assert np.abs(network(marked) - network(paper)).max() > 1e-4


def test_the_same_seed_gives_the_same_weights() -> None:
    config = NetworkConfig(5, "compact", height=20, channels=1)
    first, second, other = (build_network(config, seed=seed) for seed in (3, 3, 4))
    for a, b, c in zip(first.get_weights(), second.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.std() == 0 or not np.array_equal(a, c)


def test_the_two_directions_start_apart() -> None:
    layer = build_network(NetworkConfig(5, "compact", height=20, channels=1)).get_layer("gru_1")
    assert not np.array_equal(layer.forward_layer.cell.kernel, layer.backward_layer.cell.kernel)


def test_bfloat16_changes_little_and_leaves_the_weights_alone() -> None:
    config = NetworkConfig(5, "compact", height=20, channels=1)
    plain, quick = build_network(config), build_network(config, bfloat16=True)
    images = np.random.default_rng(0).integers(0, 256, (2, 20, 40, 1), dtype=np.uint8)
    np.testing.assert_allclose(quick(images), plain(images), atol=0.05)
    assert {weight.dtype for weight in quick.weights} == {"float32"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"architecture": "huge"},
        {"vocabulary_size": 1},
        {"height": 0},
        {"width": 10},
        {"length": 4},
        {"architecture": "heads"},
        {"architecture": "heads", "length": 4},
        {"architecture": "heads", "width": 80},
        {"architecture": "heads", "width": 84, "length": 4},
        {"architecture": "heads", "width": 80, "length": 0},
    ],
)
def test_impossible_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(OcrError):
        NetworkConfig(**{"vocabulary_size": 5, **wrong})  # type: ignore[arg-type]


HEADS = NetworkConfig(11, "heads", height=20, channels=1, width=48, length=3)
DIGITS = Vocabulary("0123456789")


def heads_and_columns() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
    """Return what the heads of a network say, log probabilities (N, length, characters), and its logits (N, T, C)."""
    network = build_network(HEADS)
    images = np.random.default_rng(0).integers(0, 256, (6, 20, 48, 1), dtype=np.uint8)
    inside = keras.Model(network.input, network.get_layer("heads").output)
    heads = keras.ops.convert_to_numpy(inside(images)).reshape(6, 3, 10).astype(np.float64)
    return log_softmax(heads), keras.ops.convert_to_numpy(network(images))


def test_heads_make_two_columns_for_each_character() -> None:
    assert (HEADS.stride, HEADS.layout.heads, NetworkConfig(5, "course").layout.heads) == (8, True, False)
    heads, logits = heads_and_columns()
    assert logits.shape == (6, HEADS.width // HEADS.stride, 11)
    columns = log_softmax(logits)
    np.testing.assert_allclose(columns[:, ::2, 1:], heads, atol=1e-4)
    assert (np.exp(columns[:, ::2, 0]) == 0).all()
    assert (np.exp(columns[:, 1::2, 0]) == 1).all()


def test_a_text_is_as_probable_as_its_heads_say_together() -> None:
    heads, logits = heads_and_columns()
    columns = log_softmax(logits.astype(np.float64))
    ids = np.random.default_rng(1).integers(0, 10, (6, 3))
    ids[0] = 7  # equal neighbours need no blank of their own
    expected = np.take_along_axis(heads, ids[..., None], axis=2).sum(axis=(1, 2))
    found = text_log_probability_batch(columns, (ids + 1).tolist())
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_ctc_of_heads_is_the_sum_of_their_cross_entropies() -> None:
    heads, logits = heads_and_columns()
    ids = np.random.default_rng(1).integers(0, 10, (6, 3))
    ids[0] = 7
    labels = np.zeros((6, 8), np.int32)
    labels[:, :3] = ids + 1
    expected = -np.take_along_axis(heads, ids[..., None], axis=2).sum(axis=(1, 2))
    for loss in (keras.losses.CTC, CtcLoss):
        losses = loss(reduction="none")(labels, logits)
        np.testing.assert_allclose(keras.ops.convert_to_numpy(losses), expected, atol=1e-4)


def test_greedy_decoding_reads_the_heads() -> None:
    heads, logits = heads_and_columns()
    best = heads.argmax(axis=2)
    expected = ["".join(map(str, each)) for each in best.tolist()]
    decoded = greedy_batch(log_softmax(logits), DIGITS)
    assert [each.text for each in decoded] == expected
    scores = heads.max(axis=2).sum(axis=1)
    np.testing.assert_allclose([each.log_probability for each in decoded], scores, atol=1e-4)
    assert [[(each.start, each.end) for each in one.characters] for one in decoded] == [[(0, 1), (2, 3), (4, 5)]] * 6


def test_heads_learn_by_the_loss_of_all_networks() -> None:
    network = build_network(HEADS)
    network.compile(optimizer=keras.optimizers.Adam(3e-3), loss=CtcLoss(), jit_compile=False)
    images = np.random.default_rng(0).integers(0, 256, (4, 20, 48, 1), dtype=np.uint8)
    labels = np.array([[1, 1, 2], [4, 5, 6], [9, 10, 10], [8, 8, 8]], np.int32)
    losses = [float(network.train_on_batch(images, labels)) for _ in range(12)]
    assert losses[-1] < 0.3 * losses[0]


def test_unrolled_layers_give_the_same() -> None:
    config = NetworkConfig(5, "compact", height=20, channels=1, width=24)
    plain, unrolled = build_network(config), build_network(config, unroll=True)
    images = np.random.default_rng(0).integers(0, 256, (2, 20, 24, 1), dtype=np.uint8)
    np.testing.assert_allclose(unrolled(images), plain(images), atol=1e-5)


def test_architectures_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        ARCHITECTURES["compact"] = ARCHITECTURES["course"]  # type: ignore[index]


def test_the_fused_batch_norm_is_that_of_keras() -> None:
    images = np.random.default_rng(0).normal(2, 3, (4, 9, 8, 5)).astype(np.float32)
    fused, plain = FusedBatchNormalization(momentum=0.9), keras.layers.BatchNormalization(momentum=0.9)
    for _ in range(2):
        np.testing.assert_allclose(fused(images, training=True), plain(images, training=True), atol=1e-5)
    # The kernel divides the sum of squares by n - 1, Keras by n: here 288 values each.
    np.testing.assert_allclose(fused.moving_mean, plain.moving_mean, rtol=1e-5)
    np.testing.assert_allclose(fused.moving_variance, plain.moving_variance, rtol=1 / 200)
    np.testing.assert_allclose(fused(images), plain(images), atol=0.01)
