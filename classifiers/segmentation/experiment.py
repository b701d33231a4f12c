"""Train a segmenter on pictures and masks, measure it once, and save it with its card."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from classifiers.experiment import RUN, Tell, durations, finished
from classifiers.figures import draw_curves
from classifiers.images.folder import LeftOut
from classifiers.loop import delete_backups, read_log
from classifiers.segmentation.pairs import Pair, split
from classifiers.segmentation.scores import score, summary
from classifiers.segmentation.segmenter import (
    Segmenter,
    Thresholds,
    least_area,
    load_segmenter,
    save_segmenter,
    tune_thresholds,
)
from classifiers.segmentation.training import SegmentationConfig, check_training, train
from ocr.errors import OcrError


def train_segmenter(
    pairs: Sequence[Pair],
    judged: Sequence[Pair],
    left_out: Sequence[LeftOut],
    data: Path,
    config: SegmentationConfig,
    out: Path,
    validation: float,
    command: str | None = None,
    *,
    tell: Tell,
) -> dict[str, Any]:
    """Train a segmentation, or go on with it, measure it on `judged`, write all to `out` and return its card.

    `command` is the call that does it again, for the card; `tell` shows what comes out.
    """
    trained, watched = split(pairs, validation)
    check_training(trained, config, out / RUN)
    if finished(out):
        tell(f"{out}: has been trained so already", err=True)
        return dict(load_segmenter(out).card)
    tell(f"{len(trained)} pictures to learn from, {len(watched)} watched, {len(judged)} held out", err=True)
    network = train(trained, watched, config, out / RUN)
    log = read_log(out / RUN)
    plain = Segmenter(network, config.network, config.scale, Thresholds(), {})
    chosen, watched_figures = tune_thresholds(plain, watched, least_area(trained, config.scale))
    figures = summary([score(pair.objects, chosen.segment(pair.image)) for pair in judged])
    card = {
        "command": command,
        "seed": config.seed,
        "parameters": network.count_params(),
        "training": json.loads(json.dumps(dataclasses.asdict(config))),
        "data": {
            "name": data.resolve().name,
            "training": [pair.name for pair in trained],
            "validation": [pair.name for pair in watched],
            "held_out": [pair.name for pair in judged],
            "left_out": [dataclasses.asdict(each) for each in left_out],
        },
        "figures": {
            **durations(log),
            "cuts": config.epochs * config.steps * config.batch_size,
            "validation": watched_figures,
            "held_out": figures,
        },
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        draw_curves({"segmentation": log}, "dice", out / "curves.png", highest_loss=2)
        save_segmenter(out, dataclasses.replace(chosen, card=card))  # last: the card says that all is there
    except OSError as error:
        raise OcrError(f"{out}: {error.strerror or error}") from error
    tell(
        f"{out}: Dice {figures['dice']:.4f} (mean of {len(judged)} held-out pictures), "
        f"{figures['pooled_dice']:.4f} (all their pixels); object-level F1 {figures['f1']:.4f}"
    )
    delete_backups(out / RUN)
    return dict(load_segmenter(out).card)
