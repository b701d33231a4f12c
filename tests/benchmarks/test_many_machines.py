"""The benchmark of many machines: what is measured adds up."""

from __future__ import annotations

import pytest

from benchmarks.many_machines.__main__ import Size, add_up


def test_a_job_adds_up() -> None:
    measured = {
        "bytes of a PNG": 50_000.0,
        "seconds of a worker": 0.04,
        "MiB of a worker": 256.0,
        "bytes of a task": 10.0,
        "bytes of an answer": 100.0,
        "bytes in the journal": 120.0,
        "seconds of the client, writing": 1e-5,
        "seconds of the client, listing": 6e-6,
        "bytes of the client, listing": 300.0,
        "seconds of scheduler and client, a task": 1e-3,
    }
    needed = add_up(measured, Size(pages=90_000_000, machines=100, cores=10))
    assert needed["hours"] == pytest.approx(1)
    assert needed["core hours"] == pytest.approx(1000)
    assert needed["pages a second"] == pytest.approx(25_000)
    assert needed["TB of PNG files read"] == pytest.approx(4.5)
    assert needed["Gbit/s from the store, all machines"] == pytest.approx(10)
    assert needed["MB/s of a machine from the store"] == pytest.approx(12.5)
    assert needed["share of the client's core, writing"] == pytest.approx(0.25)
    assert needed["GB of the client, listing all in one folder"] == pytest.approx(27)
    assert needed["machines at which one scheduler's core is full"] == pytest.approx(100 / (25_000 / 64 * 1e-3))
