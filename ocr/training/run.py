"""The settings of a training run and its state: network, optimizer, averaged network, position in the data."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from ocr.errors import OcrError
from ocr.text.vocabulary import Vocabulary
from ocr.training.average import WeightAverage, calibrate
from ocr.training.checkpoint import Checkpoint, arrays_of, assign, load_checkpoint, save_checkpoint
from ocr.training.loss import CtcLoss
from ocr.training.network import NetworkConfig, build_network
from ocr.training.optimizer import OPTIMIZERS, make_optimizer
from ocr.training.replicas import Replicas, Step

AVERAGE_EVERY = 1 if keras.backend.backend() == "tensorflow" else 10
"""Steps between two updates of the average of weights, which elsewhere have to be fetched from an accelerator."""


@dataclass(frozen=True)
class TrainingConfig:
    """Settings of a run. A step is one batch; an epoch is only the interval between two checks."""

    network: NetworkConfig
    steps: int = 20_000
    steps_per_epoch: int = 500
    batch_size: int = 64  # images per batch that the stream was made for
    optimizer: str = "adamw"  # or "muon"
    learning_rate: float = 1e-3  # at its peak, after the warm-up; it ends at zero as a half cosine
    warmup: int = 500  # steps over which the learning rate rises from zero
    weight_decay: float = 1e-2  # times the learning rate, kernels only; off where the architecture has an L2 penalty
    clip_norm: float = 1.0  # largest norm of the gradient of all weights together
    average_momentum: float = 0.999  # of the moving average of the weights
    calibration_batches: int = 8  # latest batches on which the averaged network's batch norm is measured
    seed: int = 0  # of the initial weights and the dropout
    patience: int = 0  # epochs without a better score after which training ends early; 0 goes on to the last step
    frozen_norms: bool = False  # batch norms keep the statistics of the network that is begun with
    devices: int = 1  # that share each batch
    bfloat16: bool = False  # convolutions in training only; the averaged network is judged and kept in float32

    def __post_init__(self) -> None:
        counts = self.steps, self.steps_per_epoch, self.batch_size, self.calibration_batches, self.devices
        if min(counts) < 1 or self.patience < 0:
            raise OcrError(f"steps, epochs, batches and devices are at least one each, not {self}")
        if self.batch_size < self.devices:
            raise OcrError(f"a batch of {self.batch_size} images is too small for {self.devices} devices")
        if self.optimizer not in OPTIMIZERS:
            raise OcrError(f"unknown optimizer {self.optimizer!r}; known are: {', '.join(OPTIMIZERS)}")
        if not 0 <= self.average_momentum < 1:
            raise OcrError(f"average_momentum is at least 0 and less than 1, not {self.average_momentum}")

    @property
    def epochs(self) -> int:
        """The number of epochs; the last one may be shorter."""
        return -(-self.steps // self.steps_per_epoch)

    @property
    def identity(self) -> dict[str, Any]:
        """What may not change when a run is taken up again."""
        return {
            "network": asdict(self.network),
            "steps_per_epoch": self.steps_per_epoch,
            "batch_size": self.batch_size,
            "seed": self.seed,
            **({"frozen_norms": True} if self.frozen_norms else {}),
            **({} if self.optimizer == "adamw" else {"optimizer": self.optimizer}),
        }


class Run:
    """The state of one training run: network, optimizer, average and position."""

    def __init__(self, config: TrainingConfig, vocabulary: Vocabulary) -> None:
        if config.network.vocabulary_size != vocabulary.size:
            raise OcrError(
                f"the network has {config.network.vocabulary_size} classes, the vocabulary {vocabulary.size}"
            )
        self.config = config
        self.vocabulary = vocabulary
        replicas = Replicas(config.devices) if config.devices > 1 else None
        with replicas.scope() if replicas else nullcontext():
            self.network = build_network(
                config.network, seed=config.seed, bfloat16=config.bfloat16, frozen_norms=config.frozen_norms
            )
            self.optimizer = make_optimizer(
                config.optimizer,
                learning_rate=config.learning_rate,
                warmup=config.warmup,
                steps=config.steps,
                weight_decay=0.0 if config.network.layout.l2 else config.weight_decay,
                clip_norm=config.clip_norm,
            )
            # JAX runs a step many times as fast when it is compiled; TensorFlow on a processor does not.
            self.network.compile(optimizer=self.optimizer, loss=CtcLoss(), jit_compile=keras.backend.backend() == "jax")
            self.optimizer.build(self.network.trainable_variables)
        self._step: Step = self.network.train_on_batch
        if replicas:
            self._step = replicas.step(self.network, self.optimizer, config.clip_norm)
        self.average = WeightAverage(self.network, config.average_momentum)
        self.averaged = build_network(config.network, seed=config.seed)
        self.step = 0
        self.epoch_losses: list[float] = []
        self.recent: deque[npt.NDArray[np.uint8]] = deque(maxlen=config.calibration_batches)
        self.best_score = -1.0
        self.epochs_since_best = 0  # without a better score, not only as good a one
        self.accuracy: dict[str, float] = {}

    @property
    def epoch(self) -> int:
        """The epoch of the next step, counted from 0."""
        return self.step // self.config.steps_per_epoch

    @property
    def finished(self) -> bool:
        """Whether all steps are done, or there were too many epochs without a better score."""
        return self.step >= self.config.steps or 0 < self.config.patience <= self.epochs_since_best

    def begin(self, network: keras.Model) -> None:
        """Take over the weights of a network of the same architecture, before the first step."""
        assign(self.network.variables, arrays_of(network.variables), "network to begin with")
        self.average = WeightAverage(self.network, self.config.average_momentum)

    def train(self, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int32]) -> float:
        """Do one step and return its loss; raises `OcrError` when the loss is no number any more."""
        loss = float(self._step(images, labels))
        if not np.isfinite(loss):
            raise OcrError(f"the loss is {loss} at step {self.step}: try a smaller learning rate")
        if (self.step + 1) % AVERAGE_EVERY == 0:
            self.average.update(self.network, AVERAGE_EVERY)
        self.recent.append(images)
        self.epoch_losses.append(loss)
        self.step += 1
        return loss

    def update_averaged(self) -> keras.Model:
        """Return the averaged network as it is now, with batch norm statistics of its own."""
        if self.config.frozen_norms:
            assign(self.averaged.variables, arrays_of(self.network.variables), "network with frozen norms")
        self.average.copy_to(self.averaged)
        if not self.config.frozen_norms:
            calibrate(self.averaged, list(self.recent))
        return self.averaged

    def save(self, path: Path) -> None:
        """Write everything that `load` needs to go on as if nothing had happened."""
        groups: dict[str, Sequence[npt.NDArray[Any]]] = {
            "network": arrays_of(self.network.variables),
            "optimizer": arrays_of(self.optimizer.variables),
            "average": self.average.weights,
            "averaged": arrays_of(self.averaged.weights),
            "recent": list(self.recent),
        }
        description = {
            "identity": self.config.identity,
            "characters": self.vocabulary.characters,
            "step": self.step,
            "average_updates": self.average.updates,
            "epoch_losses": self.epoch_losses,
            "best_score": self.best_score,
            "epochs_since_best": self.epochs_since_best,
            "accuracy": self.accuracy,
        }
        save_checkpoint(path, Checkpoint(groups, description))

    def load(self, path: Path) -> None:
        """Take up the run that `save` wrote; raises `OcrError` when it was made with other settings."""
        checkpoint = load_checkpoint(path)
        state = checkpoint.description
        mine = _flat({**self.config.identity, "characters": self.vocabulary.characters})
        theirs = _flat({**(state.get("identity") or {}), "characters": state.get("characters")})
        if differing := [key for key in {**theirs, **mine} if theirs.get(key) != mine.get(key)]:
            told = "; ".join(f"{key}: {theirs.get(key)} there, {mine.get(key)} here" for key in differing)
            raise OcrError(f"{path} belongs to another run, {told}; choose another --out")
        assign(self.network.variables, checkpoint.groups["network"], "network")
        assign(self.optimizer.variables, checkpoint.groups["optimizer"], "optimizer")
        assign(self.averaged.weights, checkpoint.groups["averaged"], "averaged network")
        self.average.weights = [np.array(value) for value in checkpoint.groups["average"]]
        self.average.updates = state["average_updates"]
        self.recent.extend(checkpoint.groups["recent"])
        self.step = state["step"]
        self.epoch_losses = list(state["epoch_losses"])
        self.best_score = state["best_score"]
        self.epochs_since_best = state.get("epochs_since_best", 0)
        self.accuracy = dict(state["accuracy"])


def _flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with those of the network among them instead of in a mapping of their own."""
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        flat.update(value if isinstance(value, Mapping) else {key: value})
    return flat


def save_averaged(path: Path, run: Run) -> None:
    """Write the averaged network alone, with what is needed to build it again."""
    description = {
        "network": asdict(run.config.network),
        "characters": run.vocabulary.characters,
        "step": run.step,
        "accuracy": run.accuracy,
    }
    save_checkpoint(path, Checkpoint({"averaged": arrays_of(run.averaged.weights)}, description))


def load_averaged(path: Path) -> tuple[keras.Model, NetworkConfig, dict[str, Any]]:
    """Return the averaged network in a `best.npz`, its settings and the rest of its description."""
    checkpoint = load_checkpoint(path)
    description = dict(checkpoint.description)
    config = NetworkConfig(**description.pop("network"))
    network = build_network(config)
    assign(network.weights, checkpoint.groups["averaged"], "network")
    return network, config, description
