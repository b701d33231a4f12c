"""The arguments and options of `suanshi train`."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import click

from ocr.data.dataset import FOLDS
from ocr.tasks import TASKS
from suanshi.names import Choice
from suanshi.options import LengthRange, RenamedOption, out_option, pattern_option

NETWORKS = ("compact", "fine", "finer", "deep", "broad", "course", "course-final", "heads")
OPTIMIZERS = ("adamw", "muon")
HEADS = NETWORKS[-1]
HEADS_LENGTH = 4  # of the captchas that are drawn for it
DRAWN = {"learning_rate": 1.5e-3, "steps": 13_000, "steps_per_epoch": 500, "batch_size": 64, "held_out_images": 2_000}
"""Defaults of training on drawn images; those for a folder depend on its contents."""

TRAINING = (
    click.argument("task", type=Choice(sorted(TASKS))),
    out_option("the bundle"),
    click.option(
        "--data",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="DIR",
        help="Train on the labelled images in this folder rather than on drawn ones.",
    ),
    pattern_option,
    click.option(
        "--from",
        "start",
        metavar="NAME|DIR",
        help="Begin with the weights of this model, as far as they fit, or with none: nothing.  "
        "[default: nothing; with --data captcha]",
    ),
    click.option(
        "--steps",
        type=click.IntRange(1),
        help="Batches to train on.  [default: 13000; with --data up to 1800, from nothing by the number of images]",
    ),
    click.option("--steps-per-epoch", type=click.IntRange(1), help="[default: 500; with --data 50, from nothing 200]"),
    click.option("--batch-size", type=click.IntRange(1), help="Images in a batch.  [default: 64; with --data 32]"),
    click.option(
        "--network",
        type=Choice(NETWORKS),
        help=f"[default: {NETWORKS[0]}, for captcha broad; with --data that of the model begun with]",
    ),
    click.option(
        "--length",
        type=LengthRange(),
        help=f"Characters of every text, for the network {HEADS}.  [default: {HEADS_LENGTH}; with --data the texts']",
    ),
    click.option(
        "--optimizer", type=Choice(OPTIMIZERS), help=f"[default: {OPTIMIZERS[0]}, for captcha {OPTIMIZERS[1]}]"
    ),
    click.option(
        "--learning-rate",
        type=click.FloatRange(0, min_open=True),
        help="At its highest.  [default: 0.0015; with --data 0.0005, from nothing 0.0015]",
    ),
    click.option(
        "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Of images and first weights."
    ),
    click.option(
        "--without",
        multiple=True,
        metavar="STYLE",
        help="A style of captchas that is not drawn, to see how it is read all the same; repeatable.",
    ),
    click.option("--jobs", type=click.IntRange(1), help="Processes that draw images.  [default: 1]"),
    click.option(
        "--devices",
        type=click.IntRange(1),
        metavar="N",
        help="GPUs that share each batch; on a machine without any, parts of its processor.  [default: all GPUs]",
    ),
    click.option(
        "--bfloat16", is_flag=True, help="Faster convolutions in training, where the processor knows bfloat16."
    ),
    click.option(
        "--validation-images",
        "--held-out",
        "held_out_images",
        type=click.IntRange(1),
        cls=RenamedOption,
        help="Drawn images that each epoch is judged by, per set.  [default: 2000]",
    ),
    click.option(
        "--judged",
        type=click.IntRange(1),
        help="Images that judge the finished bundle; its threshold comes from them.  [default: 20000, pages 5000]",
    ),
    click.option(
        "--fold",
        type=click.IntRange(0, FOLDS - 1),
        help="Which part of --data, by the hash of the files' names, measures.  [default: 0]",
    ),
    click.option(
        "--patience",
        type=click.IntRange(0),
        help="With --data: epochs without a better score after which training ends; 0 never.  [default: 12]",
    ),
    click.option(
        "--pretrain",
        type=click.IntRange(0),
        metavar="STEPS",
        help="With --data: batches of drawings with its characters to begin with, instead of a model.  [default: 0]",
    ),
    click.option("--strict", is_flag=True, help="With --data: refuse a folder of which anything is left out."),
)


def training_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command all of TRAINING, in that order."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(TRAINING), command)
