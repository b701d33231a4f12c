"""Train the course's autoencoder on both splits, try it on simulated sensors, and write docs/fingerprints.md.

python -m benchmarks.fingerprints --data FOLDER
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from numpy.typing import NDArray

from autoencoders.folder import SPLITS, Fingerprints, read_fingerprint, read_folder, to_input
from autoencoders.sensors import SENSORS
from benchmarks.fingerprints.page import page
from benchmarks.measuring import options
from benchmarks.measuring.record import provenance, write_json
from ocr.training.quiet import quiet

if TYPE_CHECKING:
    import keras

SHOWN = 5
SHOWN_SENSORS = 2


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Folder of fingerprints.")
@options.number("--epochs", 300)
@options.number("--batch-size", 1)
@options.number("--seed", 0, least=0)
@click.option("--split", "splits", type=click.Choice(list(SPLITS)), multiple=True, help="[default: both]")
@options.runs("fingerprints")
@options.docs
@options.out("fingerprints")
@options.errors_as_messages()
def command(
    data: Path, epochs: int, batch_size: int, seed: int, splits: tuple[str, ...], runs: Path, docs: Path, out: Path
) -> None:
    """Train on both splits, measure, and write the page about it."""
    with quiet():
        from autoencoders.fingerprints import reconstruct, scaled, train
        from classifiers.loop import read_log
    from benchmarks.measuring.pictures import losses, rows

    chosen = [split for split in SPLITS if split in (splits or SPLITS)]
    record: dict[str, Any] = provenance("fingerprints", seed=seed) | {"epochs": epochs, "batch size": batch_size}
    networks: dict[str, keras.Model] = {}
    found = read_folder(data)
    record |= {"files": len(found.paths), "left out": len(found.left_out), "splits": {}, "sensors": {}}
    for split in chosen:
        networks[split], figures = train(
            found, runs / split, split=split, epochs=epochs, batch_size=batch_size, seed=seed
        )
        record["splits"][split] = figures | {"held out": _names(found, found.held_out(split))}

    # Sensors are tried with the network that knows neither these images nor these fingers.
    split = chosen[0]
    held_out = found.held_out(split)
    network = networks[split]
    paths = [path for path, inside in zip(found.paths, held_out, strict=True) if inside]
    shown: dict[str, list[NDArray[Any]]] = {}
    for number, name in enumerate(SENSORS):
        altered = np.stack([altered_input(path, name, (seed, number, place)) for place, path in enumerate(paths)])
        seen = scaled(altered)
        made = reconstruct(network, seen)
        record["sensors"][name] = sensor_figures(seen, made, scaled(found.images[held_out]))
        shown[name] = [*seen[:SHOWN_SENSORS, ..., 0], *made[:SHOWN_SENSORS, ..., 0]]
    record["sensors of split"] = split

    pictures = docs / "pictures"
    originals = scaled(found.images[held_out])[:SHOWN]
    rows(
        {"held out": list(originals[..., 0]), "reconstructed": list(reconstruct(network, originals)[..., 0])},
        pictures / "fingerprints-reconstructed.png",
        width=1.5,
        height=1.5,
    )
    rows(shown, pictures / "fingerprints-sensors.png", width=1.2, height=1.2)
    losses({f"split by {split}": read_log(runs / split) for split in chosen}, pictures / "fingerprints-curves.png")
    write_json(record, out)
    (docs / "fingerprints.md").write_text(page(record), encoding="utf-8")


def altered_input(path: Path, sensor: str, seed: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return a file's picture as a simulated sensor sees it, (224, 224, 1): altered at its own size, then shrunk."""
    grey = np.float32(1 / 255) * read_fingerprint(path).astype(np.float32)
    altered = SENSORS[sensor](grey, np.random.default_rng(seed))
    return to_input(np.rint(255 * np.clip(altered, 0, 1)).astype(np.uint8))


def sensor_figures(
    seen: NDArray[np.float32], made: NDArray[np.float32], original: NDArray[np.float32]
) -> Mapping[str, float]:
    """Return the mean squared errors, in [0, 1], of reconstructions `made` of the altered pictures `seen`: against
    these, and against the originals; and how far the altered are from the originals, and their variance."""
    return {
        "images": len(seen),
        "MSE": float(np.mean(np.square(made - seen))),
        "MSE to the original": float(np.mean(np.square(made - original))),
        "altered to the original": float(np.mean(np.square(seen - original))),
        "variance": float(seen.var(axis=(1, 2, 3)).mean()),
    }


def _names(found: Fingerprints, chosen: NDArray[np.bool_]) -> list[str]:
    return [path.name for path, inside in zip(found.paths, chosen, strict=True) if inside]


if __name__ == "__main__":
    command()
