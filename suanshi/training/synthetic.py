"""Training on drawn images, of which there is no end, judged by drawings from seeds that are kept for that."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from suanshi.training.calibrate import calibrate
from suanshi.training.run import TrainingRun, check_call, load_start, tell, warm_network
from suanshi.training.run_folder import from_option, origin
from suanshi.training.synthetic_task import SyntheticTask, leaving_out, synthetic_task

if TYPE_CHECKING:
    import keras

    from generators.stream import Batch, BatchStream, Sample
    from ocr.training.callbacks import HeldOut


DATA = "drawn by this program; judged by drawings from seeds, and one set with typefaces, never trained on"


COMPILED_STEP = 256
"""Pixels to a multiple of which batches are padded with JAX, which compiles a step anew for every width."""


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
    optimizer: str = "adamw"
    start: str | None = None  # name or folder of the bundle that training begins with
    length: int | None = None  # of all texts, for networks that read one length only
    devices: int = 1  # that share each batch
    without: tuple[str, ...] = ()  # styles of captchas that are not drawn

    @property
    def synthetic(self) -> SyntheticTask:
        """The task that is drawn for the network."""
        return synthetic_task(self.task, self.length)

    @property
    def command(self) -> str:
        """The call that makes the same bundle again."""
        return (
            f"suanshi train {self.task} --out DIR --steps {self.steps} --steps-per-epoch {self.steps_per_epoch} "
            f"--batch-size {self.batch_size} --network {self.network} --optimizer {self.optimizer} "
            f"--learning-rate {self.learning_rate:g} "
            f"--seed {self.seed} --validation-images {self.held_out_images} "
            f"--judged {self.judged}{' --bfloat16' if self.bfloat16 else ''}"
            f"{from_option(self.start)}{f' --length {self.length}' if self.length else ''}"
            f"{''.join(f' --without {name}' for name in self.without)}"
        )


def train_drawn(options: Options) -> None:
    """Train, calibrate and leave a bundle; raises click's Exit with 130 after Ctrl-C."""
    from ocr.training.fit import TrainingConfig
    from ocr.training.network import NetworkConfig

    check_call(options.seed, options.out)
    drawing = options.synthetic
    drawing = replace(drawing, training=leaving_out(drawing.training, options.without))
    spec = drawing.spec
    width = None if options.length is None else spec.max_width
    network = NetworkConfig(
        len(spec.vocabulary) + 1, options.network, spec.height, len(spec.channels), width, options.length
    )
    config = TrainingConfig(
        network,
        steps=options.steps,
        steps_per_epoch=options.steps_per_epoch,
        batch_size=options.batch_size,
        optimizer=options.optimizer,
        learning_rate=options.learning_rate,
        seed=options.seed,
        bfloat16=options.bfloat16,
        devices=options.devices,
    )
    validation = list(validation_sets(options))
    bundle, weights = load_start(options.start)
    start_of = origin(options.start, bundle.config if bundle else None, options.out)
    run = TrainingRun(options.out, spec, config, options.command, DATA, validation, start_of)
    warm = weights is not None
    with contextlib.closing(_prepared(options, drawing.training(0, False), options.seed, options.jobs)) as drawn:

        def stream(epoch: int, start: int) -> Iterator[Batch]:
            of_epoch = replace(drawn, sample=drawing.training(epoch, warm))  # drawn by the same processes
            return of_epoch.epoch(epoch, config.steps_per_epoch, start)

        def start() -> keras.Model:
            assert weights is not None
            return warm_network(config, run.vocabulary, weights, (images for images, _ in stream(0, 0)))

        run.train(stream, start=start if warm else None)
    calibrate(
        options.out,
        drawing.drawings(None, "train"),
        count=options.judged,
        jobs=options.jobs,
        chunk=drawing.chunk,
        most_wrong=drawing.most_wrong,
    )
    tell(f"{options.out}: the bundle")


def _prepared(options: Options, sample: Sample, seed: int, jobs: int) -> BatchStream:
    """Return a stream of inputs as the network takes them."""
    import keras

    from generators.stream import BatchStream

    drawing = options.synthetic
    step, together = drawing.spec.width_step, drawing.sorted_batches
    if keras.backend.backend() == "jax":
        step = max(step, COMPILED_STEP)
    return BatchStream(sample, drawing.prepare, seed, options.batch_size, step, jobs, together)


def validation_sets(options: Options) -> Iterator[HeldOut]:
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
