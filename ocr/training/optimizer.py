"""Optimizers by name: AdamW, and Muon, with which a reader of captchas learns more from each image."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

OPTIMIZERS = ("adamw", "muon")


def make_optimizer(
    name: str, *, learning_rate: float, warmup: int, steps: int, weight_decay: float, clip_norm: float
) -> keras.optimizers.Optimizer:
    """Return the optimizer of that name with warm-up, cosine decay to zero and clipping by the global norm."""
    warmup = min(warmup, steps - 1)
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0 if warmup else learning_rate,
        decay_steps=steps - warmup,
        warmup_target=learning_rate if warmup else None,
        warmup_steps=warmup,
    )
    kind = Muon if name == "muon" else keras.optimizers.AdamW
    optimizer = kind(schedule, weight_decay=weight_decay, global_clipnorm=clip_norm)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


@keras.saving.register_keras_serializable("suanshi")
class Muon(keras.optimizers.AdamW):  # type: ignore[misc]
    """Muon for the kernels inside the network, AdamW for its first and its last layer, biases and norms.

    Where AdamW divides each weight's step by its usual size, Muon makes the step of a kernel's matrix as long in every
    direction: the singular values of its momentum become about 1, by a few steps of Newton and Schulz. The whole step
    has the size that AdamW's would have, so that learning rates mean the same (Jordan et al. 2024; Liu et al. 2025,
    arXiv:2502.16982). The kernel of a convolution is one matrix, from all that it sees to its filters; that is why
    `keras.optimizers.Muon`, which takes matrices only, would not do.
    """

    momentum = 0.95
    iterations_of_newton = 5
    size = 0.2  # root mean square of a weight's step, in learning rates, as AdamW's usually is

    def build(self, variables: Any) -> None:
        """Make the optimizer's own variables, and find the kernels."""
        super().build(variables)
        self.inner_kernels = {index for index, variable in enumerate(variables) if is_inner_kernel(variable)}

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Move one weight by its gradient."""
        index = self._get_variable_index(variable)
        if index not in self.inner_kernels:
            super().update_step(gradient, variable, learning_rate)
            return
        kept = self._momentums[index]
        self.assign(kept, kept * self.momentum + gradient)
        matrix = ops.reshape(gradient + kept * self.momentum, (-1, variable.shape[-1]))
        size = self.size * math.sqrt(max(matrix.shape))
        step = ops.reshape(orthogonal(matrix, self.iterations_of_newton), variable.shape) * size
        self.assign_sub(variable, ops.cast(learning_rate, variable.dtype) * step)


def is_inner_kernel(variable: Any) -> bool:
    """Whether a weight, a `keras.Variable`, is a kernel, but not that of the first convolution or of the logits."""
    first_or_last = any(name in variable.path for name in ("conv_1/", "logits", "heads"))
    return variable.path.endswith("kernel") and not first_or_last


def orthogonal(matrix: Any, iterations: int = 5) -> Any:
    """Return a matrix with the singular vectors of `matrix`, (M, N), whose singular values are all about 1.

    An iteration is x <- a x + b (x x') x + c (x x')^2 x, which takes singular values from 0 to 1 to about 1; its
    coefficients, Jordan's, raise small ones fast and leave the large ones between 0.7 and 1.2.
    """
    rows, columns = matrix.shape
    x = ops.transpose(matrix) if rows > columns else matrix
    x = x / (ops.norm(x) + 1e-7)
    for _ in range(iterations):
        square = ops.matmul(x, ops.transpose(x))
        x = 3.4445 * x + ops.matmul(-4.7750 * square + 2.0315 * ops.matmul(square, square), x)
    return ops.transpose(x) if rows > columns else x
