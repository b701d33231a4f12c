"""The folder of a training run: what is noted in it, and what may not change when it goes on."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr.command_line import public
from ocr.errors import OcrError
from preprocessing.atomic_write import atomic_write_text

if TYPE_CHECKING:
    from ocr.bundle import BundleConfig

RUN = "training"  # folder inside the bundle's with checkpoints, log, curves and locator
PRETRAINING = "pretraining"  # folder inside the run's
FIRST_PART = "first_part"  # likewise, of a training on few images
ORIGIN = "from.json"  # in it, where training began with a known bundle
LOCATOR = "locator.npz"
COMMANDS = "commands.txt"  # the calls that trained, the latest one last


def commands(out: Path) -> list[str]:
    """Return the calls that trained the run of the bundle in `out`, the latest last; older runs did not keep them."""
    path = out / RUN / COMMANDS
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def note(out: Path, command: str) -> None:
    """Keep the present call among those that trained this run: steps, learning rate and bfloat16 may have changed."""
    before = commands(out)
    if before[-1:] != [command]:
        atomic_write_text(out / RUN / COMMANDS, "".join(f"{each}\n" for each in (*before, command)))


def from_option(start: str | None) -> str:
    """Return the option of a call that began with a known model, for its card, "" for none."""
    return f" --from {shlex.quote(public(start))}" if start else ""


def begun(run: Path) -> bool:
    """Whether there is anything to go on from in a run's folder."""
    from ocr.training.fit import CHECKPOINT

    return any((folder / CHECKPOINT).exists() for folder in (run, run / PRETRAINING, run / FIRST_PART))


def spare_bundle(out: Path) -> None:
    """Refuse to put a new bundle in the place of one whose run is not there."""
    from ocr.bundle import CONFIG_FILE

    if (out / CONFIG_FILE).exists() and not begun(out / RUN):
        raise OcrError(f"{out}: is a finished model, whose training is not there to go on with; choose another --out")


def origin(start: str | None, config: BundleConfig | None, out: Path) -> dict[str, Any] | None:
    """Return what a card says about the bundle that the run in `out` began with, None where it began with none.

    It is kept there: when the run goes on, another bundle may have the name `start`. Raises OcrError for a run that
    began with another name, or with none. What is left of a run without any checkpoint is deleted.
    """
    from ocr.training.fit import BEST, LOG

    path, name = out / RUN / ORIGIN, None if start is None else public(start)
    if begun(out / RUN):
        before = read_note(path) if path.exists() else {}
        known = before.get("model")
        if (known and Path(known).name) != (name and Path(name).name):  # however the way to it is spelled
            began = f"with --from {known}" if known else "without --from"
            raise OcrError(f"{out} began {began}: go on so, or choose another --out")
        return before or None
    for left in (path, out / RUN / COMMANDS, out / RUN / LOCATOR, out / RUN / BEST, out / RUN / LOG):
        if left.exists():  # by a run that was stopped before its first checkpoint
            left.unlink()
    if config is None:
        return None
    keys = ("command", "earlier commands", "data", "from", "average of", "network", "steps", "images")
    told = {"model": name, **{key: config.card[key] for key in keys if key in config.card}}
    atomic_write_text(path, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return told


def read_note(path: Path) -> dict[str, Any]:
    """Return what a run noted in one of its files; raises OcrError for a damaged one."""
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OcrError(f"{path}: cannot be read ({error}); choose another --out") from error
    if not isinstance(noted, dict):
        raise OcrError(f"{path}: is no note of a run; choose another --out")
    return noted
