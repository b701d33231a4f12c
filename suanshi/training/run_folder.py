"""What the training of drawn images and that of a folder's share: the folder of a run and what is noted in it."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr.command_line import public
from ocr.errors import OcrError
from ocr.versions import installed_versions
from preprocessing.atomic_write import atomic_write_text

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

    from ocr.bundle import Bundle, BundleConfig
    from ocr.tasks import TaskSpec
    from ocr.text.vocabulary import Vocabulary
    from ocr.training.batches import Batch
    from ocr.training.fit import TrainingConfig
    from ocr.training.locator import Locator
    from ocr.training.network import NetworkConfig
    from ocr.training.warm_start import Weights

PACKAGES = ("numpy", "keras", "tensorflow", "onnx")
"""What a card tells the versions of, as far as they are installed: Keras runs without TensorFlow too."""

RUN = "training"  # folder inside the bundle's with checkpoints, log, curves and locator
PRETRAINING = "pretraining"  # folder inside the run's
ORIGIN = "from.json"  # in it, where training began with a known bundle
LOCATOR = "locator.npz"
COMMANDS = "commands.txt"  # the calls that trained, the latest one last
LOCATOR_STEPS = 1000
LOCATOR_BATCHES = 100  # made once, used again and again


def commands(out: Path) -> list[str]:
    """Return the calls that trained the run of the bundle in `out`, the latest last; older runs did not keep them."""
    path = out / RUN / COMMANDS
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def note(out: Path, command: str) -> None:
    """Keep the present call among those that trained this run: steps, learning rate and bfloat16 may have changed."""
    if commands(out)[-1:] != [command]:
        with (out / RUN / COMMANDS).open("a", encoding="utf-8") as file:
            file.write(f"{command}\n")


def from_option(start: str | None) -> str:
    """Return the option of a call that began with a known model, for its card, "" for none."""
    return f" --from {shlex.quote(public(start))}" if start else ""


def find_locator(
    out: Path, vocabulary: Vocabulary, batches: Iterable[Batch], *, steps: int, seed: int
) -> Locator | None:
    """Return the locator of a run's best network: the one kept in its folder, or one fitted to `batches` if any.

    There is none for a network that reads texts of one length: it has no columns of features.
    """
    from ocr.training.fit import BEST, load_averaged
    from ocr.training.locator import fit_locator, load_locator, save_locator

    best, kept = out / RUN / BEST, out / RUN / LOCATOR
    if not best.exists():
        return None
    weights = hashlib.sha256(best.read_bytes()).hexdigest()
    locator = load_locator(kept, weights)
    if locator is None and batches:
        network, config, _ = load_averaged(best)
        if config.length is not None:
            return None
        locator = fit_locator(network, vocabulary, batches, steps=min(LOCATOR_STEPS, steps), seed=seed)
        save_locator(kept, locator, weights)
    return locator


def load_start(name_or_folder: str) -> tuple[Bundle, Weights]:
    """Return the bundle that training is to begin with, and its weights."""
    from ocr.bundle import bundle_folder, load_bundle
    from ocr.training.fit import BEST
    from ocr.training.warm_start import bundle_weights

    bundle = load_bundle(bundle_folder(name_or_folder))
    return bundle, bundle_weights(bundle, bundle.folder / RUN / BEST)


def starter(
    config: NetworkConfig,
    vocabulary: Vocabulary,
    weights: Weights,
    batches: Callable[[], Iterable[NDArray[np.uint8]]],
    *,
    seed: int,
    tell: Callable[[str], None],
) -> Callable[[], keras.Model]:
    """Return what makes the network that training begins with, and tells which of its layers are new."""

    def start() -> keras.Model:
        from ocr.training.warm_start import started

        network, fresh = started(config, vocabulary, weights, batches(), seed=seed)
        added = "".join(char for char in vocabulary.characters if char not in weights.characters)
        new = [*fresh, *([f"logits of {added}"] if added and not {"logits", "heads"} & {*fresh} else [])]
        tell(f"begins with known weights; new are: {', '.join(new) or 'none'}")
        return network

    return start


def begun(run: Path) -> bool:
    """Whether there is anything to go on from in a run's folder."""
    from ocr.training.fit import CHECKPOINT

    return (run / CHECKPOINT).exists() or (run / PRETRAINING / CHECKPOINT).exists()


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


@dataclass(frozen=True)
class Provenance:
    """Where a bundle comes from, for its card: the call that trains it again, its data, and the number of images in
    each set that the epochs are judged by. `start` says where the bundle comes from that training began with."""

    call: str
    data: Any
    judged: Mapping[str, int]
    start: Mapping[str, Any] | None = None

    def card(self, out: Path, config: TrainingConfig, steps: int, accuracy: Mapping[str, float]) -> dict[str, Any]:
        """Return the card of the run in `out` whose best network is that after `steps`."""
        *earlier, command = commands(out) or [self.call]
        return {
            "command": command,
            **({"earlier commands": earlier} if earlier else {}),
            "seed": config.seed,
            "data": self.data,
            **({"from": dict(self.start)} if self.start else {}),
            "network": config.network.architecture,
            "steps": steps,
            "images": steps * config.batch_size,
            "accuracy": {
                name: {"exact": exact, "images": self.judged.get(name, 0)} for name, exact in accuracy.items()
            },
            "versions": installed_versions(*PACKAGES),
        }


def save_best(
    out: Path,
    task: TaskSpec,
    config: TrainingConfig,
    provenance: Provenance,
    *,
    images: NDArray[np.uint8] | None,
    locator: Locator | None,
) -> None:
    """Export the best network of a run, and its locator, to the bundle in `out`.

    `images` (N, height, W, C), uint8, are some to compare the exported network on.
    """
    from ocr.bundle import BundleConfig, save_bundle
    from ocr.training.export import export
    from ocr.training.fit import BEST, load_averaged

    network, layout, description = load_averaged(out / RUN / BEST)
    model = export(network, layout, images=images, locator=locator)
    card = provenance.card(out, config, description["step"], description["accuracy"])
    save_bundle(out, BundleConfig.of(task, stride=layout.stride, card=card), model)
