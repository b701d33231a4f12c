"""From a stream of (images, texts) to the arrays that a training step takes."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from ocr.errors import OcrError
from ocr.text.vocabulary import Vocabulary

Batch: TypeAlias = tuple[npt.NDArray[np.uint8], Sequence[str]]
"""Images (N, height, W, C), 255 is paper, and their N texts."""

Stream: TypeAlias = Callable[[int, int], Iterable[Batch]]
"""stream(epoch, start) yields batches `start`, `start + 1`, ... of that epoch, the same ones whenever asked."""

EncodedBatch: TypeAlias = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]
Made = TypeVar("Made")

# Labels are padded to a multiple of this: each new length costs a new trace of the training graph.
LABEL_STEP = 16


def columns_needed(ids: Sequence[int]) -> int:
    """Return the least number of logits columns for a label: one per character, one blank between equal ones."""
    return len(ids) + sum(a == b for a, b in itertools.pairwise(ids))


def encode_texts(texts: Sequence[str], vocabulary: Vocabulary, columns: int) -> npt.NDArray[np.int32]:
    """Return labels (N, L) padded with the blank; those of an empty text are all blank.

    `columns` is how many columns of logits the images give. CTC returns a finite loss for a text that does
    not fit into them, and the network would learn nonsense from it, so such a text raises `OcrError` here.
    """
    encoded = [vocabulary.encode(text) for text in texts]
    for text, ids in zip(texts, encoded, strict=True):
        if (needed := columns_needed(ids)) > columns:
            raise OcrError(
                f"the text {text!r} needs {needed} columns of logits, its image gives {columns}: "
                "make the images wider or take a network with a smaller stride"
            )
    longest = max(1, *map(len, encoded)) if encoded else 0
    labels = np.full((len(encoded), -(-longest // LABEL_STEP) * LABEL_STEP), vocabulary.blank, dtype=np.int32)
    for row, ids in zip(labels, encoded, strict=True):
        row[: len(ids)] = ids
    return labels


def encode_batch(batch: Batch, vocabulary: Vocabulary, stride: int) -> EncodedBatch:
    """Return a batch ready for a training step, or raise `OcrError` when its parts do not fit together."""
    images, texts = batch
    if images.dtype != np.uint8 or images.ndim != 4 or len(images) != len(texts) or not len(texts):
        raise OcrError(
            f"expected uint8 images (N, height, W, C) and N texts, got {images.dtype} {images.shape} "
            f"and {len(texts)} texts"
        )
    if images.shape[2] % stride:
        raise OcrError(f"images {images.shape[2]} pixels wide: expected a multiple of the stride {stride}")
    return images, encode_texts(texts, vocabulary, images.shape[2] // stride)


def prefetch(batches: Iterable[Made], ahead: int = 2) -> Generator[Made, None, None]:
    """Yield the same batches in the same order while a thread already makes the next `ahead` ones."""
    ready: queue.Queue[Made | BaseException | None] = queue.Queue(maxsize=ahead)
    stopped = threading.Event()

    def put(item: Made | BaseException | None) -> bool:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def produce() -> None:
        iterator = iter(batches)
        try:
            for batch in iterator:
                if not put(batch):
                    return
            put(None)
        except BaseException as error:  # handed over and raised again where the batches are used
            put(error)
        finally:
            if isinstance(iterator, Generator):
                iterator.close()

    thread = threading.Thread(target=produce, name="prefetch", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        thread.join()
