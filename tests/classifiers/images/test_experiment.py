"""Settings of a training by its recipe."""

from __future__ import annotations

from classifiers.images.experiment import configure


def test_a_head_for_one_epoch_learns_at_its_own_rate() -> None:
    recipe = configure(2, name="transfer", epochs=1, base="Tiny").recipe
    assert recipe.head_epochs == 1
    assert configure(2, name="transfer", epochs=40, base="Tiny").recipe.head_epochs == 16
