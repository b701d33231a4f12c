"""Some hundred mutated inputs for every door; `make fuzz` runs as many as there is time for."""

from __future__ import annotations

import random

import pytest

from tests.fuzz.doors import DOORS
from tests.fuzz.mutation import LONGEST, mutate, with_checksums

INPUTS = {"images": 600, "networks": 150, "zips": 500, "labels": 500, "tables": 300, "journals": 200, "requests": 300}
SEED = 7


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", DOORS)
def test_mutated_inputs_are_read_or_refused(name: str) -> None:
    door, rng = DOORS[name], random.Random(SEED)
    seeds = door.seeds()
    for number in range(INPUTS.get(name, 1000)):
        data = mutate(rng, seeds, door.words)
        try:
            door.enter(data)
        except Exception as error:
            raise AssertionError(f"input {number} of seed {SEED}: {data[:200]!r}") from error


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", DOORS)
def test_seeds_are_sound(name: str) -> None:
    for seed in DOORS[name].seeds():
        assert seed
        DOORS[name].enter(seed)


def test_a_seed_gives_the_same_inputs() -> None:
    seeds = DOORS["images"].seeds()
    first, again = ([mutate(random.Random(number), seeds, (b"x",)) for number in range(50)] for _ in range(2))
    assert first == again
    assert len(set(first)) > 40
    assert max(map(len, first)) <= LONGEST
    assert with_checksums(seeds[0]) == seeds[0]
