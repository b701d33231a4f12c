"""Training on a folder of labelled images: what is found in it, the run, and the figures that its held-out tenth gives.

Of the folder's images one tenth, by the hash of their names, measures the bundle once at the end, a tenth of the rest
chooses the best network and the threshold, and all others are trained on.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.data.dataset import Folder, read_folder
from ocr.errors import OcrError
from ocr.tasks import TaskSpec
from suanshi.training.error_report import error_report
from suanshi.training.fixed_split import check_folds, keep_split
from suanshi.training.labelled_images import description, load_pixels, show
from suanshi.training.labelled_task import length_of, of_length, own_task, within
from suanshi.training.run import INTERRUPTED, TrainingRun, check_call, load_start, tell, warm_network
from suanshi.training.run_folder import PRETRAINING, RUN, from_option, origin

if TYPE_CHECKING:
    import keras

    from generators.labelled_stream import LabelledStream
    from ocr.bundle import Bundle
    from ocr.training.fit import TrainingConfig
    from ocr.training.weights.warm_start import Weights

MOST_JUDGED = 2000
"""Images that each epoch is judged by."""
STEPS = (1_500, 20_000)
STEPS_A_ROOT = 200  # times the root of the number of images: 4,700 steps for 560 of them


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
    learning_rate: float
    seed: int
    bfloat16: bool
    fold: int
    patience: int
    pretrain: int
    length: int | None = None
    pattern: str | None = None

    def command(self, config: TrainingConfig) -> str:
        """The call that makes the same bundle again."""
        return (
            f"suanshi train {self.task} --data DIR --out DIR --steps {config.steps} "
            f"--steps-per-epoch {config.steps_per_epoch} --batch-size {config.batch_size} "
            f"--network {config.network.architecture} --learning-rate {self.learning_rate:g} --seed {self.seed} "
            f"--fold {self.fold} --patience {self.patience} --pretrain {self.pretrain}"
            f"{' --bfloat16' if self.bfloat16 else ''}{from_option(self.start)}"
            f"{f' --length {config.network.length}' if config.network.length else ''}"
            f"{f' --pattern {shlex.quote(self.pattern)}' if self.pattern else ''}"
        )


def train_folder(options: FolderOptions, *, strict: bool = False) -> None:
    """Train, measure and leave a bundle; raises click's Exit with 130 after Ctrl-C, and OcrError.

    With `strict` a folder of which anything is left out is refused before training.
    """
    from generators.augment import Augmentation
    from generators.labelled_stream import LabelledStream
    from generators.stream import stack
    from ocr.training.callbacks import HeldOut
    from ocr.training.network import NetworkConfig

    check_call(options.seed, options.out)
    if options.out.resolve() == options.data.resolve():
        raise OcrError(f"{options.out}: has the images; choose another --out")
    bundle, weights = load_start(options.start)
    architecture = options.network or (weights.architecture if weights else "compact")
    folder, task, length = _usable(options, architecture, bundle)
    show(folder, task, options.fold)
    if strict and folder.left_out:
        raise OcrError(f"{options.data}: {len(folder.left_out)} images cannot be used as they are, see above")
    training, choosing = folder.part("training", options.fold), folder.part("validation", options.fold)
    if not (training and choosing and folder.part("test", options.fold)):
        raise OcrError(f"{options.data}: {len(folder.entries)} images are too few to be split into three parts")
    keep_split(options.out / RUN, options.data, folder.fingerprint, options.fold, options.pretrain)
    start_of = origin(options.start, bundle.config if bundle else None, options.out)
    width = None if length is None else task.max_width
    network = NetworkConfig(len(task.vocabulary) + 1, architecture, task.height, len(task.channels), width, length)
    config = _config(options, network, len(training))
    chosen = choosing[:MOST_JUDGED]
    shown = stack([task.pixels(pixels) for pixels in load_pixels(chosen, task)], task.width_step)
    validation = [HeldOut("validation", shown, [entry.text for entry in chosen])]
    stream = LabelledStream(
        load_pixels(training, task),
        [entry.text for entry in training],
        task.pixels,
        Augmentation(),
        options.seed,
        config.batch_size,
        config.steps_per_epoch,
        task.width_step,
    )
    data = description(folder, options.fold)
    run = TrainingRun(options.out, task, config, options.command(config), data, validation, start_of)
    start = functools.partial(_begin, options, run, folder, weights, stream)
    run.train(stream, start=start if weights or options.pretrain else None)
    error_report(options.out, folder, options.fold)


def _usable(options: FolderOptions, architecture: str, start: Bundle | None) -> tuple[Folder, TaskSpec, int | None]:
    """Return what of the folder a network can be trained on, the task of its images, and the length of all texts.

    The length is None for a network that reads any.
    """
    from ocr.training.network import ARCHITECTURES

    folder = read_folder(options.data, options.pattern)
    if options.start and start:
        check_folds(options.start, start.config.card, options.fold)
    heads = ARCHITECTURES[architecture].heads if architecture in ARCHITECTURES else False
    if options.length is not None and not heads:
        raise OcrError(f"--length: only for texts of one length, the network {architecture} reads any")
    length = length_of(folder, options.length) if heads else None
    if length is not None:
        folder = of_length(folder, length)
    task, stride = own_task(folder, options.task, architecture, start.config if start else None, length)
    return within(folder, task, stride), task, length


def _config(options: FolderOptions, network: Any, images: int) -> TrainingConfig:
    """Return the settings of a run, sized by the number of images where the command line leaves them open."""
    from ocr.training.fit import TrainingConfig

    least, most = STEPS
    steps = options.steps or min(max(100 * round(STEPS_A_ROOT * math.sqrt(images) / 100), least), most)
    return TrainingConfig(
        network,
        steps=steps,
        steps_per_epoch=options.steps_per_epoch or 200,
        batch_size=options.batch_size or 32,
        learning_rate=options.learning_rate,
        warmup=min(500, steps // 10),
        patience=options.patience,
        seed=options.seed,
        bfloat16=options.bfloat16,
    )


def _begin(
    options: FolderOptions, run: TrainingRun, folder: Folder, weights: Weights | None, stream: LabelledStream
) -> keras.Model:
    """Return the network that training begins with: a bundle's, trained on drawings, or both in this order."""
    from generators.stream import BatchStream
    from generators.user_sampler import own_sampler
    from ocr.training.fit import fit

    config, task = run.config, run.spec

    def known() -> keras.Model:
        assert weights is not None
        images = (stream.batch(number)[0] for number in itertools.count())
        return warm_network(config, run.vocabulary, weights, images)

    if not options.pretrain:
        return known()
    size = folder.sizes.most_common(1)[0][0]
    sample = own_sampler(task.vocabulary, (min(folder.lengths), max(folder.lengths)), size)
    if sample is None:
        raise OcrError("--pretrain: none of our typefaces has these characters; leave it out")
    drawn = BatchStream(sample, task.pixels, options.seed, config.batch_size, task.width_step)
    of_drawings = dataclasses.replace(
        config, steps=options.pretrain, warmup=min(500, options.pretrain // 10), patience=0
    )
    steps = of_drawings.steps_per_epoch
    result = fit(
        of_drawings,
        run.vocabulary,
        lambda epoch, at: drawn.epoch(epoch, steps, at),
        options.out / RUN / PRETRAINING,
        start=known if weights is not None else None,
    )
    if result.interrupted:
        tell(f"stopped at step {result.step} of {options.pretrain} on drawings; the same command goes on from there")
        raise click.exceptions.Exit(INTERRUPTED)
    return result.network
