"""The labelled images that readers are measured on."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.measuring import sets


def test_the_sets_differ_in_typefaces_and_the_library_draws_by_itself() -> None:
    assert sets.contest().seeded
    assert not sets.library().seeded
    ours, theirs = ({*share.fonts} for share in (_share(sets.contest()), _share(sets.held_out_typefaces()[0])))
    assert ours
    assert theirs
    assert not ours & theirs
    first, second = (list(sets.library().pairs(2, 3)) for _ in range(2))
    assert [text for _, text in first] == [text for _, text in second]
    assert first[0][0].shape == (60, 180, 3)
    assert not np.array_equal(first[0][0], second[0][0])


def _share(images: sets.ImageSet) -> Any:
    assert not isinstance(images.sample, sets.LibraryImages)
    return images.sample.shares[0]
