"""Training on a folder of labelled images: what is found in it, the run, and the figures that its held-out part gives.

It begins with the shipped model unless told otherwise, mixes the images with drawings and with images that are put
together from them, and freezes the statistics of the batch norms. Which images measure: see split.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from ocr.data.dataset import Entry, Folder, read_folder
from ocr.errors import OcrError
from ocr.tasks import TaskSpec
from suanshi.training.labelled.error_report import error_report
from suanshi.training.labelled.fixed_split import check_folds, keep_split
from suanshi.training.labelled.images import MEASURED_BY, description, load_pixels, show
from suanshi.training.labelled.options import (
    FIRST_SHARE,
    NOTHING,
    SECOND_LEARNING_RATE,
    USUAL_START,
    FolderOptions,
    input_width,
    training_config,
)
from suanshi.training.labelled.split import Split, split
from suanshi.training.labelled.task import length_of, of_length, own_task, within
from suanshi.training.run import INTERRUPTED, TrainingRun, check_call, load_start, tell, warm_network
from suanshi.training.run_folder import FIRST_PART, PRETRAINING, RUN, origin

if TYPE_CHECKING:
    import keras

    from generators.labelled_stream import LabelledStream
    from ocr.bundle import Bundle
    from ocr.evaluation.metrics import Outcome
    from ocr.training.callbacks import HeldOut
    from ocr.training.fit import TrainingConfig
    from ocr.training.weights.warm_start import Weights

MOST_JUDGED = 2000
"""Images that each epoch is judged by."""


def train_folder(options: FolderOptions, *, strict: bool = False) -> None:
    """Train, measure and leave a bundle; raises click's Exit with 130 after Ctrl-C, and OcrError.

    With `strict` a folder of which anything is left out is refused before training.
    """
    from ocr.training.network import NetworkConfig

    check_call(options.seed, options.out)
    if options.out.resolve() == options.data.resolve():
        raise OcrError(f"{options.out}: has the images; choose another --out")
    bundle, weights = load_start(options.begins_with)
    if weights and options.pretrain:
        raise OcrError(f"--pretrain: only with --from {NOTHING}; what begins with a model is mixed with drawings")
    architecture = options.network or (weights.architecture if weights else "compact")
    folder, task, length = _usable(options, architecture, bundle)
    parts = split(folder, options.fold, known_weights=bundle is not None)
    _tell_of_start(bundle)
    show(folder, parts, task, options.fold)
    if strict and folder.left_out:
        raise OcrError(f"{options.data}: {len(folder.left_out)} images cannot be used as they are, see above")
    keep_split(options.out / RUN, options.data, folder.fingerprint, options.fold, options.pretrain)
    start_of = origin(options.begins_with, bundle.config if bundle else None, options.out)
    width = None if length is None else task.max_width
    layout = NetworkConfig(len(task.vocabulary) + 1, architecture, task.height, len(task.channels), width, length)
    config = training_config(options, layout, len(parts.training), input_width(parts.everything, task))
    data = description(folder, parts, options.fold)
    known = (bundle, weights) if bundle and weights else None
    stream, mixed = _stream(options, parts.everything if parts.few else parts.training, task, known, config)
    if mixed:
        data["mixed"] = mixed
        tell(f"mixed       {mixed}")
    run = TrainingRun(
        options.out, task, config, options.command(config, config.steps), data, _shown(parts.validation, task), start_of
    )
    if not parts.few:
        start = functools.partial(_begin, options, run, folder, weights, stream)
        run.train(stream, start=start if weights or options.pretrain else None)
        error_report(options.out, parts)
        return
    assert weights is not None  # or there would be another split
    network, earlier = _first_part(options, run, parts, stream, weights)
    measured, steps = _measured(network, run, parts), max(1, round(earlier * (1 - FIRST_SHARE) / FIRST_SHARE))
    second = dataclasses.replace(
        config, steps=steps, warmup=min(config.warmup, steps // 10), patience=0,
        learning_rate=config.learning_rate * SECOND_LEARNING_RATE,
    )  # fmt: skip
    dataclasses.replace(run, config=second, earlier_steps=earlier).train(stream, start=lambda: network)
    error_report(options.out, parts, measured)


def _tell_of_start(start: Bundle | None) -> None:
    """Say so where the model that training begins with may have seen all images of this folder."""
    data = start.config.card.get("data") if start else None
    if start and isinstance(data, Mapping) and MEASURED_BY in data:
        tell(
            f"{start.folder} was trained on all of its {data['images']} images: where these are in this folder too, "
            f"the figures at the end are too good; --from {USUAL_START} gives honest ones"
        )


def _usable(options: FolderOptions, architecture: str, start: Bundle | None) -> tuple[Folder, TaskSpec, int | None]:
    """Return what of the folder a network can be trained on, the task of its images, and the length of all texts.

    The length is None for a network that reads any.
    """
    from ocr.training.network import ARCHITECTURES

    folder = read_folder(options.data, options.pattern)
    if options.begins_with and start:
        check_folds(options.begins_with, start.config.card, options.fold)
    heads = ARCHITECTURES[architecture].heads if architecture in ARCHITECTURES else False
    if options.length is not None and not heads:
        raise OcrError(f"--length: only for texts of one length, the network {architecture} reads any")
    length = length_of(folder, options.length) if heads else None
    if length is not None:
        folder = of_length(folder, length)
    task, stride = own_task(folder, options.task, architecture, start.config if start else None, length)
    return within(folder, task, stride), task, length


def _stream(
    options: FolderOptions,
    entries: Sequence[Entry],
    task: TaskSpec,
    start: tuple[Bundle, Weights] | None,
    config: TrainingConfig,
) -> tuple[LabelledStream, str]:
    """Return batches of these images, and what is mixed with them, in words: nothing where there is no start."""
    from generators.augment import Augmentation
    from generators.labelled_stream import LabelledStream, Mixture
    from generators.splice import CutImage

    pixels, texts = load_pixels(entries, task), [entry.text for entry in entries]
    mixture, told = Mixture(), ""
    if start is None:
        images = [CutImage(*each) for each in zip(pixels, texts, strict=True)]
    else:
        from suanshi.training.labelled.cut_places import cut_images
        from suanshi.training.labelled.mixture import mixture_for

        images = cut_images(pixels, texts, start[0])
        mixture, told = mixture_for(images, task, *start)
    stream = LabelledStream(
        images,
        task.pixels,
        Augmentation(),
        options.seed,
        config.batch_size,
        config.steps_per_epoch,
        task.width_step,
        mixture,
    )
    return stream, told


def _shown(entries: Sequence[Entry], task: TaskSpec, *, few: bool = False) -> list[HeldOut]:
    """Return the sets that each epoch is judged by, none without images.

    Of few images the likelihood of their texts decides: how many are read right hardly changes.
    """
    from generators.stream import stack
    from ocr.training.callbacks import HeldOut
    from preprocessing.read import read_image

    chosen = entries[:MOST_JUDGED]
    if not chosen:
        return []
    inputs = stack([task.pixels(read_image(entry.path)) for entry in chosen], task.width_step)
    texts = [entry.text for entry in chosen]
    if not few:
        return [HeldOut("validation", inputs, texts)]
    likely = HeldOut("character", inputs, texts, by_likelihood=True)
    return [HeldOut("held-out", inputs, texts, decides=False), likely]


def _first_part(
    options: FolderOptions, run: TrainingRun, parts: Split, everything: LabelledStream, weights: Weights
) -> tuple[keras.Model, int]:
    """Train on the images that do not measure, as long as it helps to read those that do.

    Returns the network, and for how many steps it was trained.
    """
    from ocr.training.fit import BEST, fit, load_averaged

    config = dataclasses.replace(run.config, steps=max(1, round(FIRST_SHARE * run.config.steps)))
    # `everything` begins with the images to train on, in their order, and is mixed with the same drawings.
    stream = dataclasses.replace(everything, images=everything.images[: len(parts.training)])
    batches = (stream.batch(number)[0] for number in itertools.count())
    folder = options.out / RUN / FIRST_PART
    result = fit(
        config,
        run.vocabulary,
        stream,
        folder,
        held_out=_shown(parts.test, run.spec, few=True),
        start=lambda: warm_network(config, run.vocabulary, weights, batches),
    )
    if result.interrupted:
        tell(f"stopped at step {result.step} of {config.steps} before measuring; the same command goes on from there")
        raise click.exceptions.Exit(INTERRUPTED)
    network, _, found = load_averaged(folder / BEST)
    tell(f"measuring   the network of step {found['step']}; then training on all {len(parts.everything)} images")
    return network, int(found["step"])


def _measured(network: keras.Model, run: TrainingRun, parts: Split) -> list[Outcome]:
    """Read the images that measure with a network that has not seen them."""
    from ocr.bundle import Bundle, BundleConfig
    from ocr.evaluation.metrics import outcomes
    from ocr.inference.recognizer import Recognizer
    from ocr.training.exporting.to_onnx import export

    layout = run.config.network
    config = BundleConfig.of(run.spec, stride=layout.stride, card={})
    reader = Recognizer(Bundle(run.out / RUN / FIRST_PART, config, export(network, layout)))
    return list(outcomes(reader, [(entry.path, entry.text) for entry in parts.test]))


def _begin(
    options: FolderOptions, run: TrainingRun, folder: Folder, weights: Weights | None, stream: LabelledStream
) -> keras.Model:
    """Return the network that training begins with: a bundle's, or one that was trained on drawings."""
    from generators.stream import BatchStream
    from generators.user_sampler import own_sampler
    from ocr.training.fit import fit

    config, task = run.config, run.spec
    if weights is not None:
        images = (stream.batch(number)[0] for number in itertools.count())
        return warm_network(config, run.vocabulary, weights, images)
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
    )
    if result.interrupted:
        tell(f"stopped at step {result.step} of {options.pretrain} on drawings; the same command goes on from there")
        raise click.exceptions.Exit(INTERRUPTED)
    return result.network
