"""Folders of drawn images: the same for any workers, never in the place of others, and gone on with."""

from __future__ import annotations

import os
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from generators.contest.sampler import sampler
from generators.folder import CHUNK, write_folder
from preprocessing.lock import LockedError
from preprocessing.workers import OrderedMap, in_processes, in_this_process


def test_folder_is_the_same_for_any_number_of_jobs_and_a_larger_count_adds(tmp_path: Path) -> None:
    two: OrderedMap = partial(in_processes, jobs=2)
    for name, count, workers in (("one", 130, in_this_process), ("two", 130, two), ("few", 3, in_this_process)):
        assert list(write_folder(sampler("contest"), tmp_path / name, count=count, seed=1, label=str, workers=workers))
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted([*(f"{i}.png" for i in range(130)), "labels.txt"])
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    for number in range(3):
        assert (tmp_path / "one" / f"{number}.png").read_bytes() == (tmp_path / "few" / f"{number}.png").read_bytes()
    labels = (tmp_path / "one" / "labels.txt").read_text(encoding="utf-8").splitlines()
    assert labels[:3] == (tmp_path / "few" / "labels.txt").read_text(encoding="utf-8").splitlines()


def test_labels_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("mine\n", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"has a labels\.txt already"):
        list(write_folder(sampler("contest"), tmp_path, count=1, seed=0, label=str))
    assert [path.name for path in tmp_path.iterdir()] == ["labels.txt"]


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
def test_a_link_in_the_folder_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"old")
    (tmp_path / "0.png").symlink_to("victim")
    list(write_folder(sampler("contest"), tmp_path, count=1, seed=0, label=str))
    assert (tmp_path / "victim").read_bytes() == b"old"
    assert not (tmp_path / "0.png").is_symlink()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    count = 2 * CHUNK + 5

    def drawn(name: str, seed: int = 1, identity: str = "a") -> list[int]:
        with closing(
            write_folder(sampler("contest"), tmp_path / name, count=count, seed=seed, label=str, identity=identity)
        ) as done:
            return [next(done)] if name == "stopped" and len(begun) < 3 else list(done)

    begun: list[int] = []
    assert drawn("whole") == [CHUNK, 2 * CHUNK, count]
    for seed, identity in ((1, "a"), (2, "a"), (1, "a")):  # others begin anew
        begun += drawn("stopped", seed, identity)
    part = tmp_path / "stopped" / "labels.txt.part"
    with part.open("ab") as file:
        file.write(b"torn")
    assert not (tmp_path / "stopped" / "labels.txt").exists()
    image = tmp_path / "stopped" / "0.png"
    os.utime(image, (1e9, 1e9))
    assert drawn("stopped") == [2 * CHUNK, count]
    assert image.stat().st_mtime == 1e9
    assert contents(tmp_path / "stopped") == contents(tmp_path / "whole")


def test_an_image_that_a_power_cut_took_is_drawn_again(tmp_path: Path) -> None:
    with closing(write_folder(sampler("contest"), tmp_path, count=CHUNK + 1, seed=1, label=str, identity="a")) as done:
        next(done)
    (tmp_path / "7.png").write_bytes(b"")
    assert list(write_folder(sampler("contest"), tmp_path, count=CHUNK + 1, seed=1, label=str, identity="a"))
    assert all(contents(tmp_path).values())


def test_one_run_at_a_time_draws_into_a_folder(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with closing(write_folder(sampler("contest"), tmp_path, count=CHUNK + 1, seed=1, label=str)) as done:
        next(done)
        with pytest.raises(LockedError, match="another run"):
            next(iter(write_folder(sampler("contest"), tmp_path, count=1, seed=1, label=str)))


def test_a_run_that_was_killed_after_its_labels_leaves_nothing_else_behind(tmp_path: Path) -> None:
    draw = partial(write_folder, sampler("contest"), tmp_path, count=2, seed=1, label=str, identity="a")
    with closing(draw()) as done:
        next(done)  # as far as before the labels
        lines = (tmp_path / "labels.txt.part").read_bytes()
        list(done)
    (tmp_path / "labels.txt.part").write_bytes(lines)
    with pytest.raises(FileExistsError, match=r"has a labels\.txt already"):
        list(draw())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.png", "1.png", "labels.txt"]
    (tmp_path / "labels.txt.part").write_bytes(lines + b"another\n")
    with pytest.raises(FileExistsError, match=r"has a labels\.txt already"):
        list(draw())
    assert (tmp_path / "labels.txt.part").exists()
