"""What a reader of somebody's own images looks at and writes, found from a folder of them."""

from __future__ import annotations

import dataclasses
import itertools
import math
import statistics
from typing import TYPE_CHECKING

from ocr.errors import OcrError
from ocr.folder import Entry, Folder, LeftOut
from suanshi.tasks import TASKS, Task

if TYPE_CHECKING:
    from ocr.bundle import BundleConfig

HEIGHTS = (40, 64, 96)
"""Height of an input in pixels: least, most as a rule, and most where characters would get too narrow otherwise."""

COLUMNS_A_CHARACTER = 3
"""Columns of logits that a character should have, on the average."""

ALIKE = 0.7
"""From this share of the widest on, all images are padded to one width."""


def own_task(
    folder: Folder, name: str, architecture: str, start: BundleConfig | None = None, length: int | None = None
) -> tuple[Task, int]:
    """Return the task of a folder's images, and the stride of the network of that name in pixels.

    name: "captcha" or "arithmetic". The input is as high as most images are, within HEIGHTS. With `start` it is as high
    as that bundle's, and has its channels, so that all of its weights fit. With `length`, for a network with a softmax
    for each of so many characters, all inputs have one width, a multiple of two columns for each; that of `start` if
    its network is of this kind.
    """
    from ocr.text.grammar import grammar
    from ocr.training.network import NetworkConfig
    from preprocessing.clean import CHANNELS

    stride = (
        NetworkConfig(2, architecture).stride if length is None else 1
    )  # heads see wide and narrow characters alike
    channels = TASKS[name].channels
    if start is not None and set(start.channels) <= set(CHANNELS):
        height, channels = start.height, start.channels
    else:
        height = _height(folder, stride)
    widths = sorted(width * height / rows for width, rows in (entry.size for entry in folder.entries))
    widest = math.ceil(min(widths[-1], 2 * widths[-(-95 * (len(widths) - 1) // 100)]))
    if length is None:
        padded = -(-widest // stride) * stride
        step = padded if widths[0] >= ALIKE * widest else min(padded, 16 * stride)
    else:
        if start is not None and start.max_width == start.width_step == 2 * length * start.stride:
            widest = start.max_width
        stride = -(-widest // (2 * length))  # two columns of logits for each character
        widest = step = 2 * length * stride
    strict = grammar(name)
    fits = name != "captcha" and all(strict.contains(entry.text) for entry in folder.entries)
    language = name if fits else "any"
    return Task(folder.vocabulary, language, height, widest, step, channels, TASKS[name].threshold), stride


def _height(folder: Folder, stride: int) -> int:
    least, most, highest = HEIGHTS
    height = min(max(int(statistics.median(entry.size[1] for entry in folder.entries)), least), most)
    columns = statistics.median(
        entry.size[0] / entry.size[1] / stride / len(entry.text) for entry in folder.entries
    )  # of logits for a character, by pixel of height
    return min(max(height, math.ceil(COLUMNS_A_CHARACTER / columns)), max(height, highest))


def length_of(folder: Folder, length: int | None) -> int:
    """Return `length`, or the one length of a folder's texts. Raises OcrError where there are texts of others."""
    lengths = sorted(folder.lengths)
    if length is None and len(lengths) == 1:
        return lengths[0]
    if length is None or lengths != [length]:
        found = ", ".join(f"{folder.lengths[each]} of {each} characters" for each in lengths)
        wanted = "one length" if length is None else f"{length} characters"
        raise OcrError(f"{folder.path}: the network is for texts of {wanted} only, there are {found}; take another one")
    return length


def within(folder: Folder, task: Task | BundleConfig, stride: int) -> Folder:
    """Return the folder without the images that are too narrow for their texts once they are inputs of a network."""
    kept, left_out = [], list(folder.left_out)
    for entry in folder.entries:
        given, needed = _columns(entry, task, stride), len(entry.text)
        needed += sum(one == other for one, other in itertools.pairwise(entry.text))
        if needed <= given:
            kept.append(entry)
        else:
            why = f"the label needs {needed} columns of the network, the image gives {given}"
            left_out += [LeftOut(name, entry.text, why) for name in entry.names]
    return dataclasses.replace(folder, entries=tuple(kept), left_out=tuple(left_out))


def _columns(entry: Entry, task: Task | BundleConfig, stride: int) -> int:
    width = min(task.max_width, max(1, round(entry.size[0] * task.height / entry.size[1])))
    return -(-width // task.width_step) * task.width_step // stride
