import numpy as np
import pytest

keras = pytest.importorskip("keras")

from ocr.training.network import NetworkConfig, build_network  # noqa: E402
from ocr.training.optimizer import is_inner_kernel, make_optimizer, orthogonal  # noqa: E402


@pytest.mark.parametrize("shape", [(6, 20), (20, 6), (9, 9)])
def test_the_singular_values_of_a_step_are_about_one_and_its_directions_those_of_the_matrix(shape):
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=shape).astype(np.float32)
    step = np.asarray(orthogonal(matrix, iterations=8))
    values = np.linalg.svd(step, compute_uv=False)
    assert values.min() > 0.6
    assert values.max() < 1.3
    u, _, v = np.linalg.svd(matrix, full_matrices=False)
    assert np.sum(u @ v * step) > 0.95 * np.linalg.norm(u @ v) * np.linalg.norm(step)


def test_kernels_within_the_network_are_matrices_all_else_is_not():
    network = build_network(NetworkConfig(5, "compact", 32, 2))
    inner = {variable.path for variable in network.trainable_variables if is_inner_kernel(variable)}
    assert {path.split("/")[0] for path in inner} == {f"conv_{i}" for i in range(2, 6)} | {"columns", "gru_1", "gru_2"}
    assert all("kernel" in path for path in inner)


@pytest.mark.parametrize("name", ["adamw", "muon"])
def test_a_network_learns_with_it(name):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(256, 12)).astype(np.float32)
    wanted = x @ rng.normal(size=(12, 3)).astype(np.float32)
    network = keras.Sequential([keras.Input((12,)), keras.layers.Dense(16), keras.layers.Dense(3, name="logits")])
    optimizer = make_optimizer(name, learning_rate=0.02, warmup=5, steps=300, weight_decay=0.0, clip_norm=10.0)
    network.compile(optimizer, "mse", jit_compile=False)
    first = network.train_on_batch(x, wanted)
    for _ in range(299):
        last = network.train_on_batch(x, wanted)
    assert last < 0.02 * first


def test_the_step_of_a_kernel_has_the_size_of_adams_whatever_the_gradients():
    variable = keras.Variable(np.zeros((3, 3, 4, 8), np.float32), name="kernel")
    optimizer = make_optimizer("muon", learning_rate=0.5, warmup=0, steps=10**9, weight_decay=0.0, clip_norm=1e9)
    optimizer.build([variable])
    rng = np.random.default_rng(1)
    for scale in (1e-3, 1e3):
        before = np.asarray(variable)
        optimizer.apply([keras.ops.convert_to_tensor(scale * rng.normal(size=(3, 3, 4, 8)).astype(np.float32))])
        step = np.asarray(variable) - before
        assert 0.05 < np.sqrt(np.mean(step**2)) < 0.15  # 0.2 of the learning rate
