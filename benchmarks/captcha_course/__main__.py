"""Repeat the course's experiment on text captchas: a softmax for each character against CTC, at equal images.

python -m benchmarks.captcha_course --steps N
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.captcha_course.pictures import columns, confusions, curves, most_confused
from benchmarks.measuring import options
from benchmarks.measuring.record import provenance, table, write_json
from benchmarks.measuring.sets import ImageSet, captchas
from classifiers.settings import keep_settings
from generators.contest.sampler import CAPTCHA_SIZE, CONFUSED, captcha_sampler, draw_text
from generators.evaluation_images import SEEDS
from generators.stream import BatchStream, Prepare, stack
from ocr.tasks import TASKS
from ocr.text.ctc.probability import log_softmax
from ocr.text.grammar import COURSE_CAPTCHA
from ocr.text.vocabulary import Vocabulary

NETWORKS = {"heads": "a softmax for each character", "course": "columns and CTC"}
REFERENCES = {"course, a softmax each": 0.978, "course, CTC": 0.9946}
"""Accuracies that the course states; see docs/text-captchas.md."""

WIDTH = 176
"""Of the inputs in pixels: 170x80 images, padded."""
LENGTH = 4
HARDEST = "0O0O"
LISTED = 12
SCORED_AT_ONCE = 128


@click.command()
@click.option("--steps", type=click.IntRange(1), required=True, help="Batches that each network is trained on.")
@options.number("--batch-size", 64)
@options.number("--steps-per-epoch", 500)
@click.option("--learning-rate", type=click.FloatRange(0, min_open=True), default=1.5e-3, show_default=True)
@click.option("--stress", type=click.FloatRange(0, 1), default=0.0, help="Share of characters drawn as 0 or O instead.")
@options.bfloat16
@click.option("--network", "names", type=click.Choice(list(NETWORKS)), multiple=True, help="Train only these for now.")
@options.number("--held-out", 2000, "Images that judge epochs.")
@options.number("--count", 10_000, "Images that judge the end.")
@options.seed
@options.jobs
@options.runs("captcha-course")
@click.option("--pictures", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/pictures"))
@options.out("captcha_course")
@options.errors_as_messages()
def command(
    steps: int,
    batch_size: int,
    steps_per_epoch: int,
    learning_rate: float,
    stress: float,
    bfloat16: bool,
    names: tuple[str, ...],
    held_out: int,
    count: int,
    seed: int,
    jobs: int,
    runs: Path,
    pictures: Path,
    out: Path,
) -> None:
    """Train both networks of the course on the same drawn captchas, and compare what they read."""
    from ocr.training.callbacks import HeldOut
    from ocr.training.fit import LOG, TrainingConfig, fit
    from ocr.training.network import NetworkConfig

    if sys.stderr.isatty():
        logging.basicConfig(level=logging.INFO, format="%(message)s")
    task = TASKS["library"]
    vocabulary, ready = Vocabulary(COURSE_CAPTCHA.alphabet), task.pixels
    image_sets = captchas()
    held_out_set = HeldOut("library", *_batch(image_sets[0], held_out, (seed + 1) % SEEDS, jobs, ready))
    networks: dict[str, Any] = {}
    trained: dict[str, int] = {}
    sample = replace(captcha_sampler(), stressed=CONFUSED if stress else "", stress=stress)
    with closing(BatchStream(sample, ready, seed, batch_size, WIDTH, jobs)) as drawn:
        for name in names or NETWORKS:
            sizes = {"width": WIDTH, "length": LENGTH} if name == "heads" else {}
            network = NetworkConfig(vocabulary.size, name, task.height, len(task.channels), **sizes)
            config = TrainingConfig(
                network,
                steps=steps,
                steps_per_epoch=steps_per_epoch,
                batch_size=batch_size,
                learning_rate=learning_rate,
                warmup=min(500, steps // 10),
                seed=seed,
                bfloat16=bfloat16,
            )
            keep_settings({**asdict(config), "stress": stress}, runs / name)  # or the record might be of another
            result = fit(
                config,
                vocabulary,
                lambda epoch, start: drawn.epoch(epoch, steps_per_epoch, start),
                runs / name,
                held_out=[held_out_set],
            )
            if result.interrupted:
                raise click.ClickException(f"{name}: stopped at step {result.step}; the same call goes on from there")
            networks[name], trained[name] = result.network, result.step * batch_size
    if len(networks) < len(NETWORKS):
        return  # the comparison is for the call that has both

    record = provenance("captcha_course", seed=seed)
    record |= {"stress": stress, "bfloat16": bfloat16, "course": REFERENCES, "networks": {}}
    found: dict[str, dict[str, Any]] = {
        name: {"parameters": network.count_params(), "images": trained[name]} for name, network in networks.items()
    }
    matrices: dict[str, NDArray[np.int64]] = {}
    rows = []
    for images in image_sets:
        inputs, texts = _batch(images, count, seed, jobs, ready)  # the same for both, also what the library draws
        for name, network in networks.items():
            measured = _score(network, vocabulary, inputs, texts)
            matrix = np.array(measured.pop("confusions"))
            measured["most confused"] = most_confused(matrix, vocabulary.characters, LISTED)
            matrices.setdefault(NETWORKS[name], matrix)
            found[name][images.title] = measured
            places = (f"{share:.2%}" for share in measured["by place"])
            rows.append([NETWORKS[name], images.title, f"{measured['exact']:.2%}", *places])
    record["networks"] = found
    write_json(record, out)

    pictures.mkdir(parents=True, exist_ok=True)
    logs = {NETWORKS[name]: runs / name / LOG for name in NETWORKS}
    curves(logs, batch_size, REFERENCES, pictures / "captcha-curves.png")
    hardest = draw_text(HARDEST, "exact", (), np.random.default_rng(seed), CAPTCHA_SIZE)
    shown = stack([ready(hardest)], WIDTH)
    seen = {NETWORKS[name]: np.exp(log_softmax(_logits(networks[name], shown)[0])) for name in networks}
    columns(hardest, seen, vocabulary.characters, pictures / "captcha-columns.png")
    confusions(matrices, vocabulary.characters, pictures / "captcha-confusions.png")
    click.echo(table(["network", "images", "exact", *(f"character {n}" for n in range(1, LENGTH + 1))], rows))
    pairs = [
        [NETWORKS[name], character, read, times]
        for name, each in found.items()
        for character, read, times in each[image_sets[0].title]["most confused"]
    ]
    click.echo("\n" + table(["network", "shown", "read", "times"], pairs))


def _batch(
    images: ImageSet, count: int, seed: int, jobs: int, ready: Prepare
) -> tuple[NDArray[np.uint8], Sequence[str]]:
    pairs = list(images.pairs(count, seed, jobs))
    return stack([ready(pixels) for pixels, _ in pairs], WIDTH), [text for _, text in pairs]


def _logits(network: Any, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    logits: NDArray[np.float32] = network.predict_on_batch(images)
    return logits


def _score(network: Any, vocabulary: Vocabulary, images: NDArray[np.uint8], texts: Sequence[str]) -> dict[str, Any]:
    """Return the shares of texts and of the characters at each place that are right, and the matrix of confusions.

    An answer of another length than the text's is wrong at all places.
    """
    from ocr.training.callbacks import greedy_texts

    ids = {char: index for index, char in enumerate(vocabulary.characters)}
    matrix = np.zeros((len(ids), len(ids)), np.int64)
    right, exact, lengths = np.zeros(LENGTH, np.int64), 0, 0
    for start in range(0, len(texts), SCORED_AT_ONCE):
        some = slice(start, start + SCORED_AT_ONCE)
        answers = greedy_texts(_logits(network, images[some]), vocabulary)
        for text, got in zip(texts[some], answers, strict=True):
            exact += got == text
            if len(got) != len(text):
                lengths += 1
                continue
            right += [one == other for one, other in zip(text, got, strict=True)]
            for one, other in zip(text, got, strict=True):
                matrix[ids[one], ids[other]] += 1
    return {
        "count": len(texts),
        "exact": exact / len(texts),
        "by place": (right / len(texts)).tolist(),
        "of another length": lengths,
        "confusions": matrix.tolist(),
    }


if __name__ == "__main__":
    command()
