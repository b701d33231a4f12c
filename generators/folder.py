"""A folder of drawn images in the contest's form: 0.png, 1.png, … and labels.txt."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Generator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import IO

import cv2
import numpy as np

from preprocessing.arrays import Pixels
from preprocessing.atomic_write import atomic_write, atomic_write_bytes
from preprocessing.lock import open_locked, remove_locked
from preprocessing.workers import OrderedMap, in_this_process

LABELS = "labels.txt"
CHUNK = 128
"""Images a task: fewer cost more in passing them round than in drawing them."""

Sample = Callable[[np.random.Generator], tuple[Pixels, str]]
Label = Callable[[str], str]


def draw_numbered(sample: Sample, seed: int, number: int) -> tuple[Pixels, str]:
    """Draw image `number` of a seed: RGB (H, W, 3), and its text."""
    return sample(np.random.default_rng((seed, number)))


def png(pixels: Pixels) -> bytes:
    """Write an RGB image (H, W, 3) as a PNG file."""
    _, data = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return data.tobytes()


def _draw_chunk(sample: Sample, label: Label, folder: Path, seed: int, numbers: range) -> list[str]:
    cv2.setNumThreads(1)
    lines = []
    for number in numbers:
        pixels, text = draw_numbered(sample, seed, number)
        atomic_write_bytes(_image(folder, number), png(pixels), durable=False)  # it can be drawn again
        lines.append(label(text))
    return lines


def _image(folder: Path, number: int) -> Path:
    return folder / f"{number}.png"


def write_folder(
    sample: Sample,
    folder: str | os.PathLike[str],
    *,
    count: int,
    seed: int,
    label: Label,
    workers: OrderedMap = in_this_process,
    identity: str | None = None,
) -> Generator[int, None, None]:
    """Draw `count` images into `folder` and yield how many are done, chunk by chunk.

    Image i is drawn from `default_rng((seed, i))`, so the files are the same for a seed whoever the `workers` are, and
    a larger `count` only adds to them; workers on other machines must see `folder` under the same absolute path.
    `label` makes a text's line of labels.txt, which is written once all images are there. Until then the lines are in
    labels.txt.part, and a run of the same seed and `identity`, which names the sample, goes on after them. Raises
    `FileExistsError` when the folder has labels already, and LockedError while another run draws into it.
    """
    target = Path(folder).absolute()
    target.mkdir(parents=True, exist_ok=True)
    part = target / f"{LABELS}.part"
    header = f"{hashlib.sha256(repr((identity, seed)).encode()).hexdigest()}\n".encode()
    if (target / LABELS).exists():
        if part.exists():
            with open_locked(part) as lines:
                if lines.read() == header + (target / LABELS).read_bytes():
                    remove_locked(part, lines)  # of a run that was killed when all was there but this was left to do
        raise FileExistsError(f"{target} has a {LABELS} already: choose another folder or remove it")
    with open_locked(part) as lines:
        done = _resume(lines, header, target, count if identity is not None else 0)
        spans = (range(first, min(first + CHUNK, count)) for first in range(done, count, CHUNK))
        with closing(workers(partial(_draw_chunk, sample, label, target, seed), spans)) as drawn:
            for chunk in drawn:
                lines.write("".join(f"{line}\n" for line in chunk).encode())
                lines.flush()
                done += len(chunk)
                yield done
        lines.seek(len(header))
        atomic_write(target / LABELS, lambda new: _copy(lines, new))
        remove_locked(part, lines)


def _resume(lines: IO[bytes], header: bytes, folder: Path, count: int) -> int:
    """Keep what an earlier run of the same header did of `count` images, in whole chunks; return how many these are."""
    done, end = 0, len(header)
    if lines.readline() == header:
        position = end
        for number, line in enumerate(lines):
            if number == count or not line.endswith(b"\n") or not _is_whole(_image(folder, number)):
                break
            position += len(line)
            if (number + 1) % CHUNK == 0:
                done, end = number + 1, position
    else:
        lines.seek(0)
        lines.write(header)
    lines.seek(end)
    lines.truncate()
    return done


def _is_whole(image: Path) -> bool:
    """Whether an image is there, and the system had not lost power before the disk had it."""
    try:
        return image.stat().st_size > 0
    except OSError:
        return False


def _copy(lines: IO[bytes], path: Path) -> None:
    with path.open("wb") as file:
        shutil.copyfileobj(lines, file)
