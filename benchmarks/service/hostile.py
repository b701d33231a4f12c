"""Hostile clients: does the service still answer, and does its memory grow?

python -m benchmarks.service.hostile --count 10000
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import random
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from PIL import Image

from benchmarks.measuring import options
from benchmarks.measuring.record import cores, provenance, table, write_json
from benchmarks.service.clients import json_request, load
from benchmarks.service.servers import Running, ours

KEY = "sesame"
CLIENTS = 16
SLOW = "client that says no more"
"""Sends a part of a request, then waits until the service closes the connection."""
CUT = "cut body"
"""States more bytes than it sends, then waits as well."""
LEAVES = "client that leaves"
"""Sends all or a part of a request, then closes the connection."""
SECONDS = 10
"""Seconds that the service gives a request here."""
PATIENCE = 120
CLOSED, LEFT = "closed", "left"
"""Ends of a connection without an answer: closed by the service, left by the client."""

Make = Callable[[random.Random], bytes]


def request(body: bytes, kind: str, *, path: str = "/recognize", key: str = KEY, length: int | None = None) -> bytes:
    """Return an HTTP request; `length` is stated in place of the body's own."""
    stated = len(body) if length is None else length
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\nContent-Type: {kind}\r\nContent-Length: {stated}"
    return f"{head}\r\nConnection: close\r\n\r\n".encode("latin-1") + body


def of_json(content: Any) -> bytes:
    """Return a request with JSON."""
    return request(json.dumps(content).encode(), "application/json")


def png_bomb(rng: random.Random) -> bytes:
    """Return a PNG that states more pixels than anybody has memory for, or unpacks to many megabytes."""
    side = rng.choice((4000, 30_000, 2**31 - 1))
    packed = zlib.compress(bytes(20_000_000 if rng.random() < 0.02 else 1000))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)), (b"IDAT", packed), (b"IEND", b"")]
    made = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def gif_bomb(rng: random.Random) -> bytes:
    """Return a GIF of many frames."""
    frames = [Image.new("P", (900, 900), number % 7) for number in range(rng.choice((65, 120)))]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=1)
    return out.getvalue()


GIF = gif_bomb(random.Random(0))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><!ENTITY a "aaaa">' + b"<g>" * 2000 + b"</svg>"

FORM, JSON, PNG = "multipart/form-data; boundary=x", "application/json", "image/png"
TYPES = ("text/html", "", "image", "application/xml", "a/b;" * 99)
PATHS = ("/etc/passwd", "../../etc/shadow", "file:///etc/passwd", "http://127.0.0.1:1/a.png", "C:\\secrets.png", "\0")
URLS = ("/../../etc/passwd", "/%2e%2e/%2e%2e/x", "//x", "/%00", "/" + "a" * 9000)
KEYS = ("", "sesam", "sesame2", "é", "x" * 5000)
NO_JSON = (b"[" * 90_000, b"{", b"null", b"\xff", b"1" * 9000, b'{"image": 1e999}')
NO_HTTP = (b"\x16\x03\x01\x02\0", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 999, b"SSH-2.0-x\r\n\r\n")
FIELDS = ("length", "alphabet", "kind", "case", "x")
VALUES: tuple[Any, ...] = (-1, 1e99, "a" * 9000, [], {}, [[1]], "\0", True)


def attacks(image: bytes) -> dict[str, Make]:
    """Return what makes a request of each kind, out of a sound image."""
    text = base64.b64encode(image).decode()

    def lie(rng: random.Random) -> bytes:
        return request(
            rng.choice((image, b"{}", b"--x")), rng.choice((JSON, FORM, "multipart/form-data", "image/svg+xml"))
        )

    def part(rng: random.Random) -> bytes:
        return image[: rng.randrange(len(image))]

    def long_head(rng: random.Random) -> bytes:
        return b"POST /recognize HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * rng.choice((70_000, 500_000))

    return {
        "wrong type": lambda rng: request(image, rng.choice(TYPES)),
        "type that lies": lie,
        "cut image": lambda rng: request(part(rng), PNG),
        CUT: lambda rng: request(part(rng), PNG, length=len(image)),
        LEAVES: lambda rng: request(image if rng.random() < 0.5 else part(rng), PNG, length=len(image)),
        "flipped bytes": lambda rng: request(_flipped(rng, image), PNG),
        "noise": lambda rng: request(rng.randbytes(rng.randrange(3000)), PNG),
        "bomb": lambda rng: request(rng.choice((png_bomb(rng), png_bomb(rng), GIF, SVG)), PNG),
        "too large": lambda rng: request(b"", PNG, length=rng.choice((10**8, 10**12, 10**25))),
        "bad base64": lambda rng: of_json({"image": text[: rng.randrange(len(text))] + rng.choice("!=é%")}),
        "path as image": lambda rng: of_json({"image": rng.choice(PATHS) * rng.choice((1, 1, 40))}),
        "path as model": lambda rng: of_json({"image": text, "model": rng.choice(PATHS)}),
        "wrong JSON": lambda rng: request(rng.choice(NO_JSON), JSON),
        "wrong field": lambda rng: of_json({"image": text, rng.choice(FIELDS): rng.choice(VALUES)}),
        "damaged form": lambda rng: request(_flipped(rng, _form(rng, image)), FORM),
        "many parts": lambda rng: request(_form(rng, b"")[:-5] * rng.choice((70, 2000)) + b"--x--", FORM),
        "wrong key": lambda rng: request(image, PNG, key=rng.choice(KEYS)),
        "huge head": long_head,
        "no HTTP": lambda rng: rng.choice(NO_HTTP),
        "wrong path": lambda rng: request(b"", "a/b", path=rng.choice(URLS)),
        SLOW: lambda rng: request(image, PNG)[: rng.randrange(200)],
    }


def _form(rng: random.Random, image: bytes) -> bytes:
    name = rng.choice(("file", "files", "x", "../x", "\\x00", "image" * 50))
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="../../{rng.random()}"\r\n\r\n'
    return head.encode() + image + b"\r\n--x--\r\n"


def _flipped(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 5, 50))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


@click.command()
@options.number("--count", 10_000, "Requests, of all kinds in turns.", least=100)
@options.seed
@click.option("--image", type=options.FILE, default=Path("examples/captchas/0.png"), show_default=True)
@options.out("service_hostile")
@options.errors_as_messages()
def command(count: int, seed: int, image: Path, out: Path) -> None:
    """Send hostile requests to a service of its own; fail at an error 500, or where it does not answer any more."""
    sound = image.read_bytes()
    record: dict[str, Any] = {**provenance("service.hostile", seed=seed), "count": count}
    with ours("--seconds", str(SECONDS), "--api-key", KEY) as service:
        attack(service, sound, count // 10, seed)
        record["memory after a tenth, MB"] = round(service.memory(), 1)
        found = attack(service, sound, count - count // 10, seed + 1)
        record["memory at the end, MB"] = round(service.memory(), 1)
        answered = load(service.port, [_with_key(sound)], clients=CLIENTS, count=100)
    record["kinds"] = {kind: dict(sorted(statuses.items())) for kind, statuses in found.items()}
    record["sound requests after that"] = answered.statuses
    print(f"# Hostile requests, {record['processor']}, {cores()} cores\n")
    rows = [(kind, sum(each.values()), ", ".join(f"{status}: {number}" for status, number in sorted(each.items())))
            for kind, each in found.items()]  # fmt: skip
    print(table(["kind", "requests", "answers"], rows))
    first, last = record["memory after a tenth, MB"], record["memory at the end, MB"]
    print(f"\nMemory {first} MB after a tenth, {last} MB at the end.")
    print(f"100 sound requests after that: {answered.statuses}.")
    write_json(record, out)
    if answered.statuses != {200: 100} or any("500" in each for each in found.values()):
        raise click.ClickException("the service failed")


def attack(service: Running, image: bytes, count: int, seed: int) -> dict[str, Counter[str]]:
    """Send `count` requests, of all kinds in turns, and return how each kind was answered."""
    rng = random.Random(seed)
    makers = attacks(image)
    waiting = itertools.islice(((kind, makers[kind](rng)) for kind in itertools.cycle(makers)), count)
    found = {kind: Counter[str]() for kind in makers}
    asyncio.run(_send_all(service.port, waiting, found))
    return found


async def _send_all(port: int, waiting: Iterator[tuple[str, bytes]], found: dict[str, Counter[str]]) -> None:
    slow: set[asyncio.Task[None]] = set()

    async def client() -> None:
        for kind, data in waiting:
            sending = asyncio.create_task(_send(port, data, found[kind], leaves=kind == LEAVES))
            if kind in (SLOW, CUT):  # these wait beside the others
                slow.add(sending)
                sending.add_done_callback(slow.discard)
            else:
                await sending

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    await asyncio.gather(*slow)


async def _send(port: int, data: bytes, found: Counter[str], *, leaves: bool) -> None:
    """Send one request and note the answer, if the client does not leave before."""
    status = CLOSED
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        if leaves:
            status = LEFT
            return
        line = await asyncio.wait_for(reader.readline(), PATIENCE)
        if line.startswith(b"HTTP/"):
            status = line.split()[1].decode()
    except ConnectionError:
        pass
    except asyncio.TimeoutError as error:
        raise click.ClickException(f"no answer within {PATIENCE} s to {data[:200]!r}") from error
    finally:
        writer.close()
        found[status] += 1


def _with_key(image: bytes) -> bytes:
    return json_request("/recognize", image).replace(b"Host:", f"X-API-Key: {KEY}\r\nHost:".encode(), 1)


if __name__ == "__main__":
    command()
