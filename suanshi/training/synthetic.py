"""Training on drawn images, of which there is no end, judged by drawings from seeds that are kept for that."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.errors import OcrError
from suanshi.training.calibrate import judge
from suanshi.training.run_folder import (
    LOCATOR_BATCHES,
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
from suanshi.training.synthetic_task import SyntheticTask, synthetic_task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generators.stream import Batch, BatchStream, Sample
    from ocr.training.callbacks import HeldOut
    from ocr.training.fit import TrainingConfig
    from ocr.training.locator import Locator


DATA = "drawn by this program; judged by drawings from seeds, and one set with typefaces, never trained on"


@dataclass(frozen=True)
class Options:
    """The command line, checked."""

    task: str
    out: Path
    steps: int
    steps_per_epoch: int
    batch_size: int
    network: str
    learning_rate: float
    seed: int
    jobs: int
    bfloat16: bool
    held_out_images: int
    judged: int
    start: str | None = None  # name or folder of the bundle that training begins with
    length: int | None = None  # of all texts, for networks that read one length only

    @property
    def synthetic(self) -> SyntheticTask:
        """What is drawn for the network."""
        return synthetic_task(self.task, self.length)

    @property
    def command(self) -> str:
        """The call that makes the same bundle again."""
        return (
            f"suanshi train {self.task} --out DIR --steps {self.steps} --steps-per-epoch {self.steps_per_epoch} "
            f"--batch-size {self.batch_size} --network {self.network} --learning-rate {self.learning_rate:g} "
            f"--seed {self.seed} --held-out {self.held_out_images} "
            f"--judged {self.judged}{' --bfloat16' if self.bfloat16 else ''}"
            f"{from_option(self.start)}{f' --length {self.length}' if self.length else ''}"
        )


def train_drawn(options: Options) -> None:
    """Train, judge and leave a bundle; raises click's Exit with 130 after Ctrl-C."""
    from generators.stream import HELD_OUT_SEEDS
    from ocr.text.vocabulary import Vocabulary
    from ocr.training.fit import TrainingConfig, fit
    from ocr.training.network import NetworkConfig
    from ocr.training.warm_start import CALIBRATION

    drawing = options.synthetic
    task = drawing.spec
    if options.seed in HELD_OUT_SEEDS:
        raise OcrError(f"seed {options.seed} is kept for test data, take one below {HELD_OUT_SEEDS.start}")
    spare_bundle(options.out)
    vocabulary = Vocabulary(task.vocabulary)
    width = None if options.length is None else task.max_width
    network = NetworkConfig(
        vocabulary.size, options.network, task.height, len(task.channels), width=width, length=options.length
    )
    config = TrainingConfig(
        network,
        steps=options.steps,
        steps_per_epoch=options.steps_per_epoch,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        seed=options.seed,
        bfloat16=options.bfloat16,
    )
    held_out = list(_held_out(options))
    known = load_start(options.start) if options.start else None
    start_of = origin(options.start, known[0].config if known else None, options.out)
    with contextlib.closing(_prepared(options, drawing.training(0, False), options.seed, options.jobs)) as drawn:

        def stream(epoch: int, start: int) -> Iterator[Batch]:
            sample = drawing.training(epoch, options.start is not None)
            of_epoch = replace(drawn, sample=sample)  # drawn by the same processes
            return of_epoch.epoch(epoch, config.steps_per_epoch, start)

        def some_images() -> Iterator[NDArray[np.uint8]]:
            return (images for images, _ in itertools.islice(stream(0, 0), CALIBRATION))

        def tell(message: str) -> None:
            click.echo(message, err=True)

        begin = (
            None if known is None else starter(network, vocabulary, known[1], some_images, seed=options.seed, tell=tell)
        )
        result = fit(
            config,
            vocabulary,
            stream,
            options.out / RUN,
            held_out=held_out,
            before_first_step=lambda: note(options.out, options.command),
            start=begin,
        )
        batches = itertools.islice(stream(config.epochs, 0), LOCATOR_BATCHES)  # of an epoch that training never sees
        locator = None
        stopped = result.interrupted
        try:
            some = () if result.interrupted else batches
            locator = find_locator(options.out, vocabulary, some, steps=options.steps, seed=options.seed)
        except KeyboardInterrupt:
            stopped = True
    if result.interrupted:
        click.echo(f"stopped at step {result.step} of {config.steps}; the same command goes on from there", err=True)
    if (options.out / RUN / "best.npz").exists():
        write_bundle(options, config, held_out, locator, start_of)
        if not stopped:
            sample = drawing.drawings(None, "train")
            judge(options.out, sample, count=options.judged, jobs=options.jobs, chunk=drawing.chunk)
        told = "the best network so far, as a bundle" if stopped else "the bundle"
        click.echo(f"{options.out}: {told}", err=True)
    if stopped:
        raise click.exceptions.Exit(130)


def _prepared(options: Options, sample: Sample, seed: int, jobs: int) -> BatchStream:
    """Return a stream of inputs as the network takes them."""
    from generators.stream import BatchStream

    drawing = options.synthetic
    step, together = drawing.spec.width_step, drawing.sorted_batches
    return BatchStream(sample, drawing.prepare, seed, options.batch_size, step, jobs, together)


def _held_out(options: Options) -> Iterator[HeldOut]:
    """Yield sets drawn from seeds, and one of them with typefaces, that are never trained on."""
    import numpy as np

    from generators.stream import HELD_OUT_SEEDS
    from ocr.training.callbacks import HeldOut

    batches = -(-options.held_out_images // options.batch_size)
    for number, (name, sample) in enumerate(options.synthetic.validation().items()):
        stream = _prepared(options, sample, HELD_OUT_SEEDS.start + number, jobs=1)
        alike = replace(stream, width_step=options.synthetic.spec.max_width, together=1)
        drawn = list(alike.epoch(0, batches))
        images = np.concatenate([images for images, _ in drawn])[: options.held_out_images]
        texts = [text for _, texts in drawn for text in texts][: options.held_out_images]
        yield HeldOut(name, images, texts, decides=name != "typefaces")  # those must not choose the network


def write_bundle(
    options: Options,
    config: TrainingConfig,
    held_out: list[HeldOut],
    locator: Locator | None = None,
    start: Mapping[str, Any] | None = None,
) -> None:
    """Export the best network of a run, and its locator, to the bundle in `options.out`, with its card; `start` is what
    it says about the bundle that training began with."""
    provenance = Provenance(options.command, DATA, {each.name: len(each.texts) for each in held_out}, start)
    images = held_out[0].images[:16] if held_out else None
    save_best(options.out, options.synthetic.spec, config, provenance, images=images, locator=locator)
