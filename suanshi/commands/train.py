"""`suanshi train`: train a reader on drawn images, or on a folder of one's own, and leave a bundle."""

from __future__ import annotations

from typing import Any

import click

from ocr.tasks import TASKS
from suanshi.progress import show_log
from suanshi.training.command_options import DRAWN, HEADS, HEADS_LENGTH, training_options

NOTHING = "nothing"

ABOUT_DRAWN = {
    "jobs": "--jobs",
    "optimizer": "--optimizer",
    "held_out_images": "--validation-images",
    "judged": "--judged",
    "without": "--without",
}
ABOUT_DATA = {key: f"--{key}" for key in ("fold", "patience", "pretrain", "strict", "pattern")}


@click.command()
@training_options
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
    if wrong := [name for key, name in foreign.items() if is_given(given[key])]:
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


def is_given(value: object) -> bool:
    """Tell whether an option without a default was given."""
    return value is not None and value is not False and value != ()
