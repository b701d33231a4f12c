"""Train the denoisers, measure them next to classical filters and in front of readers, and write docs/denoising.md.

python -m benchmarks.denoising --data FOLDER
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from benchmarks.denoising.page import page
from benchmarks.measuring import options
from benchmarks.measuring.record import about_model, provenance, write_json
from ocr.training.quiet import quiet

READERS = ("arithmetic", "library")


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Folder of MNIST's four idx files.")
@options.number("--epochs", 40, "Of our network on MNIST.")
@options.number("--course-epochs", 10)
@options.number("--captcha-epochs", 30)
@click.option("--test", type=click.IntRange(1, 10_000), default=10_000, show_default=True, help="Images of MNIST.")
@click.option("--reader", "readers", multiple=True, metavar="NAME|DIR", help="[default: those shipped for captchas]")
@options.number("--count", 5_000, "Captchas a set and reader.")
@options.seed
@options.number("--jobs", 1, "Processes that filter.")
@options.runs("denoising")
@click.option("--models", type=click.Path(file_okay=False, path_type=Path), default=Path("autoencoders/models"))
@options.docs
@options.out("denoising")
@options.errors_as_messages()
def command(
    data: Path,
    epochs: int,
    course_epochs: int,
    captcha_epochs: int,
    test: int,
    readers: tuple[str, ...],
    count: int,
    seed: int,
    jobs: int,
    runs: Path,
    models: Path,
    docs: Path,
    out: Path,
) -> None:
    """Train the denoisers, measure them, and write the page about them."""
    with quiet():
        from autoencoders.models import Model, save_model
        from benchmarks.denoising import captcha, mnist
    from benchmarks.measuring.pictures import losses, rows
    from ocr.bundle import shipped_bundles
    from ocr.inference.recognizer import load_recognizer

    plan = mnist.Plan(epochs, course_epochs, seed, jobs, test)
    networks = mnist.train(plan, data, runs)
    captchas = captcha.train(captcha_epochs, seed, runs)
    denoiser = Model(captchas, "denoiser", {})
    loaded = [load_recognizer(name) for name in readers or [name for name in READERS if name in shipped_bundles()]]
    digits, shown = mnist.measure(plan, data, networks)
    found = [
        {"reader": reader.bundle.name, "set": images.title} | captcha.read(reader, denoiser, images, count, seed)
        for reader in loaded
        for images in captcha.sets()
        if images.task == reader.config.task
    ]

    record: dict[str, Any] = provenance("denoising", seed=seed)
    record |= {
        "weights": {name: network.count_params() for name, network in networks.items()},
        "images of training": {
            name: each.epochs * each.steps * each.batch_size for name, each in plan.trainings.items()
        },
        "digits": digits,
        "patches": captcha_epochs * captcha.STEPS * captcha.BATCH,
        "count": count,
        "captchas": found,
        "readers": [about_model(reader.bundle) for reader in loaded],
    }
    write_json(record, out)

    common = {"command": record["command"], "seed": seed}
    save_model(
        models / "mnist", Model(networks[mnist.OURS], "denoiser", {**common, "epochs": epochs, **_digits_card(digits)})
    )
    figures = [{key: each[key] for key in ("set", "images", "PSNR")} for each in record["captchas"]]
    about = {"data": "drawn pairs, training typefaces", "patches": record["patches"], "figures": figures}
    save_model(models / "captcha", Model(captchas, "denoiser", {**common, "epochs": captcha_epochs, **about}))
    pictures = docs / "pictures"
    rows(shown, pictures / "denoising-mnist.png", width=0.7, height=0.7)
    rows(captcha.pictures(denoiser, seed), pictures / "denoising-captcha.png", width=1.5, height=0.6)
    losses({**mnist.logs(runs), **captcha.log(runs)}, pictures / "denoising-curves.png")
    (docs / "denoising.md").write_text(page(record), encoding="utf-8")


def _digits_card(digits: dict[str, Any]) -> dict[str, Any]:
    from benchmarks.denoising.mnist import OURS, RANGE, VALIDATION

    figures = {strength: found[OURS] for strength, found in digits["by strength"].items()}
    data = f"MNIST, the first {60_000 - VALIDATION} training images, noise of {RANGE[0]} to {RANGE[1]}"
    return {"data": data, "figures": {"images": digits["images"], "by strength": figures}}


if __name__ == "__main__":
    command()
