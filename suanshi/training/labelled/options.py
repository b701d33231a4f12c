"""What a call of `suanshi train --data` asks for, and the settings of its run."""

from __future__ import annotations

import math
import shlex
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ocr.data.dataset import Entry
from ocr.tasks import TaskSpec
from suanshi.training.run_folder import from_option

if TYPE_CHECKING:
    from ocr.training.fit import TrainingConfig
    from ocr.training.network import NetworkConfig

NOTHING = "nothing"
"""What `--from` says to begin with no model."""

USUAL_START, ITS_NETWORK = "captcha", "broad"
"""The model that training begins with, and its network; another network begins with nothing."""

STEPS = (1_500, 20_000)
STEPS_A_ROOT = 200  # times the root of the number of images: 4,700 steps for 560 of them
LEARNING_RATE = 1.5e-3
"""Defaults of a training from nothing."""

KNOWN_STEPS, USUAL_WIDTH = 1_800, 160  # of inputs that wide, in pixels; fewer of wider ones, which take longer
LEAST_STEPS = 800
FIRST_SHARE = 0.6  # of the steps are in the first part, where images are few
KNOWN_LEARNING_RATE, SECOND_LEARNING_RATE = 5e-4, 0.6  # the latter as a share, where images are few
KNOWN_MOMENTUM = 0.99  # of the average of weights
"""Defaults of a training that begins with known weights: ten minutes of two cores that do 150 images a second."""


@dataclass(frozen=True)
class FolderOptions:
    """The command line, checked; None where it is found from the data."""

    task: str
    data: Path
    out: Path
    start: str | None
    steps: int | None
    steps_per_epoch: int | None
    batch_size: int | None
    network: str | None
    learning_rate: float | None
    seed: int
    bfloat16: bool
    fold: int
    patience: int
    pretrain: int
    length: int | None = None
    pattern: str | None = None
    devices: int = 1

    @property
    def begins_with(self) -> str | None:
        """The name or folder of the model that training begins with, None for none."""
        if self.start is None:
            return USUAL_START if self.network in (None, ITS_NETWORK) and not self.pretrain else None
        return None if self.start == NOTHING else self.start

    def command(self, config: TrainingConfig, steps: int) -> str:
        """The call that makes the same bundle again."""
        return (
            f"suanshi train {self.task} --data DIR --out DIR --steps {steps} "
            f"--steps-per-epoch {config.steps_per_epoch} --batch-size {config.batch_size} "
            f"--network {config.network.architecture} --learning-rate {self.rate:g} --seed {self.seed} "
            f"--fold {self.fold} --patience {self.patience} --pretrain {self.pretrain}"
            f"{' --bfloat16' if self.bfloat16 else ''}{from_option(self.begins_with or NOTHING)}"
            f"{f' --length {config.network.length}' if config.network.length else ''}"
            f"{f' --pattern {shlex.quote(self.pattern)}' if self.pattern else ''}"
        )

    @property
    def rate(self) -> float:
        """The learning rate."""
        return self.learning_rate or (KNOWN_LEARNING_RATE if self.begins_with else LEARNING_RATE)


def input_width(entries: Sequence[Entry], task: TaskSpec) -> int:
    """Return the width in pixels of an image of usual shape as an input."""
    shape = statistics.median(entry.size[0] / entry.size[1] for entry in entries)
    return min(task.max_width, max(1, round(shape * task.height)))


def training_config(options: FolderOptions, network: NetworkConfig, images: int, width: int) -> TrainingConfig:
    """Return the settings of a run, sized by the images' number and width where the command line leaves them open."""
    from ocr.training.fit import TrainingConfig

    known = options.begins_with is not None
    least, most = STEPS
    by_images = min(max(100 * round(STEPS_A_ROOT * math.sqrt(images) / 100), least), most)
    in_time = 50 * round(KNOWN_STEPS * min(1.0, USUAL_WIDTH / width) / 50)
    steps = options.steps or (max(in_time, LEAST_STEPS) if known else by_images)
    return TrainingConfig(
        network,
        steps=steps,
        steps_per_epoch=options.steps_per_epoch or (50 if known else 200),
        batch_size=options.batch_size or 32,
        learning_rate=options.rate,
        warmup=min(500, steps // 10),
        patience=options.patience,
        seed=options.seed,
        bfloat16=options.bfloat16,
        devices=options.devices,
        frozen_norms=known,
        average_momentum=KNOWN_MOMENTUM if known else TrainingConfig.average_momentum,
    )
