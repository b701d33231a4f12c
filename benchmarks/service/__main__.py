"""Measure images a second, seconds and memory of the service for 1, 16 and 64 clients, next to ddddocr's own service.

python -m benchmarks.service --peer PYTHON      # an interpreter with ddddocr[api]
"""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import click

from benchmarks.measuring import options, sets
from benchmarks.measuring.pictures import png_bytes
from benchmarks.measuring.record import cores, provenance, table, write_json
from benchmarks.service.clients import Load, json_request, load
from benchmarks.service.servers import Running, ours, post, theirs

SUFFIXES = frozenset([".png", ".jpg", ".jpeg", ".gif", ".bmp"])
WARM = 8
"""Requests to each service before any is counted."""


@click.command()
@click.option("--peer", metavar="PYTHON", help="Interpreter that has ddddocr[api].  [default: ours alone]")
@click.option("--clients", multiple=True, type=click.IntRange(1), default=(1, 16, 64), show_default=True)
@options.number("--count", 480, "Requests for each number of clients, in each round.")
@options.number("--rounds", 3, "Rounds; the services take turns, and medians are reported.")
@options.number("--images", 200, "Images that are sent in turns.")
@click.option("--data", type=options.FOLDER, help="Folder with images.  [default: drawn by the captcha library]")
@options.seed
@options.out("service")
@options.errors_as_messages()
def command(
    peer: str | None, clients: tuple[int, ...], count: int, rounds: int, images: int, data: Path | None, seed: int,
    out: Path,
) -> None:  # fmt: skip
    """Measure images a second, times of requests, processor time and memory of the services."""
    record: dict[str, Any] = {**provenance("service", seed=seed), "ddddocr": _version(peer), "loads": []}
    pictures = _pictures(data, images, seed)
    print(f"# The service, {record['processor']}, {cores()} cores\n")
    with ExitStack() as running:
        services = [running.enter_context(ours())]
        if peer is None:
            print("Not measured: ddddocr's service; --peer names an interpreter with ddddocr[api].\n")
        else:
            services.append(running.enter_context(theirs(peer)))
        for service in services:
            _check(service, pictures[0])
            load(service.port, _requests(service, pictures), clients=1, count=WARM)
        for number in clients:
            record["loads"] += _measured(services, pictures, number, count, rounds)
        for service in services:
            record[f"memory of {service.name}, MB"] = round(service.memory(), 1)
    _show(record["loads"])
    write_json(record, out)


def _check(service: Running, picture: bytes) -> None:
    """Refuse to measure a service that answers without reading: ddddocr's tells of failures with status 200."""
    answer = post(service, service.path, {"image": base64.b64encode(picture).decode()})
    if not answer.get("text", (answer.get("data") or {}).get("text")):
        raise click.ClickException(f"{service.name} reads nothing in the first image: {answer}")


def _measured(
    services: Sequence[Running], pictures: Sequence[bytes], clients: int, count: int, rounds: int
) -> list[dict[str, Any]]:
    """Return a row for each service: medians over rounds in which they took turns."""
    found: dict[str, list[dict[str, float]]] = {service.name: [] for service in services}
    for _ in range(rounds):
        for service in services:
            before = service.processor_seconds()
            done = load(service.port, _requests(service, pictures), clients=clients, count=count)
            spent = service.processor_seconds() - before
            found[service.name].append(_figures(done, spent))
    rows = []
    for name, each in found.items():
        medians = {key: median(figures[key] for figures in each) for key in each[0]}
        rows.append({"service": name, "clients": clients, "requests": count * rounds, **medians})
    if len(rows) == 2:
        speeds = [[figures["images a second"] for figures in found[service.name]] for service in services]
        rows[0]["times as many images"] = median(mine / other for mine, other in zip(*speeds, strict=True))
    return rows


def _figures(done: Load, spent: float) -> dict[str, float]:
    if set(done.statuses) != {200}:
        raise click.ClickException(f"a service answered {done.statuses}, expected 200 alone")
    return {
        "images a second": done.per_second,
        "median, ms": done.middle,
        "p99, ms": done.milliseconds(0.99),
        "processor, ms an image": 1000 * spent / done.statuses[200],
    }


def _show(loads: Sequence[Mapping[str, Any]]) -> None:
    figures = ("images a second", "median, ms", "p99, ms", "processor, ms an image", "times as many images")
    rows = [
        [each["service"], each["clients"], *(f"{each[name]:.1f}" if name in each else "" for name in figures)]
        for each in loads
    ]
    print(table(["service", "clients", *figures], rows))


def _requests(service: Running, pictures: Sequence[bytes]) -> list[bytes]:
    return [json_request(service.path, picture) for picture in pictures]


def _pictures(data: Path | None, count: int, seed: int) -> list[bytes]:
    if data is None:
        _, library = sets.captchas()
        return [png_bytes(pixels) for pixels, _ in library.pairs(count, seed)]
    files = sorted(file for file in data.rglob("*") if file.suffix.lower() in SUFFIXES)
    if not files:
        raise click.ClickException(f"{data}: holds no images ({', '.join(sorted(SUFFIXES))})")
    step = max(1, len(files) // count)
    return [file.read_bytes() for file in files[::step][:count]]


def _version(peer: str | None) -> str | None:
    if peer is None:
        return None
    asked = "from importlib.metadata import version; print(version('ddddocr'))"
    try:
        done = subprocess.run([peer, "-c", asked], capture_output=True, text=True)
    except OSError as error:
        raise click.ClickException(f"{peer}: {error.strerror}; expected a Python interpreter") from error
    if done.returncode:
        raise click.ClickException(f"{peer}: has no ddddocr; {peer} -m pip install 'ddddocr[api]'")
    return done.stdout.strip()


if __name__ == "__main__":
    command()
