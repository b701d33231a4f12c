"""Choose the TaskSpec of a reader for a folder of labelled images."""

from __future__ import annotations

import dataclasses
import itertools
import math
import statistics
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ocr.data.dataset import Entry, Folder, LeftOut
from ocr.errors import OcrError
from ocr.tasks import TASKS, TaskSpec
from ocr.text.any_captcha import ANY_CAPTCHA

if TYPE_CHECKING:
    from ocr.bundle import BundleConfig

HEIGHTS = (40, 64, 96)
"""Height of an input in pixels: least, most for higher images, and most where characters would get too narrow."""

UNSHRUNK = 80
"""Images up to this height in pixels are not made smaller, where they are as high as most: an O is an 0 but for two
pixels."""

COLUMNS_A_CHARACTER = 3
"""Columns of logits that a character should have, on the average."""

MOSTLY = 0.9
"""The share of the texts that must have one length for a network that reads such only."""

ALIKE = 0.7
"""From this share of the widest on, all images are padded to one width."""


def own_task(
    folder: Folder, name: str, architecture: str, start: BundleConfig | None = None, length: int | None = None
) -> tuple[TaskSpec, int]:
    """Return the task of a folder's images, and the stride of the network of that name in pixels.

    name: "captcha" or "arithmetic". The input is as high as most images are, within HEIGHTS. With `start` it is as high
    as that bundle's, scaled as there, and has its channels, so that all of its weights fit; a reader of captchas of any
    kind keeps its characters, and its language where all texts belong to it. With `length`, for a
    network with a softmax for each of so many characters, all inputs have one width, a multiple of two columns for
    each; that of `start` if its network is of this kind.
    """
    from ocr.text.grammar import grammar
    from ocr.training.network import NetworkConfig

    stride = (
        NetworkConfig(2, architecture).stride if length is None else 1
    )  # heads see wide and narrow characters alike
    like, unscaled_from = TASKS["library" if name == "captcha" else name], 0
    if start is not None and not start.input_kind.page:
        like, height, unscaled_from = start.spec, start.height, start.unscaled_from
    else:
        height = _height(folder, stride)
    widths = sorted(_width(entry, height, unscaled_from) for entry in folder.entries)
    widest = math.ceil(min(widths[-1], 2 * widths[-(-95 * (len(widths) - 1) // 100)]))
    if like.input == "colour":  # margins are cut off, so that the size of a file says little of the input's
        widest, step = like.max_width, like.width_step
    elif length is None:
        padded = -(-widest // stride) * stride
        step = padded if widths[0] >= ALIKE * widest else min(padded, 16 * stride)
    else:
        if start is not None and start.max_width == start.width_step == 2 * length * start.stride:
            widest = start.max_width
        stride = -(-widest // (2 * length))  # two columns of logits for each character
        widest = step = 2 * length * stride
    strict = grammar(name)
    fits = name != "captcha" and all(strict.contains(entry.text) for entry in folder.entries)
    language, vocabulary = name if fits else "any", folder.vocabulary
    if start is not None and _knows_most(folder, start):
        vocabulary = start.vocabulary + "".join(char for char in folder.vocabulary if char not in start.vocabulary)
        language = start.grammar if _keeps_language(folder, start) else "any"
    task = TaskSpec(
        *(name, vocabulary, height, widest, step, like.channels, language),
        threshold=TASKS[name].threshold,
        unscaled_from=unscaled_from,
        input=like.input,
    )
    return task, stride


def _knows_most(folder: Folder, start: BundleConfig) -> bool:
    """Tell whether a reader of captchas of any kind knows most characters of a folder; then it learns the others."""
    known = sum(char in start.vocabulary for char in folder.vocabulary)
    return start.grammar == ANY_CAPTCHA.name and 2 * known >= len(folder.vocabulary)


def _keeps_language(folder: Folder, start: BundleConfig) -> bool:
    """Tell whether a reader of captchas of any kind, equations among them, knows all texts of a folder."""
    return start.grammar == ANY_CAPTCHA.name and all(
        set(entry.text) <= set(start.vocabulary) and ANY_CAPTCHA.contains(entry.text) for entry in folder.entries
    )


def _height(folder: Folder, stride: int) -> int:
    least, most, highest = HEIGHTS
    middle = int(statistics.median(entry.size[1] for entry in folder.entries))
    height = max(middle, least) if middle <= UNSHRUNK else most
    columns = statistics.median(
        entry.size[0] / entry.size[1] / stride / len(entry.text) for entry in folder.entries
    )  # of logits for a character, by pixel of height
    return min(max(height, math.ceil(COLUMNS_A_CHARACTER / columns)), max(height, highest))


def length_of(folder: Folder, length: int | None) -> int:
    """Return `length`, or the length that nearly all of a folder's texts have.

    Raises OcrError where there are none of that length, or too many of others.
    """
    if length is None:
        length, count = folder.lengths.most_common(1)[0]
        enough = count >= MOSTLY * len(folder.entries)
    else:
        enough = length in folder.lengths
    if not enough:
        found = ", ".join(f"{folder.lengths[each]} of {each} characters" for each in sorted(folder.lengths))
        raise OcrError(
            f"{folder.path}: the network is for texts of one length only, there are {found}; take another network, or "
            "say which with --length"
        )
    return length


def of_length(folder: Folder, length: int) -> Folder:
    """Return the folder without the images whose texts have another length."""
    why = f"the network is for texts of {length} characters"
    return _without(folder, {entry: why for entry in folder.entries if len(entry.text) != length})


def within(folder: Folder, task: TaskSpec, stride: int) -> Folder:
    """Return the folder without the images that are too narrow for their texts once they are inputs of a network."""
    narrow = {}
    for entry in folder.entries:
        given, needed = _columns(entry, task, stride), len(entry.text)
        needed += sum(one == other for one, other in itertools.pairwise(entry.text))
        if needed > given:
            narrow[entry] = f"the label needs {needed} columns of the network, the image gives {given}"
    return _without(folder, narrow)


def _without(folder: Folder, entries: Mapping[Entry, str]) -> Folder:
    """Return the folder without these entries, which are left out for the reasons given."""
    kept = tuple(entry for entry in folder.entries if entry not in entries)
    more = tuple(LeftOut(name, entry.text, why) for entry, why in entries.items() for name in entry.names)
    return dataclasses.replace(folder, entries=kept, left_out=(*folder.left_out, *more))


def _columns(entry: Entry, task: TaskSpec, stride: int) -> int:
    width = min(task.max_width, max(1, round(_width(entry, task.height, task.unscaled_from))))
    return -(-width // task.width_step) * task.width_step // stride


def _width(entry: Entry, height: int, unscaled_from: int) -> float:
    """The width in pixels of an image that was made ready for a network, unless it is too wide."""
    width, rows = entry.size
    return width if 0 < unscaled_from <= rows <= height else width * height / rows
