"""Training on a folder of labelled images: what is found in it, the run, and the figures that its held-out tenth gives.

Of the folder's images one tenth, by the hash of their names, measures the bundle once at the end, a tenth of the rest
chooses the best network and the threshold, and all others are trained on.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.data.dataset import Entry, Folder, read_folder
from ocr.errors import OcrError
from ocr.tasks import TaskSpec
from suanshi.training.error_report import judge_folder
from suanshi.training.fixed_split import check_folds, keep_split
from suanshi.training.labelled_task import length_of, of_length, own_task, within
from suanshi.training.run_folder import (
    LOCATOR_BATCHES,
    PRETRAINING,
    RUN,
    Provenance,
    find_locator,
    from_option,
    load_start,
    note,
    origin,
    save_best,
    spare_bundle,
    starter,
)

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

    from generators.labelled_stream import LabelledStream
    from ocr.text.vocabulary import Vocabulary
    from ocr.training.fit import TrainingConfig
    from ocr.training.warm_start import Weights

MOST_LISTED = 20
MOST_JUDGED = 2000  # images that each epoch is judged by
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

    def command(self, config: TrainingConfig) -> str:
        """The call that makes the same bundle again."""
        return (
            f"suanshi train {self.task} --data DIR --out DIR --steps {config.steps} "
            f"--steps-per-epoch {config.steps_per_epoch} --batch-size {config.batch_size} "
            f"--network {config.network.architecture} --learning-rate {self.learning_rate:g} --seed {self.seed} "
            f"--fold {self.fold} --patience {self.patience} --pretrain {self.pretrain}"
            f"{' --bfloat16' if self.bfloat16 else ''}{from_option(self.start)}"
            f"{f' --length {config.network.length}' if config.network.length else ''}"
        )


def train_folder(options: FolderOptions, *, strict: bool = False) -> None:
    """Train, measure and leave a bundle; raises click's Exit with 130 after Ctrl-C, and OcrError.

    With `strict` a folder of which anything is left out is refused before training.
    """
    from generators.augment import Augmentation
    from generators.labelled_stream import LabelledStream
    from generators.stream import HELD_OUT_SEEDS, stack
    from ocr.text.vocabulary import Vocabulary
    from ocr.training.callbacks import HeldOut
    from ocr.training.fit import BEST, fit
    from ocr.training.network import ARCHITECTURES, NetworkConfig

    if options.seed in HELD_OUT_SEEDS:
        raise OcrError(f"seed {options.seed} is kept for test data, take one below {HELD_OUT_SEEDS.start}")
    if options.out.resolve() == options.data.resolve():
        raise OcrError(f"{options.out}: has the images; choose another --out")
    spare_bundle(options.out)
    known = load_start(options.start) if options.start else None
    folder = read_folder(options.data)
    if options.start and known:
        check_folds(options.start, known[0].config.card, options.fold)
    architecture = options.network or (known[1].architecture if known else "compact")
    heads = ARCHITECTURES[architecture].heads if architecture in ARCHITECTURES else False
    if options.length is not None and not heads:
        raise OcrError(f"--length: only for texts of one length, the network {architecture} reads any")
    length = length_of(folder, options.length) if heads else None
    if length is not None:
        folder = of_length(folder, length)
    task, stride = own_task(folder, options.task, architecture, known[0].config if known else None, length)
    folder = within(folder, task, stride)
    _show(folder, task, options.fold)
    if strict and folder.left_out:
        raise OcrError(f"{options.data}: {len(folder.left_out)} images cannot be used as they are, see above")
    training, choosing = folder.part("training", options.fold), folder.part("chosen from", options.fold)
    if not (training and choosing and folder.part("held out", options.fold)):
        raise OcrError(f"{options.data}: {len(folder.entries)} images are too few to be split into three parts")
    keep_split(options.out / RUN, options.data, folder.fingerprint, options.fold, options.pretrain)
    start_of = origin(options.start, known[0].config if known else None, options.out)

    vocabulary = Vocabulary(task.vocabulary)
    network = NetworkConfig(
        vocabulary.size, architecture, task.height, len(task.channels), task.max_width if heads else None, length
    )
    config = _config(options, network, len(training))
    chosen = choosing[:MOST_JUDGED]
    shown = stack([task.pixels(pixels) for pixels in _pixels(chosen, task)], task.width_step)
    held_out = [HeldOut("chosen from", shown, [entry.text for entry in chosen])]
    stream = LabelledStream(
        _pixels(training, task),
        [entry.text for entry in training],
        task.pixels,
        Augmentation(),
        options.seed,
        config.batch_size,
        config.steps_per_epoch,
        task.width_step,
    )
    start = functools.partial(_begin, options, config, vocabulary, task, folder, known[1] if known else None, stream)
    call = options.command(config)
    result = fit(
        config,
        vocabulary,
        stream,
        options.out / RUN,
        held_out=held_out,
        before_first_step=lambda: note(options.out, call),
        start=start if known or options.pretrain else None,
    )
    if not (options.out / RUN / BEST).exists():
        click.echo(f"stopped at step {result.step} of {config.steps}; the same command goes on from there", err=True)
        raise click.exceptions.Exit(130)
    batches = () if result.interrupted else itertools.islice(stream(config.epochs), LOCATOR_BATCHES)
    stopped = result.interrupted
    locator = None
    try:
        locator = find_locator(options.out, vocabulary, batches, steps=config.steps, seed=options.seed)
    except KeyboardInterrupt:
        stopped = True

    judged = dict.fromkeys((each.name for each in held_out), len(chosen))
    provenance = Provenance(call, _description(folder, options.fold), judged, start_of)
    save_best(options.out, task, config, provenance, images=shown[:16], locator=locator)
    if stopped:
        click.echo(f"{options.out}: the best network so far, as a bundle", err=True)
        raise click.exceptions.Exit(130)
    judge_folder(options.out, folder, options.fold)


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


def _pixels(entries: list[Entry], task: TaskSpec) -> list[NDArray[np.uint8]]:
    """Read images, no higher than twice the network's input: they are all kept in memory.

    RGB (H, W, 3), or grey (H, W) where the task's input has no regard to colours.
    """
    import cv2

    from preprocessing.clean import grey
    from preprocessing.read import read_image

    kept, height, colour = [], task.height, task.input_kind.colour
    for entry in entries:
        pixels = read_image(entry.path) if colour else grey(read_image(entry.path))
        if (scale := 2 * height / pixels.shape[0]) < 1:
            size = (max(1, round(pixels.shape[1] * scale)), 2 * height)
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        kept.append(pixels)
    return kept


def _begin(
    options: FolderOptions,
    config: TrainingConfig,
    vocabulary: Vocabulary,
    task: TaskSpec,
    folder: Folder,
    weights: Weights | None,
    stream: LabelledStream,
) -> keras.Model:
    """Return the network that training begins with: a bundle's, trained on drawings, or both in this order."""
    from generators.stream import BatchStream
    from generators.user_sampler import own_sampler
    from ocr.training.fit import fit
    from ocr.training.warm_start import CALIBRATION

    def some_images() -> Iterator[NDArray[np.uint8]]:
        return (stream.batch(number)[0] for number in range(CALIBRATION))

    start = None
    if weights is not None:
        start = starter(config.network, vocabulary, weights, some_images, seed=options.seed, tell=_tell)
        if not options.pretrain:
            return start()
    size = folder.sizes.most_common(1)[0][0]
    sample = own_sampler(task.vocabulary, (min(folder.lengths), max(folder.lengths)), size)
    if sample is None:
        raise OcrError("--pretrain: none of our typefaces has these characters; leave it out")
    drawn = BatchStream(sample, task.pixels, options.seed, config.batch_size, task.width_step)
    of_drawings = dataclasses.replace(
        config, steps=options.pretrain, warmup=min(500, options.pretrain // 10), patience=0
    )
    folder_of_run = options.out / RUN / PRETRAINING
    steps = of_drawings.steps_per_epoch
    result = fit(of_drawings, vocabulary, lambda epoch, at: drawn.epoch(epoch, steps, at), folder_of_run, start=start)
    if result.interrupted:
        _tell(f"stopped at step {result.step} of {options.pretrain} on drawings; the same command goes on from there")
        raise click.exceptions.Exit(130)
    return result.network


def _description(folder: Folder, fold: int) -> dict[str, Any]:
    """What the card says about the data; `evaluate --held-out` finds the held-out tenth by the fold."""
    return {
        "labels from": folder.source,
        "images": len(folder.entries),
        "left out": len(folder.left_out),
        "training": len(folder.part("training", fold)),
        "chosen from": len(folder.part("chosen from", fold)),
        "held out": len(folder.part("held out", fold)),
        "fold": fold,
        "sha256": folder.fingerprint,
    }


def _show(folder: Folder, task: TaskSpec, fold: int) -> None:
    """Tell what was found, before time is spent on it."""
    from suanshi.commands.inspect import listed, summary

    parts = _description(folder, fold)
    _tell(summary(folder))
    _tell(f"input       {task.height} pixels high, up to {task.max_width} wide, {', '.join(task.channels)}")
    _tell(
        f"split       {parts['training']} to train on, {parts['chosen from']} to choose the network by, "
        f"{parts['held out']} held out (fold {fold})"
    )
    for line in listed(folder, MOST_LISTED):
        _tell(line)


def _tell(message: str) -> None:
    click.echo(message, err=True)
