"""Goes through the epochs of a training, with a log, and a backup from which a stopped one goes on."""

from __future__ import annotations

import csv
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import islice, product
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
from tqdm import tqdm

from ocr.errors import OcrError

LOG, BACKUP = "log.csv", "backup-{}.weights.h5"

AHEAD = 3
"""Batches that are drawn, or being drawn, while another one is learned from."""

Batch: TypeAlias = tuple[Any, Any]
Draw: TypeAlias = Callable[[int, int], Batch]
"""`draw(epoch, step)` is a batch, both counted from 0; the same numbers give the same batch."""

SHOWN = ("loss", "val_accuracy", "val_dice")


def fit(network: keras.Model, draw: Draw, steps: int, epochs: range, validation: Any, folder: Path) -> None:
    """Train a compiled network on `steps` batches in each of the epochs that are left of `epochs`.

    `folder` gets a line in its log and a backup after each epoch. If the optimizer averages the weights, then
    `validation`, as `keras.Model.evaluate` takes it, is measured with the averages, and they are what is left in the
    network. Raises OcrError for a damaged backup, and when the loss is no number any more.
    """
    optimizer, backup = network.optimizer, folder / BACKUP.format(epochs.start)
    optimizer.build(network.trainable_variables)
    if backup.exists():
        _load(network, backup)
    left = epochs[int(optimizer.iterations) // steps :]
    swap = [keras.callbacks.SwapEMAWeights()] if optimizer.use_ema else []
    with (
        # Keras' own fit hands batches through tf.data, beside which TensorFlow often trains one thread at a time.
        closing(ahead(draw, product(left, range(steps)))) as batches,
        tqdm(desc="epochs", total=epochs.stop, initial=epochs.stop - len(left), disable=None) as bar,
    ):
        for epoch in left:
            start, cpu_start = time.monotonic(), time.process_time()
            seen = [network.train_on_batch(*batch, return_dict=True) for batch in islice(batches, steps)]
            row = {name: float(np.mean([each[name] for each in seen])) for name in seen[0]}
            if not np.isfinite(row["loss"]):
                raise OcrError(f"epoch {epoch + 1}: the loss is no number any more; try a smaller learning rate")
            watched = network.evaluate(validation, callbacks=swap, return_dict=True, verbose=0)
            row |= {f"val_{name}": float(value) for name, value in watched.items()}
            row["seconds"] = time.monotonic() - start  # with validation
            row["cpu_seconds"] = time.process_time() - cpu_start  # of all cores together
            _append(folder / LOG, {"epoch": epoch, **dict(sorted(row.items()))})
            part = folder / f"part-{backup.name}"  # Keras wants the ending
            network.save_weights(part)  # the optimizer's, too
            part.replace(backup)
            bar.set_postfix({name: f"{row[name]:.3f}" for name in SHOWN if name in row})
            bar.update()
    optimizer.finalize_variable_values(network.trainable_variables)


def ahead(draw: Draw, numbers: Iterable[tuple[int, int]]) -> Generator[Batch, None, None]:
    """Yield `draw(epoch, step)` for each of `numbers`, drawn in a thread, a few of them before they are asked for."""
    waiting: deque[Future[Batch]] = deque()
    pool = ThreadPoolExecutor(1)
    try:
        for epoch, step in numbers:
            waiting.append(pool.submit(draw, epoch, step))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def read_log(folder: Path) -> list[dict[str, float]]:
    """Return a line for each epoch of a training: epoch, from 0, loss, val_loss, what else was measured,
    seconds, and cpu_seconds of all cores together."""
    with (folder / LOG).open(newline="", encoding="utf-8") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    return list({row["epoch"]: row for row in rows}.values())  # an epoch may be there twice after a stop


def forget_backups(folder: Path) -> None:
    """Remove what is needed to go on, from the folder of a training whose network is kept elsewhere by now."""
    for path in folder.glob(BACKUP.format("*")):
        path.unlink()


def _append(path: Path, row: dict[str, float]) -> None:
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, row)
        if new:
            writer.writeheader()
        writer.writerow(row)


def _load(network: keras.Model, path: Path) -> None:
    try:
        network.load_weights(path)
    except Exception as error:  # a damaged file ends in any kind of error
        raise OcrError(f"{path}: cannot be gone on with ({error}); remove the folder to begin anew") from error
