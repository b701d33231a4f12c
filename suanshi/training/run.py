"""TrainingRun: fit a network, find out where its characters stand, and leave the best one as a bundle with its card.

Training on drawings and on a folder of images differ in their streams of batches and in how they are measured at the
end; all between is here.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.errors import OcrError
from ocr.text.vocabulary import Vocabulary
from ocr.versions import installed_versions
from suanshi.training.run_folder import RUN, commands, note, spare_bundle

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

    from ocr.bundle import Bundle
    from ocr.tasks import TaskSpec
    from ocr.training.batches import Batch, Stream
    from ocr.training.callbacks import HeldOut
    from ocr.training.fit import TrainingConfig
    from ocr.training.locator import Locator
    from ocr.training.weights.warm_start import Weights

PACKAGES = ("numpy", "keras", "tensorflow", "onnx")
"""Packages whose versions a card tells, as far as they are installed: Keras runs without TensorFlow too."""

LOCATOR = "locator.npz"
LOCATOR_STEPS = 1000
LOCATOR_BATCHES = 100
"""Batches that the locator is fitted to, made once, used again and again; a tenth of the steps where these are few."""

EXPORTED = 16
"""Images on which the exported network is compared with the trained one."""

INTERRUPTED = 130
"""Exit code after Ctrl-C."""


def check_call(seed: int, out: Path) -> None:
    """Raise OcrError for a seed that is kept for test data, and for a finished model in the place of the new one."""
    from generators.stream import HELD_OUT_SEEDS

    if seed in HELD_OUT_SEEDS:
        raise OcrError(f"seed {seed} is kept for test data, take one below {HELD_OUT_SEEDS.start}")
    spare_bundle(out)


@dataclass(frozen=True)
class TrainingRun:
    """One run of `suanshi train`, in the folder `training` of a bundle's."""

    out: Path
    """The bundle's folder."""
    spec: TaskSpec
    config: TrainingConfig
    call: str
    """The call that trains it again, for the card."""
    data: Any
    """Description of the images, for the card."""
    validation: Sequence[HeldOut]
    """The sets that judge each epoch."""
    origin: Mapping[str, Any] | None = None
    """Description of the bundle that training began with, for the card."""
    earlier_steps: int = 0
    """Steps of the same training before this run, which count in the card."""

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The characters of the task."""
        return Vocabulary(self.spec.vocabulary)

    def train(self, stream: Stream, *, start: Callable[[], keras.Model] | None = None) -> None:
        """Fit, or go on fitting, and save the best network as the bundle.

        Raises click's Exit with 130 after Ctrl-C, with everything saved that there is.
        """
        from ocr.training.fit import BEST, fit

        result = fit(
            self.config,
            self.vocabulary,
            stream,
            self.out / RUN,
            held_out=self.validation,
            before_first_step=lambda: note(self.out, self.call),
            start=start,
        )
        stopped, locator = result.interrupted, None
        if stopped:
            tell(f"stopped at step {result.step} of {self.config.steps}; the same command goes on from there")
        # Of an epoch that training never sees.
        count = min(LOCATOR_BATCHES, max(10, self.config.steps // 10))
        batches = () if stopped else itertools.islice(stream(self.config.epochs, 0), count)
        try:
            locator = self._locator(batches)
        except KeyboardInterrupt:
            stopped = True
        if (self.out / RUN / BEST).exists():
            self.save(locator)
            if stopped:
                tell(f"{self.out}: the best network so far, as a bundle")
        if stopped:
            raise click.exceptions.Exit(INTERRUPTED)

    def save(self, locator: Locator | None = None) -> None:
        """Export the run's best network, and its locator, to the bundle."""
        from ocr.bundle import BundleConfig, save_bundle
        from ocr.training.exporting.to_onnx import export
        from ocr.training.fit import BEST, load_averaged

        network, layout, description = load_averaged(self.out / RUN / BEST)
        images = self.validation[0].images[:EXPORTED] if self.validation else None
        model = export(network, layout, images=images, locator=locator)
        card = self._card(description["step"], description["accuracy"])
        save_bundle(self.out, BundleConfig.of(self.spec, stride=layout.stride, card=card), model)

    def _locator(self, batches: Iterable[Batch]) -> Locator | None:
        """Return the locator of the best network: the one kept in the run's folder, or one fitted to `batches` if any.

        There is none for a network that reads texts of one length: it has no columns of features.
        """
        from ocr.training.fit import BEST, load_averaged
        from ocr.training.locator import fit_locator, load_locator, save_locator

        best, kept = self.out / RUN / BEST, self.out / RUN / LOCATOR
        if not best.exists():
            return None
        weights = hashlib.sha256(best.read_bytes()).hexdigest()
        locator = load_locator(kept, weights)
        if locator is None and batches:
            network, config, _ = load_averaged(best)
            if config.length is not None:
                return None
            steps = min(LOCATOR_STEPS, self.config.steps)
            locator = fit_locator(network, self.vocabulary, batches, steps=steps, seed=self.config.seed)
            save_locator(kept, locator, weights)
        return locator

    def _card(self, steps: int, accuracy: Mapping[str, float]) -> dict[str, Any]:
        """Return the card of the best network, that after `steps`."""
        *earlier, command = commands(self.out) or [self.call]
        images = {each.name: len(each.texts) for each in self.validation}
        return {
            "command": command,
            **({"earlier commands": earlier} if earlier else {}),
            "seed": self.config.seed,
            "data": self.data,
            **({"from": dict(self.origin)} if self.origin else {}),
            "network": self.config.network.architecture,
            "steps": self.earlier_steps + steps,
            "images": (self.earlier_steps + steps) * self.config.batch_size,
            "accuracy": {name: {"exact": exact, "images": images.get(name, 0)} for name, exact in accuracy.items()},
            "versions": installed_versions(*PACKAGES),
        }


def load_start(name_or_folder: str | None) -> tuple[Bundle, Weights] | tuple[None, None]:
    """Return the bundle that training is to begin with, and its weights; without a name neither."""
    from ocr.bundle import bundle_folder, load_bundle
    from ocr.training.fit import BEST
    from ocr.training.weights.warm_start import bundle_weights

    if not name_or_folder:
        return None, None
    bundle = load_bundle(bundle_folder(name_or_folder))
    return bundle, bundle_weights(bundle, bundle.folder / RUN / BEST)


def warm_network(
    config: TrainingConfig, vocabulary: Vocabulary, weights: Weights, batches: Iterable[NDArray[np.uint8]]
) -> keras.Model:
    """Return a network that begins with known weights, and tell which of its layers are new.

    `batches` are images (N, height, W, C) as it will be trained on.
    """
    from ocr.training.weights.warm_start import CALIBRATION, started

    some = itertools.islice(batches, CALIBRATION)
    network, fresh = started(config.network, vocabulary, weights, some, seed=config.seed)
    added = "".join(char for char in vocabulary.characters if char not in weights.characters)
    new = [*fresh, *([f"logits of {added}"] if added and not {"logits", "heads"} & {*fresh} else [])]
    tell(f"begins with known weights; new are: {', '.join(new) or 'none'}")
    return network


def tell(message: str) -> None:
    """Print a message on stderr."""
    click.echo(message, err=True)
