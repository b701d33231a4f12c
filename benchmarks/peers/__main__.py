"""Compare with other readers on the same images in the same run: ddddocr, and the line reader of RapidOCR.

    pip install -e '.[peers]'; python -m benchmarks.peers

They are general readers, made for text and not for formulas: the comparison says what a user of an arithmetic captcha
gets from each, not which is the better program. Their answers are compared in their favour (see `normalized`).
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import click
import cv2
import numpy as np
from tqdm import tqdm

from benchmarks.measuring import options, sets
from benchmarks.measuring.record import about_model, provenance, table, write_json
from benchmarks.measuring.timing import interleaved, ratio
from ocr.data.labels import read_labels
from ocr.errors import OcrError
from ocr.evaluation.metrics import wilson_interval
from ocr.inference.recognizer import Recognizer, load_recognizer
from preprocessing.arrays import Pixels
from preprocessing.read import read_image

Read = Callable[[Sequence[Pixels]], list[str]]

BATCH = 32
"""Images that the readers get at once; ddddocr takes one at a time."""

LOOK_ALIKE = str.maketrans({**dict.fromkeys("×xX✕∗＊※", "*"), **dict.fromkeys("−–—－一", "-"), "＋": "+"})
BRACKETS = str.maketrans("（）[]{}【】", "()()()()")


@click.command()
@options.model("arithmetic")
@options.number("--count", 1_000, "Images of each kind.", least=BATCH)
@options.seed
@options.number("--rounds", 5, "Repeats of the timing.", least=3)
@click.option("--data", type=click.Path(path_type=Path), multiple=True, help="Real images with labels.txt; repeatable.")
@options.out("peers")
@options.errors_as_messages()
def command(model: str, count: int, seed: int, rounds: int, data: tuple[Path, ...], out: Path) -> None:
    """Compare MODEL with the readers that are installed: images read right, and images/s."""
    recognizer = load_recognizer(model)
    readers, missing = {"suanshi": ours(recognizer)}, []
    for name, make in (("ddddocr", ddddocr), ("RapidOCR line reader", rapidocr_lines)):
        if find_spec(make.__name__.partition("_")[0]) is None:
            missing.append(name)
        else:
            readers[name] = make()
    record = {**provenance("peers", seed=seed), "model": about_model(recognizer.bundle), "missing": missing}
    print(f"# Readers on the same images, {record['processor']}, {record['cores']} cores\n")
    images: dict[str, list[tuple[Pixels, str]]] = {}
    for each in (sets.contest(), sets.library()):
        images[each.title] = list(each.pairs(count, seed))
    for folder in data:
        try:
            images[f"real images, {folder.name}"] = [(read_image(file), text) for file, text in read_labels(folder)]
        except OcrError as error:
            print(f"Not measured: {folder.name}: {'not there' if not folder.is_dir() else error}.\n")
    record["accuracy"] = _accuracy(readers, images)
    record["speed"] = _speed(readers, [image for image, _ in next(iter(images.values()))], rounds)
    for name in missing:
        print(f"\nNot measured: {name} is not installed; pip install -e '.[peers]'.")
    write_json(record, out)


def ours(recognizer: Recognizer) -> Read:
    """Our reader of batches."""
    return lambda images: [answer.text for answer in recognizer.recognize(images, batch_size=BATCH)]


def ddddocr() -> Read:
    """ddddocr with its default network; it takes the bytes of a file, so images are kept as plain bitmaps."""
    from ddddocr import DdddOcr

    reader = DdddOcr(show_ad=False)

    def read(images: Sequence[Pixels]) -> list[str]:
        return [str(reader.classification(_bitmap(image))) for image in images]

    return read


def rapidocr_lines() -> Read:
    """The text recognition network of RapidOCR, which comes with the package, without its search for lines."""
    from rapidocr import RapidOCR
    from rapidocr.ch_ppocr_rec import TextRecInput

    program = RapidOCR(params={"Rec.rec_batch_num": BATCH, "Global.log_level": "error"})
    program(np.full((48, 160, 3), 255, np.uint8), use_det=False, use_cls=False)  # loads the network
    reader = program.text_rec

    def read(images: Sequence[Pixels]) -> list[str]:
        swapped = [np.ascontiguousarray(image[..., ::-1]) for image in images]
        return list(reader(TextRecInput(img=swapped)).txts)

    return read


def normalized(text: str) -> str:
    """Return a text without spaces, with signs that look like an operator or a bracket taken for it, and without an
    equals sign at its end."""
    return "".join(text.split()).translate(LOOK_ALIKE).translate(BRACKETS).rstrip("=")


def _accuracy(readers: dict[str, Read], images: dict[str, list[tuple[Pixels, str]]]) -> list[dict[str, Any]]:
    rows, result = [], []
    for title, pairs in images.items():
        for name, read in readers.items():
            got = _all(read, [image for image, _ in pairs], f"{title}, {name}")
            right = sum(normalized(text) == expected for text, (_, expected) in zip(got, pairs, strict=True))
            low, high = wilson_interval(right, len(pairs))
            rows.append((title, name, len(pairs), f"{right / len(pairs):.2%}", f"{low:.2%} to {high:.2%}"))
            result.append({"images": title, "reader": name, "count": len(pairs), "right": right})
            result[-1]["interval"] = [low, high]
    print(table(("images", "reader", "number", "text right", "95 % interval"), rows))
    return result


def _speed(readers: dict[str, Read], images: Sequence[Pixels], rounds: int) -> dict[str, dict[str, float]]:
    """Read some batches with each reader in turns, after a round that is not counted."""
    images = images[: 4 * BATCH]

    def action(read: Read) -> Callable[[], object]:
        return lambda: [read(batch) for batch in _batches(images)]

    times = interleaved({name: action(read) for name, read in readers.items()}, rounds)
    rows, result = [], {}
    for name, each in times.items():
        speed = len(images) / median(each)
        slower = ratio(each, times["suanshi"])
        rows.append((name, f"{speed:.0f}", f"{slower:.2f}"))
        result[name] = {"images_per_second": speed, "ours_times_as_fast": slower}
    print(f"\n{table((f'reader, {BATCH} images at once', 'images/s', 'suanshi times as fast'), rows)}")
    return result


def _all(read: Read, images: Sequence[Pixels], title: str) -> list[str]:
    batches = tqdm(list(_batches(images)), desc=title, leave=False, disable=not sys.stderr.isatty())
    return list(itertools.chain.from_iterable(read(batch) for batch in batches))


def _batches(images: Sequence[Pixels]) -> Iterable[Sequence[Pixels]]:
    return (images[start : start + BATCH] for start in range(0, len(images), BATCH))


def _bitmap(image: Pixels) -> bytes:
    _, data = cv2.imencode(".bmp", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    return data.tobytes()


if __name__ == "__main__":
    command()
