"""`suanshi train`: train a reader on drawn images and leave a bundle that the other commands can use."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import logging
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.errors import OcrError
from suanshi.judge import judge
from suanshi.tasks import TASKS, held_out_samplers, judged_sampler, prepare, training_sampler

if TYPE_CHECKING:
    from generators.stream import Batch, BatchStream, Sample
    from ocr.text.vocabulary import Vocabulary
    from ocr.training.callbacks import HeldOut
    from ocr.training.fit import TrainingConfig
    from ocr.training.locate import Locator
    from ocr.training.network import NetworkConfig

NETWORKS = ("compact", "course", "course-final")
RUN = "training"  # folder inside the bundle's with checkpoints, log, curves and locator
LOCATOR = "locator.npz"
COMMANDS = "commands.txt"  # the calls that trained, the latest one last
LOCATOR_STEPS = 1000
LOCATOR_BATCHES = 100  # drawn once, used again and again


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

    @property
    def command(self) -> str:
        """The call that makes the same bundle again."""
        return (
            f"suanshi train {self.task} --out DIR --steps {self.steps} --steps-per-epoch {self.steps_per_epoch} "
            f"--batch-size {self.batch_size} --network {self.network} --learning-rate {self.learning_rate:g} "
            f"--seed {self.seed} --held-out {self.held_out_images} "
            f"--judged {self.judged}{' --bfloat16' if self.bfloat16 else ''}"
        )


@click.command()
@click.argument("task", type=click.Choice(sorted(TASKS)))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The bundle's folder.")
@click.option("--steps", type=click.IntRange(1), default=13_000, show_default=True, help="Batches to train on.")
@click.option("--steps-per-epoch", type=click.IntRange(1), default=500, show_default=True)
@click.option("--batch-size", type=click.IntRange(1), default=64, show_default=True, help="Images in a batch.")
@click.option("--network", type=click.Choice(NETWORKS), default=NETWORKS[0], show_default=True)
@click.option("--learning-rate", type=click.FloatRange(0, min_open=True), default=1.5e-3, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of images and first weights.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes that draw images.")
@click.option("--bfloat16", is_flag=True, help="Faster convolutions in training, where the processor knows bfloat16.")
@click.option(
    "--held-out", "held_out_images", type=click.IntRange(1), default=2_000, show_default=True,
    help="Images that each epoch is judged by, per set.",
)  # fmt: skip
@click.option(
    "--judged", type=click.IntRange(1),
    help="Images that the finished bundle is judged by; its threshold comes from them.  [default: 20000, pages 5000]",
)  # fmt: skip
def command(**given: Any) -> None:
    """Train a reader for TASK on drawn images.

    The bundle's folder gets model.onnx and bundle.json, and in `training` the checkpoint, the log and the curves.
    Ctrl-C stops after the present step; the same command goes on from there.
    """
    options = Options(**{**given, "judged": given["judged"] or TASKS[given["task"]].judged})
    _show_log()
    try:
        with _quiet():
            import ocr.training.export  # noqa: F401
        _train(options)
    except OcrError as error:
        click.echo(f"suanshi: {error}", err=True)
        raise click.exceptions.Exit(2) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep TensorFlow, as it loads, from telling the terminal about devices: part of that no setting turns off."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _show_log() -> None:
    """Show the lines of each epoch, on a terminal only."""
    logger = logging.getLogger("ocr.training")
    if sys.stderr.isatty() and not logger.handlers:
        logger.addHandler(logging.StreamHandler())
        logger.setLevel(logging.INFO)


def _train(options: Options) -> None:
    from generators.stream import HELD_OUT_SEEDS
    from ocr.text.vocabulary import Vocabulary
    from ocr.training.fit import TrainingConfig, fit
    from ocr.training.network import NetworkConfig

    task = TASKS[options.task]
    if options.seed in HELD_OUT_SEEDS:
        raise OcrError(f"seed {options.seed} is kept for test data, take one below {HELD_OUT_SEEDS.start}")
    vocabulary = Vocabulary(task.characters)
    network = NetworkConfig(vocabulary.size, options.network, task.height, len(task.channels))
    config = TrainingConfig(
        network,
        steps=options.steps,
        steps_per_epoch=options.steps_per_epoch,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        seed=options.seed,
        bfloat16=options.bfloat16,
    )
    held_out = list(_held_out(options, network))
    with contextlib.closing(
        _prepared(options, network, training_sampler(options.task, 0), options.seed, options.jobs)
    ) as drawn:

        def stream(epoch: int, start: int) -> Iterator[Batch]:
            of_epoch = replace(drawn, sample=training_sampler(options.task, epoch))  # drawn by the same processes
            return of_epoch.epoch(epoch, config.steps_per_epoch, start)

        result = fit(
            config,
            vocabulary,
            stream,
            options.out / RUN,
            held_out=held_out,
            before_first_step=lambda: _note(options),
        )
        batches = itertools.islice(stream(config.epochs, 0), LOCATOR_BATCHES)  # of an epoch that training never sees
        locator = None
        stopped = result.interrupted
        try:
            locator = _locator(options, vocabulary, () if result.interrupted else batches)
        except KeyboardInterrupt:
            stopped = True
    if result.interrupted:
        click.echo(f"stopped at step {result.step} of {config.steps}; the same command goes on from there", err=True)
    if (options.out / RUN / "best.npz").exists():
        write_bundle(options, config, held_out, locator)
        if not stopped:
            chunk = TASKS[options.task].drawn_at_once
            judge(options.out, judged_sampler(options.task), count=options.judged, jobs=options.jobs, chunk=chunk)
        told = "the best network so far, as a bundle" if stopped else "the bundle"
        click.echo(f"{options.out}: {told}", err=True)
    if stopped:
        raise click.exceptions.Exit(130)


def _commands(options: Options) -> list[str]:
    """Return the calls that trained this run, the latest one last; older runs did not keep them."""
    path = options.out / RUN / COMMANDS
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _note(options: Options) -> None:
    """Keep the present call among those that trained this run: steps, learning rate and bfloat16 may have changed."""
    if _commands(options)[-1:] != [options.command]:
        with (options.out / RUN / COMMANDS).open("a", encoding="utf-8") as file:
            file.write(f"{options.command}\n")


def _versions() -> dict[str, str]:
    """Return the versions of Python and of those packages that are installed: Keras runs without TensorFlow too."""
    found = {"python": platform.python_version()}
    for package in ("numpy", "keras", "tensorflow", "onnx"):
        with contextlib.suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def _prepared(options: Options, network: NetworkConfig, sample: Sample, seed: int, jobs: int) -> BatchStream:
    """Return a stream of inputs as the network takes them."""
    from generators.stream import BatchStream

    task = TASKS[options.task]
    return BatchStream(sample, prepare(options.task), seed, options.batch_size, task.width_step, jobs, task.together)


def _held_out(options: Options, network: NetworkConfig) -> Iterator[HeldOut]:
    """Yield sets drawn from seeds, and one of them with typefaces, that are never trained on."""
    import numpy as np

    from generators.stream import HELD_OUT_SEEDS
    from ocr.training.callbacks import HeldOut

    batches = -(-options.held_out_images // options.batch_size)
    for number, (name, sample) in enumerate(held_out_samplers(options.task).items()):
        stream = _prepared(options, network, sample, HELD_OUT_SEEDS.start + number, jobs=1)
        alike = replace(stream, width_step=TASKS[options.task].max_width, together=1)
        drawn = list(alike.epoch(0, batches))
        images = np.concatenate([images for images, _ in drawn])[: options.held_out_images]
        texts = [text for _, texts in drawn for text in texts][: options.held_out_images]
        yield HeldOut(name, images, texts, decides=name != "typefaces")  # those must not choose the network


def _locator(options: Options, vocabulary: Vocabulary, batches: Iterable[Batch]) -> Locator | None:
    """Return the locator of a run's best network: the one kept in its folder, or one fitted to `batches` if any."""
    from ocr.training.fit import BEST, load_averaged
    from ocr.training.locate import fit_locator, load_locator, save_locator

    best, kept = options.out / RUN / BEST, options.out / RUN / LOCATOR
    if not best.exists():
        return None
    weights = hashlib.sha256(best.read_bytes()).hexdigest()
    locator = load_locator(kept, weights)
    if locator is None and batches:
        network, _, _ = load_averaged(best)
        steps = min(LOCATOR_STEPS, options.steps)
        locator = fit_locator(network, vocabulary, batches, steps=steps, seed=options.seed)
        save_locator(kept, locator, weights)
    return locator


def write_bundle(
    options: Options, config: TrainingConfig, held_out: list[HeldOut], locator: Locator | None = None
) -> None:
    """Export the best network of a run, and its locator, to the bundle in `options.out`, with its card."""
    from ocr.bundle import BundleConfig, save_bundle
    from ocr.training.export import export
    from ocr.training.fit import BEST, load_averaged

    task = TASKS[options.task]
    network, network_config, description = load_averaged(options.out / RUN / BEST)
    model = export(network, network_config, images=held_out[0].images[:16] if held_out else None, locator=locator)
    sizes = {each.name: len(each.texts) for each in held_out}
    *earlier, command = _commands(options) or [options.command]
    card = {
        "command": command,
        **({"earlier commands": earlier} if earlier else {}),
        "seed": options.seed,
        "data": "drawn by this program; judged by drawings from seeds, and one set with typefaces, never trained on",
        "network": options.network,
        "steps": description["step"],
        "images": description["step"] * config.batch_size,
        "accuracy": {
            name: {"exact": exact, "images": sizes.get(name, 0)} for name, exact in description["accuracy"].items()
        },
        "versions": _versions(),
    }
    bundle = BundleConfig(
        task=options.task,
        vocabulary=task.characters,
        height=task.height,
        max_width=task.max_width,
        width_step=task.width_step,
        channels=task.channels,
        grammar=task.grammar,
        stride=network_config.stride,
        threshold=task.threshold,
        card=card,
    )
    save_bundle(options.out, bundle, model)
