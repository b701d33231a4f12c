"""Callbacks after each epoch of training: accuracy on validation sets, a log, a picture of the curves."""

from __future__ import annotations

import csv
import logging
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Protocol

import keras
import numpy as np
import numpy.typing as npt

from ocr.text.ctc.probability import log_softmax, text_log_probability_batch
from ocr.text.vocabulary import Vocabulary
from preprocessing.atomic_write import atomic_write, atomic_write_bytes

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class HeldOut:
    """A set that is never trained on: uint8 images (N, height, W, C) and their N texts."""

    name: str
    images: npt.NDArray[np.uint8]
    texts: Sequence[str]
    decides: bool = True  # has a say in which network is the best; otherwise it is only measured and logged
    by_likelihood: bool = False  # measured by `likelihood` instead of `exact_match`, which few images hardly move


def mean_score(accuracy: Mapping[str, float], watched: Collection[str] = ()) -> float:
    """Return the mean accuracy over the sets that decide, all but the `watched` ones; 0 without any."""
    deciding = [value for name, value in accuracy.items() if name not in watched]
    return sum(deciding) / len(deciding) if deciding else 0.0


@dataclass(frozen=True)
class EpochReport:
    """Report of an epoch; `accuracy` is the averaged network's, by held-out set."""

    epoch: int  # counted from 1
    step: int  # optimizer steps so far
    loss: float  # mean of the epoch, averaged over its batches
    learning_rate: float
    seconds: float  # spent on this epoch's steps in this run
    images_per_second: float
    accuracy: dict[str, float] = field(default_factory=dict)
    watched: frozenset[str] = frozenset()  # the held-out sets that do not decide

    @property
    def score(self) -> float:
        """The mean accuracy over the held-out sets that decide, by which networks are compared; 0 without any."""
        return mean_score(self.accuracy, self.watched)


class Callback(Protocol):
    """Something that is told of every finished epoch."""

    def __call__(self, report: EpochReport) -> None: ...


def greedy_texts(logits: npt.NDArray[np.float32], vocabulary: Vocabulary) -> list[str]:
    """Return the best path's text for each row of logits (N, T, classes): repeats merged, blanks dropped."""
    best = logits.argmax(axis=-1)
    kept = best != vocabulary.blank
    kept[:, 1:] &= best[:, 1:] != best[:, :-1]
    return [vocabulary.decode(row[keep].tolist()) for row, keep in zip(best, kept, strict=True)]


def exact_match(network: keras.Model, vocabulary: Vocabulary, held_out: HeldOut, batch_size: int = 128) -> float:
    """Return the share of held-out images that are read without any mistake."""
    right = 0
    for start in range(0, len(held_out.texts), batch_size):
        texts = held_out.texts[start : start + batch_size]
        logits = network.predict_on_batch(held_out.images[start : start + batch_size])
        right += sum(a == b for a, b in zip(greedy_texts(logits, vocabulary), texts, strict=True))
    return right / max(len(held_out.texts), 1)


def likelihood(network: keras.Model, vocabulary: Vocabulary, held_out: HeldOut, batch_size: int = 128) -> float:
    """Return the probability of a right character: of each text the geometric mean, of all held-out images the mean."""
    found = []
    for start in range(0, len(held_out.texts), batch_size):
        texts = held_out.texts[start : start + batch_size]
        logits = network.predict_on_batch(held_out.images[start : start + batch_size]).astype(np.float64)
        scores = text_log_probability_batch(log_softmax(logits), [vocabulary.encode(text) for text in texts])
        found += [math.exp(score / max(1, len(text))) for score, text in zip(scores.tolist(), texts, strict=True)]
    return sum(found) / max(len(found), 1)


def measured(network: keras.Model, vocabulary: Vocabulary, held_out: HeldOut) -> float:
    """Return how well a held-out set is read, by its own measure, from 0 to 1."""
    return (likelihood if held_out.by_likelihood else exact_match)(network, vocabulary, held_out)


class CsvLog:
    """One line per epoch in a CSV file, appended when training goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, report: EpochReport) -> None:
        row = {
            "epoch": report.epoch,
            "step": report.step,
            "loss": f"{report.loss:.6g}",
            "learning_rate": f"{report.learning_rate:.4g}",
            "seconds": f"{report.seconds:.1f}",
            "images_per_second": f"{report.images_per_second:.1f}",
            **{f"accuracy_{name}": f"{value:.6f}" for name, value in report.accuracy.items()},
        }
        before = self.path.read_bytes() if self.path.exists() else b""
        text = StringIO(newline="")
        writer = csv.DictWriter(text, fieldnames=list(row))
        if not before:
            writer.writeheader()
        writer.writerow(row)
        # As a whole, so that a kill leaves no half line.
        atomic_write_bytes(self.path, before + text.getvalue().encode())


class Curves:
    """A PNG with loss and held-out errors over the epochs, drawn from the CSV log."""

    def __init__(self, log: Path, picture: Path) -> None:
        self.log = log
        self.picture = picture

    def __call__(self, report: EpochReport) -> None:
        # Figure and canvas directly: pyplot would keep state and choose a backend for the whole process.
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        with self.log.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        epochs = [int(row["epoch"]) for row in rows]
        figure = Figure(figsize=(9, 3.5), layout="constrained")
        FigureCanvasAgg(figure)
        losses, errors = figure.subplots(1, 2)
        losses.plot(epochs, [float(row["loss"]) for row in rows])
        losses.set(title="loss", xlabel="epoch", yscale="log")
        for name in report.accuracy:
            # A set without errors has no place on a logarithmic axis: shown at half an error in ten thousand.
            values = [max(1 - float(row.get(f"accuracy_{name}") or "nan"), 5e-5) for row in rows]
            errors.plot(epochs, values, label=name)
        errors.set(title="share of images read wrong (averaged weights)", xlabel="epoch", yscale="log")
        if report.accuracy:
            errors.legend()
        atomic_write(self.picture, lambda part: figure.savefig(part, dpi=100))


def log_epoch(report: EpochReport) -> None:
    """Write one line per epoch to this module's logger."""
    accuracies = "".join(f"  {name} {value:.4%}" for name, value in report.accuracy.items())
    logger.info(
        "epoch %d  step %d  loss %.4f  %.0f images/s%s",
        report.epoch,
        report.step,
        report.loss,
        report.images_per_second,
        accuracies,
    )
