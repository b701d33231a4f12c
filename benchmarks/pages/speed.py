"""Time the preparation of pages and the reading of joined images, next to the winner's: "timing" and "networks"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import count, islice
from statistics import median
from typing import Any

import cv2
import numpy as np
from PIL import Image

from benchmarks.measuring.record import about_model, table
from benchmarks.measuring.timing import interleaved, missing_training_packages, ratio, spread
from benchmarks.pages import course
from generators.pages.layout import Page, draw
from generators.pages.page_samples import page_sampler
from generators.stream import HELD_OUT_SEEDS, stack
from ocr.bundle import Bundle
from ocr.inference.runtime import onnxruntime
from preprocessing.arrays import Pixels
from preprocessing.page.prepare import PageOptions, read_page
from preprocessing.read import read_image

PAGE_SIZE = (4000, 1000)
BATCH = 32
COURSE = "course-final"


def pages_of(seed: int, size: tuple[int, int] | None = None) -> Iterator[Page]:
    """Yield the pages planned from a held-out seed, without end; only those of a `size`, width and height."""
    pages = page_sampler()
    for number in count():
        page = pages(np.random.default_rng((HELD_OUT_SEEDS[seed], number)))
        if size is None or (page.width, page.height) == size:
            yield page


def timing(seed: int, rounds: int, pages: int) -> dict[str, Any]:
    """Time decoding pages, preparing them, and the course's preprocessing, in turns, on one core; print it."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    times: dict[str, list[float]] = {}
    for page in islice(pages_of(seed, PAGE_SIZE), pages):
        image = draw(page)
        for name, each in interleaved(_ways(image), rounds).items():
            times.setdefault(name, []).extend(each)
    cv2.setNumThreads(threads)
    decoding, slowest = times["decoding its PNG"], times["the course's preprocessing"]
    ratios = {
        name: {"of_decoding": ratio(each, decoding), "times_as_fast_as_the_course": ratio(slowest, each)}
        for name, each in times.items()
    }
    rows = [
        (
            name,
            f"{1000 * median(each):.1f}",
            f"{ratios[name]['of_decoding']:.2f}",
            f"{ratios[name]['times_as_fast_as_the_course']:.1f}",
        )
        for name, each in times.items()
    ]
    width, height = PAGE_SIZE
    print(f"\n## A page of {width}x{height}, one core, {pages} pages, {rounds} repeats of each\n")
    print(table(("step", "ms", "of decoding", "times as fast as the course's"), rows))
    return {"pages": pages, "size": PAGE_SIZE} | {
        name: {**spread(each), **ratios[name]} for name, each in times.items()
    }


def _ways(image: Pixels) -> dict[str, Callable[[], object]]:
    file = BytesIO()
    Image.fromarray(image).save(file, "PNG")
    data = file.getvalue()
    return {
        "decoding its PNG": lambda: read_image(data),
        "our preprocessing": lambda: read_page(image),
        "the course's preprocessing": lambda: course.read_page(image),
    }


def networks(bundle: Bundle, seed: int, rounds: int) -> dict[str, Any]:
    """Time a bundle's network and that of the contest's winner, untrained, on the same joined images."""
    print("\n## Networks, on joined images in memory\n")
    if missing := missing_training_packages():
        return {"missing": missing}
    from ocr.training.exporting.to_onnx import build_onnx
    from ocr.training.network import NetworkConfig, build_network

    shape = bundle.config
    config = NetworkConfig(len(shape.vocabulary) + 1, COURSE, shape.height, len(shape.channels))
    models = {"ours": bundle.model, "the course's": build_onnx(build_network(config), config)}
    options = PageOptions(height=shape.height, channels=shape.channels)
    joined = [read_page(draw(page), options).joined for page in islice(pages_of(seed), BATCH)]
    images = stack(joined, shape.width_step)
    sessions = {
        name: onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]) for name, model in models.items()
    }

    def run(name: str) -> Callable[[], object]:
        return lambda: sessions[name].run(["logits"], {"images": images})

    times = interleaved({name: run(name) for name in sessions}, rounds)
    rows, result = [], {}
    for name, each in times.items():
        speed, faster, size = BATCH / median(each), ratio(times["the course's"], each), len(models[name])
        rows.append((name, f"{speed:.0f}", f"{faster:.2f}", f"{size / 1e6:.1f}"))
        result[name] = {"images_per_second": speed, "times_as_fast": faster, "bytes": size}
    print(table(("network", "images/s", "times as fast", "MB"), rows))
    width = images.shape[2]
    print(f"\n{BATCH} images of {shape.height}x{width} at once, all cores. The course's is {COURSE}, untrained.")
    return {"model": about_model(bundle), "images": images.shape, **result}
