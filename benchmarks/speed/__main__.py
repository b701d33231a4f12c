"""Time drawing and reading, next to something else in the same run, so that ratios can be reported.

python -m benchmarks.speed
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import click
import cv2
import numpy as np
from captcha.image import ImageCaptcha
from numpy.typing import NDArray

from benchmarks.measuring import options, sets
from benchmarks.measuring.pictures import png_bytes
from benchmarks.measuring.record import about_model, cores, provenance, table, write_json
from benchmarks.measuring.timing import interleaved, missing_training_packages, ratio, spread
from generators.contest.look import SIZE
from generators.contest.sampler import draw_text, faces
from generators.evaluation_images import drawn
from generators.pages.page_samples import WholePages, page_sampler
from ocr.bundle import BundleConfig
from ocr.inference.recognizer import load_recognizer
from ocr.inference.runtime import onnxruntime
from ocr.inference.session import Session
from ocr.text.grammar import ARITHMETIC
from preprocessing.arrays import Pixels

BATCH_SIZES = (1, 8, 32, 64)
IMAGES_A_PAGE = 4
"""A page takes as much time as dozens of images: so many fewer are read."""
IMPORTS = "import numpy, cv2, onnxruntime"
PARTS = ("drawing", "reading", "pages", "cold", "networks")


@click.command()
@options.model("arithmetic")
@options.seed
@options.number("--rounds", 9, "Repeats; medians are reported.", least=3)
@options.number("--images", 512, "Images read in each repeat.", least=64)
@options.number("--drawings", 60, "Images drawn in each repeat.")
@click.option("--part", "parts", type=click.Choice(PARTS), multiple=True, help="Only this; repeatable.")
@options.out("speed")
@options.errors_as_messages()
def command(model: str, seed: int, rounds: int, images: int, drawings: int, parts: tuple[str, ...], out: Path) -> None:
    """Measure drawing, reading, the start of the command, and the course's network against ours."""
    chosen = parts or PARTS
    record: dict[str, Any] = provenance("speed", seed=seed)
    print(f"# Speed, {record['processor']}, {cores()} cores\n\nMedians of {rounds} interleaved repeats.")
    if "drawing" in chosen:
        record["drawing"] = _drawing(seed, rounds, drawings)
    if {"reading", "cold"} & {*chosen}:
        load_recognizer(model)  # so that a wrong name ends the command at once
    if "reading" in chosen:
        record["reading"] = _reading(model, sets.contest().pairs(images, seed), rounds)
    if "pages" in chosen:
        pages = drawn(WholePages(page_sampler()), count=images // IMAGES_A_PAGE, seed=seed)
        record["pages"] = _reading("formula", pages, rounds)
    if "cold" in chosen:
        record["cold"] = _cold_start(model, seed, rounds)
    if "networks" in chosen:
        record["networks"] = _networks(seed, rounds)
    write_json(record, out)


def _drawing(seed: int, rounds: int, count: int) -> dict[str, Any]:
    """Draw the same texts with the captcha library and with ours, one core."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    rng = np.random.default_rng((seed, 0))
    texts = [ARITHMETIC.sample(rng) for _ in range(count)]
    fonts = {look: faces(look, "train") for look in ("library", "contest", "wide")}
    own = ImageCaptcha(*SIZE)  # one object for all, as its glyph tables are made once

    def ours(look: str) -> Callable[[], object]:
        return lambda: [draw_text(text, look, fonts[look], rng) for text in texts]

    actions: dict[str, Callable[[], object]] = {"captcha library": lambda: [own.generate_image(text) for text in texts]}
    actions |= {f"ours, {look} look": ours(look) for look in fonts}
    times = interleaved(actions, rounds)
    cv2.setNumThreads(threads)
    base = times["captcha library"]
    rows = [(name, f"{1000 * median(t) / count:.2f}", f"{ratio(base, t):.2f}") for name, t in times.items()]
    print(f"\n## Drawing {SIZE[0]}x{SIZE[1]}, one core\n")
    print(table(("drawn by", "ms an image", "times as fast"), rows))
    return {name: {**spread([one / count for one in t]), "times_as_fast": ratio(base, t)} for name, t in times.items()}


class TimedSession(Session):
    """A Session that adds up the seconds that a processor works for it. For one thread."""

    seconds: float = 0.0

    def run(self, images: Sequence[Pixels], width: int) -> list[NDArray[np.float32]]:
        start = time.process_time()
        outputs = super().run(images, width)
        self.seconds += time.process_time() - start
        return outputs


def _reading(model: str, pairs: Iterable[tuple[Pixels, str]], rounds: int) -> dict[str, Any]:
    """Read PNG files held in memory, in batches of several sizes: with all cores, and part by part on one."""
    reader = load_recognizer(model)
    alone = load_recognizer(model, threads=1)
    network = alone.session = TimedSession(alone.bundle, alone.vocabulary.size)
    files = [png_bytes(image) for image, _ in pairs]
    count = len(files)
    whole: dict[int, list[float]] = {size: [] for size in BATCH_SIZES}
    parts: dict[int, list[tuple[float, float, float]]] = {size: [] for size in BATCH_SIZES}
    for number in range(rounds + 1):
        for size in BATCH_SIZES:
            start = time.perf_counter()
            reader.recognize(files, batch_size=size)
            seconds = time.perf_counter() - start
            network.seconds = 0.0
            begun = time.process_time()
            prepared = [alone.prepare(file) for file in files]
            middle = time.process_time()
            alone.recognize_prepared(prepared, batch_size=size)
            ended = time.process_time()
            if number:
                whole[size].append(seconds)
                parts[size].append((middle - begun, network.seconds, ended - middle - network.seconds))
    rows = []
    result: dict[str, Any] = {"model": about_model(reader.bundle), "images": count, "batch": {}}
    for size in BATCH_SIZES:
        prepare, inside, text = (median(part) / count for part in zip(*parts[size], strict=True))
        speed = count / median(whole[size])
        rows.append((size, f"{speed:.0f}", *(f"{1000 * each:.3f}" for each in (prepare, inside, text))))
        result["batch"][size] = {
            "images_per_second": speed,
            "processor_seconds_an_image": {"prepare": prepare, "network": inside, "text": text},
        }
    print(f"\n## Reading PNG files from memory, {model}, one process\n")
    print(table(("batch", "images/s", "processor ms: file to input", "network", "text and value"), rows))
    return result


def _cold_start(model: str, seed: int, rounds: int) -> dict[str, Any]:
    """Start `suanshi recognize` for one image, and an interpreter that only imports what it needs."""
    ((image, _),) = sets.contest().pairs(1, seed)
    script = Path(sys.executable).with_name("suanshi")
    program = [str(script)] if script.exists() else [sys.executable, "-m", "suanshi.main"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "0.png"
        file.write_bytes(png_bytes(image))

        def run(*arguments: str) -> Callable[[], object]:
            return lambda: subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)

        command = run(*program, "recognize", str(file), "--model", model)
        times = interleaved({"command": command, "imports": run(sys.executable, "-c", IMPORTS)}, rounds)
    times_as_long = ratio(times["command"], times["imports"])
    rows = [
        ("suanshi recognize IMAGE", f"{median(times['command']):.3f}", f"{times_as_long:.2f}"),
        (f"python -c '{IMPORTS}'", f"{median(times['imports']):.3f}", "1.00"),
    ]
    print("\n## Cold start\n")
    print(table(("process", "s", "times as long"), rows))
    return {name: spread(each) for name, each in times.items()} | {"times_as_long": times_as_long}


def _networks(seed: int, rounds: int) -> dict[str, Any]:
    """Run our network and the course's, both untrained, which takes as long as trained."""
    print("\n## Networks, 60x180x2, untrained, on images in memory\n")
    if missing := missing_training_packages():
        return {"missing": missing}
    from ocr.training.exporting.to_onnx import build_onnx
    from ocr.training.network import NetworkConfig, build_network

    shape = BundleConfig("arithmetic", "0123456789+-*()", 60, 180, 180, ("a", "b"), "any", stride=4, threshold=0.9)
    images = np.random.default_rng(seed).integers(0, 256, (32, shape.height, shape.max_width, 2), dtype=np.uint8)
    sessions, sizes = {}, {}
    for name in ("compact", "course"):
        config = NetworkConfig(len(shape.vocabulary) + 1, name, shape.height, len(shape.channels))
        model = build_onnx(build_network(config), config)
        sessions[name] = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        sizes[name] = len(model)

    def run(name: str, batch: int) -> Callable[[], object]:
        return lambda: [sessions[name].run(None, {"images": images[:batch]}) for _ in range(64 // batch)]

    rows, result = [], {}
    for batch in (1, 32):
        times = interleaved({name: run(name, batch) for name in sessions}, rounds)
        faster = ratio(times["course"], times["compact"])
        for name, each in times.items():
            speed = 64 / median(each)
            rows.append(
                (name, batch, f"{speed:.0f}", f"{ratio(times['course'], each):.2f}", f"{sizes[name] / 1e6:.1f}")
            )
            result[f"{name}, batch {batch}"] = {"images_per_second": speed, "bytes": sizes[name]}
        result[f"times as fast, batch {batch}"] = {"compact": faster}
    print(table(("network", "batch", "images/s", "times as fast", "MB"), rows))
    return result


if __name__ == "__main__":
    command()
