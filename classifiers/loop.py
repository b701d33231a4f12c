"""Train a network epoch by epoch, with a log, and a backup from which a stopped training goes on.

Readers, whose trainings take hours, go on from any step, with exact averages: ocr.training.fit.
"""

from __future__ import annotations

import csv
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from itertools import islice, product
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
from tqdm import tqdm

from ocr.errors import OcrError
from ocr.training.batches import prefetch
from preprocessing.atomic_write import atomic_write

LOG, BACKUP = "log.csv", "backup-{}.weights.h5"

PREFETCHED = 3
"""Batches that are drawn, or being drawn, while another one is learned from."""

Batch: TypeAlias = tuple[Any, Any]
Draw: TypeAlias = Callable[[int, int], Batch]
"""`draw(epoch, step)` is a batch, both counted from 0; the same numbers give the same batch."""

_log = logging.getLogger(__name__)

SHOWN = ("loss", "val_accuracy", "val_dice")


def fit(
    network: keras.Model, draw: Draw, steps: int, epochs: range, validation: Mapping[str, Any], folder: Path
) -> None:
    """Train a compiled network on `steps` batches in each of the epochs that are left of `epochs`.

    `folder` gets a line in its log and a backup after each epoch. If the optimizer averages the weights, then
    `validation`, the arguments of `keras.Model.evaluate`, is measured with the averages, and they are what is left in
    the network. Raises OcrError for a damaged backup or log, for files that can't be written, and when the loss is no
    number any more.
    """
    optimizer, backup = network.optimizer, folder / BACKUP.format(epochs.start)
    optimizer.build(network.trainable_variables)
    if backup.exists():
        _load(network, backup)
    left = epochs[_number(optimizer.iterations) // steps :]
    rows = _rows_before(left.start, folder)
    swap = [keras.callbacks.SwapEMAWeights()] if optimizer.use_ema else []
    with (
        # Keras' own fit hands batches through tf.data, beside which TensorFlow often trains one thread at a time.
        closing(prefetch((draw(*each) for each in product(left, range(steps))), PREFETCHED)) as batches,
        tqdm(desc="epochs", total=epochs.stop, initial=left.start, disable=None) as bar,
    ):
        for epoch in left:
            start, cpu_start = time.monotonic(), time.process_time()
            seen = [_learn(network, batch) for batch in islice(batches, steps)]
            row = {name: float(np.mean([each[name] for each in seen])) for name in seen[0]}
            if not np.isfinite(row["loss"]):
                raise OcrError(f"epoch {epoch + 1}: the loss is no number any more; try a smaller learning rate")
            watched = network.evaluate(**validation, callbacks=swap, return_dict=True, verbose=0)
            row |= {f"val_{name}": float(value) for name, value in watched.items()}
            row["seconds"] = time.monotonic() - start  # with validation
            row["cpu_seconds"] = time.process_time() - cpu_start  # of all cores together
            rows.append({"epoch": epoch, **dict(sorted(row.items()))})
            _write(folder / LOG, rows)
            atomic_write(backup, network.save_weights)  # with the optimizer's
            shown = ", ".join(f"{name} {row[name]:.4f}" for name in SHOWN if name in row)
            _log.info("epoch %d/%d: %s, %.1f s", epoch + 1, epochs.stop, shown, row["seconds"])
            bar.set_postfix({name: f"{row[name]:.3f}" for name in SHOWN if name in row})
            bar.update()
    optimizer.finalize_variable_values(network.trainable_variables)


def _learn(network: keras.Model, batch: Batch) -> dict[str, float]:
    """Train on a batch and return its own loss and metrics."""
    network.reset_metrics()  # old versions of Keras go on with the mean over the batches before
    return dict(network.train_on_batch(*batch, return_dict=True))


def read_log(folder: Path) -> list[dict[str, float]]:
    """Return a line for each epoch of a training: epoch, from 0, loss, val_loss, what else was measured,
    seconds, and cpu_seconds of all cores together. Raises OcrError for a log that can't be read."""
    path = folder / LOG
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    except OSError as error:
        raise OcrError(f"{path}: {error.strerror or error}") from error
    except (ValueError, TypeError, csv.Error) as error:  # a line has too few cells, or too many
        raise OcrError(f"{path}: is damaged ({error}); remove the folder to begin anew") from error


def delete_backups(folder: Path) -> None:
    """Delete the backups of a training whose network is kept elsewhere by now."""
    for path in folder.glob(BACKUP.format("*")):
        path.unlink()


def _rows_before(epoch: int, folder: Path) -> list[dict[str, float]]:
    """Return the log's lines of the epochs before one; later lines belong to a backup that was not written."""
    rows = read_log(folder)[:epoch] if epoch else []
    if [row.get("epoch") for row in rows] != list(range(epoch)):
        raise OcrError(f"{folder / LOG}: lacks epochs that were trained; remove the folder to begin anew")
    return rows


def _write(path: Path, rows: Sequence[Mapping[str, float]]) -> None:
    def write(part: Path) -> None:
        with part.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[-1])
            writer.writeheader()
            writer.writerows({**row, "epoch": int(row["epoch"])} for row in rows)

    atomic_write(path, write)


def _load(network: keras.Model, path: Path) -> None:
    try:
        network.load_weights(path)
    except Exception as error:  # a damaged file ends in any kind of error
        raise OcrError(f"{path}: cannot be resumed ({error}); remove the folder to begin anew") from error
    # The file lacks what dropout draws its masks by: a seed, and the number of masks, one a step, drawn before.
    for each in network.variables:
        if each.name == "seed_generator_state":
            seed, drawn = keras.ops.convert_to_numpy(each)
            each.assign(np.array([seed, drawn + _number(network.optimizer.iterations)], "uint32"))


def _number(variable: Any) -> int:
    return int(keras.ops.convert_to_numpy(variable))
