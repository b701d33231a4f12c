"""`suanshi train`: train a reader on drawn images, or on a folder of one's own, and leave a bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ocr.data.dataset import FOLDS
from ocr.tasks import TASKS
from suanshi.names import Choice
from suanshi.options import LengthRange, RenamedOption, out_option, pattern_option
from suanshi.progress import show_log

NETWORKS = ("compact", "fine", "finer", "deep", "broad", "course", "course-final", "heads")
OPTIMIZERS = ("adamw", "muon")
HEADS = NETWORKS[-1]
HEADS_LENGTH = 4  # of the captchas that are drawn for it
NOTHING = "nothing"
DRAWN = {"learning_rate": 1.5e-3, "steps": 13_000, "steps_per_epoch": 500, "batch_size": 64, "held_out_images": 2_000}
"""Defaults of training on drawn images; those for a folder depend on its contents."""

ABOUT_DRAWN = {
    "jobs": "--jobs",
    "optimizer": "--optimizer",
    "held_out_images": "--validation-images",
    "judged": "--judged",
}
ABOUT_DATA = {key: f"--{key}" for key in ("fold", "patience", "pretrain", "strict", "pattern")}


@click.command()
@click.argument("task", type=Choice(sorted(TASKS)))
@out_option("the bundle")
@click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
    help="Train on the labelled images in this folder rather than on drawn ones.",
)  # fmt: skip
@pattern_option
@click.option(
    "--from", "start", metavar="NAME|DIR",
    help="Begin with the weights of this model, as far as they fit, or with none: nothing.  "
    "[default: nothing; with --data captcha]",
)  # fmt: skip
@click.option(
    "--steps", type=click.IntRange(1),
    help="Batches to train on.  [default: 13000; with --data up to 1800, from nothing by the number of images]",
)  # fmt: skip
@click.option("--steps-per-epoch", type=click.IntRange(1), help="[default: 500; with --data 50, from nothing 200]")
@click.option("--batch-size", type=click.IntRange(1), help="Images in a batch.  [default: 64; with --data 32]")
@click.option(
    "--network",
    type=Choice(NETWORKS),
    help=f"[default: {NETWORKS[0]}, for captcha broad; with --data that of the model begun with]",
)
@click.option(
    "--length", type=LengthRange(),
    help=f"Characters of every text, for the network {HEADS}.  [default: {HEADS_LENGTH}; with --data the texts']",
)  # fmt: skip
@click.option("--optimizer", type=Choice(OPTIMIZERS), help=f"[default: {OPTIMIZERS[0]}, for captcha {OPTIMIZERS[1]}]")
@click.option(
    "--learning-rate", type=click.FloatRange(0, min_open=True),
    help="At its highest.  [default: 0.0015; with --data 0.0005, from nothing 0.0015]",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Of images and first weights."
)
@click.option("--jobs", type=click.IntRange(1), help="Processes that draw images.  [default: 1]")
@click.option(
    "--devices", type=click.IntRange(1), metavar="N",
    help="GPUs that share each batch; on a machine without any, parts of its processor.  [default: all GPUs]",
)  # fmt: skip
@click.option("--bfloat16", is_flag=True, help="Faster convolutions in training, where the processor knows bfloat16.")
@click.option(
    "--validation-images", "--held-out", "held_out_images", type=click.IntRange(1), cls=RenamedOption,
    help="Drawn images that each epoch is judged by, per set.  [default: 2000]",
)  # fmt: skip
@click.option(
    "--judged", type=click.IntRange(1),
    help="Images that the finished bundle is judged by; its threshold comes from them.  [default: 20000, pages 5000]",
)  # fmt: skip
@click.option(
    "--fold", type=click.IntRange(0, FOLDS - 1),
    help="Which part of --data, by the hash of the files' names, measures.  [default: 0]",
)  # fmt: skip
@click.option(
    "--patience", type=click.IntRange(0),
    help="With --data: epochs without a better score after which training ends; 0 never.  [default: 12]",
)  # fmt: skip
@click.option(
    "--pretrain", type=click.IntRange(0), metavar="STEPS",
    help="With --data: batches of drawn images with its characters to begin with, instead of a model.  [default: 0]",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="With --data: refuse a folder of which anything is left out.")
def command(**given: Any) -> None:
    """Train a reader for TASK on drawn images, or on a folder of your own with --data.

    The bundle's folder gets model.onnx and bundle.json, and in `training` the checkpoint, the log and the curves.
    Ctrl-C stops after the present step; the same command goes on from there.

    The folder of --data has the texts in labels.txt, in a CSV file or in the files' names: `suanshi inspect` shows what
    is found. Training begins with the model captcha and mixes the images with drawings. A tenth of the folder is never
    trained on, and measures the bundle once, at the end; of fewer than 200 images a fifth measures half-way, and is
    trained on then.
    """
    data = given.pop("data")
    foreign = ABOUT_DATA if data is None else ABOUT_DRAWN
    if wrong := [name for key, name in foreign.items() if given[key] is not None and given[key] is not False]:
        raise click.UsageError(f"{', '.join(wrong)}: {'only with' if data is None else 'not with'} --data")
    if data is not None and TASKS[given["task"]].input_kind.page:
        raise click.UsageError("--data trains readers of small images, captcha or arithmetic, not of final pages")
    heads = given["network"] == HEADS or (data is not None and given["start"] and given["network"] is None)
    if given["length"] is not None and not heads:
        raise click.UsageError(f"--length: only with --network {HEADS}")
    if given["length"] is not None and len({*given["length"]}) > 1:
        raise click.UsageError(f"--length: the network {HEADS} reads one length; expected one number")
    given["length"] = given["length"] and given["length"][0]
    given = {key: value for key, value in given.items() if key not in foreign}
    show_log("ocr.training")
    from ocr.training.quiet import quiet

    with quiet():
        import ocr.training.exporting.to_onnx  # noqa: F401
        from ocr.training.replicas import device_names, devices_there

        given["devices"] = given["devices"] or devices_there()
    if given["devices"] > 1:
        device_names(given["devices"])  # before TensorFlow begins, when a processor can be parted no more
    if data is None:
        from suanshi.training.synthetic import Options, train_drawn
        from suanshi.training.synthetic_task import SYNTHETIC

        drawing = SYNTHETIC[given["task"]]
        names = {"network": drawing.network, "optimizer": drawing.optimizer}
        chosen: dict[str, Any] = {"jobs": 1, "judged": drawing.calibration_images, **DRAWN, **names}
        given["start"] = None if given["start"] == NOTHING else given["start"]
        if given["network"] == HEADS:
            chosen["length"] = HEADS_LENGTH
        train_drawn(Options(**{**given, **{key: given[key] or value for key, value in chosen.items()}}))
    else:
        from suanshi.training.labelled.options import FolderOptions
        from suanshi.training.labelled.train_folder import train_folder

        strict = given.pop("strict")
        filled = {"fold": 0, "patience": 12, "pretrain": 0}
        given |= {key: value if given[key] is None else given[key] for key, value in filled.items()}
        train_folder(FolderOptions(data=data, **given), strict=strict)
