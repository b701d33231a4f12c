"""Fit a reader network to a stream of batches, with averaged weights, checkpoints and exact resumption.

A folder belongs to each run:

    checkpoint.npz   everything needed to go on: weights, optimizer, average, position in the data
    best.npz         the averaged network with the best accuracy so far on the held-out sets that decide
    log.csv          one line per epoch
    curves.png       the same as a picture
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
from tqdm import tqdm

from ocr.errors import OcrError
from ocr.text.vocabulary import Vocabulary
from ocr.training.batches import EncodedBatch, Stream, encode_batch, prefetch
from ocr.training.callbacks import Callback, CsvLog, Curves, EpochReport, HeldOut, log_epoch, mean_score, measured
from ocr.training.checkpoint import load_checkpoint
from ocr.training.run import Run, TrainingConfig, load_averaged, save_averaged

__all__ = ["BEST", "CHECKPOINT", "CURVES", "LOG", "FitResult", "TrainingConfig", "fit", "load_averaged"]

logger = logging.getLogger(__name__)

CHECKPOINT = "checkpoint.npz"
BEST = "best.npz"
LOG = "log.csv"
CURVES = "curves.png"


@dataclass(frozen=True)
class FitResult:
    """The averaged network as it ended, and whether it was stopped before its end: the last step, or lost patience."""

    network: keras.Model
    step: int
    interrupted: bool
    accuracy: dict[str, float]  # of the last finished epoch


@contextlib.contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Yield a function that says whether Ctrl-C was pressed or SIGTERM came; the second one works as usual."""
    pressed = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield pressed.is_set
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, frame: object) -> None:
        pressed.set()
        restore()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, handle)
    try:
        yield pressed.is_set
    finally:
        restore()


def fit(
    config: TrainingConfig,
    vocabulary: Vocabulary,
    stream: Stream,
    folder: Path,
    *,
    held_out: Sequence[HeldOut] = (),
    callbacks: Sequence[Callback] = (),
    max_steps: int | None = None,
    before_first_step: Callable[[], None] | None = None,
    start: Callable[[], keras.Model] | None = None,
) -> FitResult:
    """Train, or go on training where `folder` has a checkpoint, and return the averaged network.

    `stream(epoch, start)` yields the epoch's batches from number `start` on; with the same batches whenever
    it is asked, an interrupted run ends like one that was never interrupted. Ctrl-C ends the run after the
    present step, with everything saved; so does `max_steps`, counted in this call. Every epoch ends with the
    averaged network's accuracy on each held-out set, the `callbacks` (after the log and the curves), and
    a checkpoint. `before_first_step` is called once the run is loaded, if a step is left to do in this call. A new
    run begins with the weights of the network that `start` returns, of the same architecture, if that is given.
    Raises `OcrError` for labels that do not fit their images, and for a folder of another run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(config, vocabulary)
    if (folder / CHECKPOINT).exists():
        run.load(folder / CHECKPOINT)
        _rescore(run, folder, held_out)
        logger.info("going on at step %d of %d", run.step, config.steps)
    elif start is not None:
        run.begin(start())
    end = config.steps if max_steps is None else min(config.steps, run.step + max_steps)
    told: tuple[Callback, ...] = (CsvLog(folder / LOG), Curves(folder / LOG, folder / CURVES), log_epoch, *callbacks)
    if before_first_step is not None and run.step < end and not run.finished:
        before_first_step()
    with _interrupts() as interrupted:
        while run.step < end and not run.finished and not interrupted():
            seconds, steps = _train_epoch(run, stream, end, interrupted)
            if run.step % config.steps_per_epoch and run.step < config.steps:
                break  # in the middle of an epoch, whose report comes when the run is taken up again
            _finish_epoch(run, folder, held_out, told, seconds, steps)
            run.save(folder / CHECKPOINT)
    if run.step % config.steps_per_epoch and run.step < config.steps:
        run.save(folder / CHECKPOINT)
        run.update_averaged()
    return FitResult(run.averaged, run.step, not run.finished, run.accuracy)


def _rescore(run: Run, folder: Path, held_out: Sequence[HeldOut]) -> None:
    """Score the best network by the sets that decide now; others may have decided when it was kept."""
    deciding = {each.name for each in held_out if each.decides}
    if deciding and (folder / BEST).exists():
        accuracy = load_checkpoint(folder / BEST).description["accuracy"]
        if deciding <= accuracy.keys():
            run.best_score = mean_score(accuracy, accuracy.keys() - deciding)


def _train_epoch(run: Run, stream: Stream, end: int, interrupted: Callable[[], bool]) -> tuple[float, int]:
    """Do the steps that are left of the present epoch; return the seconds they took and their number."""
    config = run.config
    epoch, start = divmod(run.step, config.steps_per_epoch)
    wanted = min((epoch + 1) * config.steps_per_epoch, end) - run.step
    encoded = (
        encode_batch(batch, run.vocabulary, config.network.stride)
        for batch in itertools.islice(stream(epoch, start), wanted)
    )
    began, before = time.perf_counter(), run.step
    with (
        contextlib.closing(prefetch(encoded)) as batches,
        tqdm(
            total=start + wanted,
            initial=start,
            desc=f"epoch {epoch + 1}/{config.epochs}",
            leave=False,
            disable=not sys.stderr.isatty(),
        ) as progress,
    ):
        for images, labels in _until(interrupted, batches):
            loss = run.train(images, labels)
            progress.set_postfix(loss=f"{loss:.3f}", refresh=False)
            progress.update()
    if run.step - before < wanted and not interrupted():
        raise OcrError(f"the stream ended after {run.step - before} of {wanted} batches of epoch {epoch}")
    return time.perf_counter() - began, run.step - before


def _until(interrupted: Callable[[], bool], batches: Iterable[EncodedBatch]) -> Iterator[EncodedBatch]:
    """Yield batches until Ctrl-C."""
    try:
        for batch in batches:
            yield batch
            if interrupted():
                return
    except Exception:
        # Ctrl-C reaches the processes that draw as well; that the stream breaks with them must not stop the saving.
        if not interrupted():
            raise


def _finish_epoch(
    run: Run, folder: Path, held_out: Sequence[HeldOut], callbacks: Sequence[Callback], seconds: float, steps: int
) -> None:
    """Judge the averaged network, keep it when it is the best, and tell the callbacks."""
    network = run.update_averaged()
    run.accuracy = {each.name: measured(network, run.vocabulary, each) for each in held_out}
    report = EpochReport(
        epoch=-(-run.step // run.config.steps_per_epoch),
        step=run.step,
        loss=sum(run.epoch_losses) / len(run.epoch_losses),
        learning_rate=float(keras.ops.convert_to_numpy(run.optimizer.learning_rate)),
        seconds=seconds,
        images_per_second=steps * run.config.batch_size / seconds,
        accuracy=run.accuracy,
        watched=frozenset(each.name for each in held_out if not each.decides),
    )
    run.epoch_losses = []
    # As long as nothing at all is read it learns to, and the score cannot tell how well.
    better = report.score > run.best_score or run.best_score <= 0
    run.epochs_since_best = 0 if better else run.epochs_since_best + 1
    if report.score >= run.best_score:  # of two equals the later one has seen more
        run.best_score = report.score
        save_averaged(folder / BEST, run)
    for callback in callbacks:
        callback(report)
