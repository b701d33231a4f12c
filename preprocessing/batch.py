"""A folder of pages prepared in parallel: the joined lines of each as a picture, and lines.jsonl with their boxes.

Every picture carries, in a text chunk, the boxes and the settings that it was made with, and gets its name only when
it is whole. So a run that was stopped, however roughly, goes on where it was when it is started again: see
`preprocess_folder`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

import cv2
import joblib
from joblib.parallel import get_active_backend
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from preprocessing.atomic_write import PART, atomic_write, atomic_write_text
from preprocessing.clean import CHANNELS
from preprocessing.errors import OcrError
from preprocessing.lock import open_locked, remove_locked
from preprocessing.page.join import JOINED
from preprocessing.page.params import Box
from preprocessing.page.prepare import PageOptions, read_page
from preprocessing.read import read_image

KNOWN_CHANNELS = (*JOINED, *CHANNELS)
"""Channels of a line that pictures may show."""
LINES = "lines.jsonl"
LOCK = ".preprocess.lock"
"""The file that a run holds in the folder of the pictures."""
MAX_SIDE = 100_000_000
"""Pixels of a side of a page; no image that is read has so many in all."""
MOST_BOXES = 10_000
"""Lines of a page that an earlier picture may tell of."""
SUFFIX = ".png"
CHUNK = 8
"""Pages a task. Measured: a page takes 22 ms of processor time in chunks of 1, 8 and 32 alike; drawn images of 180x60,
2 ms each, are slower one by one, and as fast in chunks of 8 as of 32. The fewer, the less is lost by being stopped."""

_PLAIN = PageOptions()
_KEYWORD = "suanshi-lines"
"""Keyword of the text chunk of a picture that tells its boxes and settings."""


@dataclass(frozen=True)
class FolderPage:
    """The result of one page of a folder.

    `file` is its name in the folder; `boxes` are its lines on the page from top to bottom. `problem` is None, or
    "no line found"; `error` is None, or why the page could not be read or its picture not be written. With either
    there is no picture. `kept` says that the picture of an earlier run was left as it was.
    """

    file: str
    boxes: tuple[Box, ...] = ()
    problem: str | None = None
    error: str | None = None
    kept: bool = False


class _Gate:
    """Knows of the chunks at work in this process, and stops them. Other processes get an open gate of their own.

    Threads that are in the midst of OpenCV when the interpreter ends make it abort, so they are waited for.
    """

    def __init__(self) -> None:
        self.closed = False
        self._inside = 0
        self._change = threading.Condition()

    def __reduce__(self) -> tuple[type[_Gate], tuple[()]]:
        return _Gate, ()

    def __enter__(self) -> None:
        with self._change:
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._change:
            self._inside -= 1
            self._change.notify_all()

    def close(self) -> None:
        """Let nobody go on, and wait until all are through with the page they are at."""
        self.closed = True
        with self._change:
            self._change.wait_for(lambda: not self._inside)


@dataclass(frozen=True)
class FolderTask:
    source: Path
    target: Path
    options: PageOptions
    gate: _Gate


def find_pages(folder: str | os.PathLike[str]) -> list[str]:
    """Return the names of the pages in a folder, 2.png before 10.png: all that end in .png and don't begin with a dot.

    Sub-folders are not looked into. Raises OcrError when the folder cannot be read or has no page.
    """
    try:
        names = [name for name in os.listdir(folder) if name.lower().endswith(SUFFIX) and not name.startswith(".")]
    except OSError as error:
        raise OcrError(f"{os.fspath(folder)}: {error.strerror or error}; expected a folder of pages") from error
    if not names:
        raise OcrError(f"{os.fspath(folder)}: has no page; expected files that end in {SUFFIX}")
    return sorted(names, key=_natural)


def preprocess_folder(
    in_dir: str | os.PathLike[str],
    out_dir: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    options: PageOptions = _PLAIN,
    channel: str = "ink",
    chunk: int = CHUNK,
) -> Generator[FolderPage, None, None]:
    """Find and join the lines of the pages in `in_dir`, and yield what became of each, in the order of `find_pages`.

    OUT_DIR/NAME.png becomes the joined lines of IN_DIR/NAME.png, a grey picture (options.height, W) of one `channel`,
    any that `join` knows. Once all pages are through, OUT_DIR/lines.jsonl gets a line for each in order: its `file`,
    the `boxes` [[left, top, right, lower], ...] of its lines, and the `problem` or the error, else null. A page that
    cannot be read, or that has no line, stops nothing and gives no picture; one of an earlier state of it is removed.

    Pages are left alone whose picture is newer than they are and was made with the same options and channel; so a
    second run goes on where the first was stopped. Pictures whose page is gone stay. One run at a time writes into a
    folder: it holds a file there, .preprocess.lock. Close the generator, as contextlib.closing does, to leave early: it
    waits for the pages at work.

    Work is done by joblib, `chunk` pages a task. The backend is what the caller chose by `joblib.parallel_config`,
    else threads: OpenCV frees the interpreter's lock, and processes took a quarter more processor time in all. `jobs`
    are joblib's n_jobs; None leaves it to parallel_config, and is 1 without it. Workers, wherever they run, read and
    write the files themselves, so those of a cluster must see both folders under the same absolute paths.

    Raises OcrError when `in_dir` has no pages, when both folders are the same, for an unknown channel, or while another
    run writes into `out_dir`; OSError when `out_dir` or lines.jsonl cannot be written. Both folders are checked before
    the first page is asked for.
    """

    if channel not in KNOWN_CHANNELS:
        raise OcrError(f"channel {channel!r} is unknown; expected one of {', '.join(KNOWN_CHANNELS)}")
    source, target = Path(in_dir).absolute(), Path(out_dir).absolute()
    names = find_pages(in_dir)
    target.mkdir(parents=True, exist_ok=True)
    if source.samefile(target):
        raise OcrError(f"{os.fspath(out_dir)}: is the folder of the pages; choose another for the pictures")
    lock = open_locked(target / LOCK)
    for left in target.glob(f"{PART}*"):
        shutil.rmtree(left, ignore_errors=True)
    task = FolderTask(source, target, replace(options, channels=(channel,)), _Gate())
    if jobs is None:
        _, jobs = get_active_backend()  # which joblib forgets for threads that are only preferred
    parallel = joblib.Parallel(n_jobs=jobs, prefer="threads", return_as="generator")
    return _run(parallel, task, names, chunk, lock)


def _run(
    parallel: Any, task: FolderTask, names: Sequence[str], chunk: int, lock: IO[bytes]
) -> Generator[FolderPage, None, None]:
    """Do all pages and write their lines; the last page comes out after lines.jsonl is in its place."""
    chunks = (names[first : first + chunk] for first in range(0, len(names), chunk))
    threads = cv2.getNumThreads()  # of this process, where _do_chunk may run
    lines: list[str] = []
    try:
        for pages in parallel(joblib.delayed(_do_chunk)(task, some) for some in chunks):
            lines += map(_line, pages)
            if len(lines) == len(names):
                atomic_write_text(task.target / LINES, "".join(lines))
            yield from pages
    finally:
        task.gate.close()
        remove_locked(task.target / LOCK, lock)
        cv2.setNumThreads(threads)


def _do_chunk(task: FolderTask, names: Iterable[str]) -> list[FolderPage]:
    cv2.setNumThreads(1)
    with task.gate:
        return [prepare_file(task, name) for name in names if not task.gate.closed]


def prepare_file(task: FolderTask, name: str) -> FolderPage:
    """Prepare one file of the folder and write its picture, unless that is there already. Errors are told in words."""
    source, target = task.source / name, task.target / name
    settings = json.loads(json.dumps(asdict(task.options)))
    try:
        boxes = kept_boxes(source, target, settings)
        if boxes is not None:
            return FolderPage(name, boxes, kept=True)
        if not stat.S_ISREG(source.stat().st_mode):
            return _without_picture(target, error="is a directory or a device, not a file")
        prepared = read_page(read_image(source), task.options)
        if prepared.problem is not None:
            return _without_picture(target, problem=prepared.problem)
        boxes = tuple((int(left), int(top), int(right), int(lower)) for left, top, right, lower in prepared.boxes)
        about = PngInfo()
        about.add_text(_KEYWORD, json.dumps({"settings": settings, "boxes": boxes}))
        picture = Image.fromarray(prepared.joined[..., 0])
        atomic_write(target, lambda part: picture.save(part, "PNG", pnginfo=about), durable=False)  # made again at will
    except OcrError as error:
        return _without_picture(target, error=str(error).removeprefix(f"{source}: "))
    except OSError as error:
        return _without_picture(target, error=error.strerror or str(error))
    except (MemoryError, cv2.error) as error:
        return _without_picture(target, error=f"cannot be prepared ({str(error) or 'out of memory'})")
    return FolderPage(name, boxes)


def _without_picture(target: Path, *, problem: str | None = None, error: str | None = None) -> FolderPage:
    with suppress(OSError):
        target.unlink(missing_ok=True)
    return FolderPage(target.name, problem=problem, error=error)


def kept_boxes(source: Path, target: Path, settings: object) -> tuple[Box, ...] | None:
    """Return the boxes that the picture at `target` was made from; None if it is older or of other settings."""
    try:
        about = target.stat()
        if about.st_mtime_ns <= source.stat().st_mtime_ns or not stat.S_ISREG(about.st_mode):
            return None
        with Image.open(target, formats=("PNG",)) as picture:
            said = json.loads(picture.info[_KEYWORD])
        boxes = said["boxes"]
        if said["settings"] != settings or not isinstance(boxes, list) or not 0 < len(boxes) <= MOST_BOXES:
            return None
        return tuple(map(_box, boxes))
    except Exception:  # no picture of ours: of a damaged one Pillow raises all kinds of errors
        return None


def _box(sides: Any) -> Box:
    """Return a box as JSON had it; raises TypeError and ValueError for what is none."""
    left, top, right, lower = sides
    if not all(type(side) is int for side in (left, top, right, lower)):
        raise TypeError("a box has whole numbers")
    if not (0 <= left < right <= MAX_SIDE and 0 <= top < lower <= MAX_SIDE):
        raise ValueError("a box lies on its page")
    return left, top, right, lower


def _line(page: FolderPage) -> str:
    """The line of a page in lines.jsonl; ASCII, so that a file name that is no text makes no invalid UTF-8."""
    entry = {"file": page.file, "boxes": page.boxes, "problem": page.error or page.problem}
    return json.dumps(entry) + "\n"


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """A key that sorts runs of digits by their value."""
    parts = re.split("([0-9]+)", name)
    return [(int(part), "") if index % 2 else (0, part) for index, part in enumerate(parts)], name
