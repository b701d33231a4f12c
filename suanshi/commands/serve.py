"""suanshi serve: read images over HTTP, with a page to try it."""

from __future__ import annotations

import click

from suanshi.messages import complain

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Hosts on which nobody but this machine can reach the service."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 for any that is free.")
@click.option(
    "--api-key", envvar="SUANSHI_API_KEY", show_envvar=True, metavar="KEY", help="Key that requests must carry."
)
@click.option(
    "--model",
    metavar="NAME|DIR",
    help="Model for requests that name none.  [default: the shipped model for each image]",
)
@click.option("--cors", multiple=True, metavar="ORIGIN", help="Site whose pages may ask, https://example.org.")
@click.option("--max-body", type=click.IntRange(1), default=16, show_default=True, help="Megabytes of a request.")
@click.option("--max-files", type=click.IntRange(1), default=64, show_default=True, help="Images in a request.")
@click.option("--queue", type=click.IntRange(1), default=256, show_default=True, help="Images that may wait.")
@click.option("--seconds", type=click.FloatRange(0.1), default=30, show_default=True, help="Time for a request.")
@click.option("--threads", type=click.IntRange(1), help="Batches that are read at once.  [default: cores, up to 4]")
def command(
    host: str, port: int, api_key: str | None, model: str | None, cors: tuple[str, ...],
    max_body: int, max_files: int, queue: int, seconds: float, threads: int | None,
) -> None:  # fmt: skip
    """Answer POST /recognize on http://HOST:PORT until Ctrl-C; / is a page to try it, /docs tells the rest."""
    from ocr.extras import require

    require("serve", "fastapi", "uvicorn", "multipart", "prometheus_client")
    from suanshi.serving.server import run
    from suanshi.serving.settings import ServiceSettings

    if host not in LOOPBACK and api_key is None:
        complain(f"anyone who reaches {host} can use this service; --api-key KEY asks them for a key")
    more = {} if threads is None else {"threads": threads}
    settings = ServiceSettings(
        model=model, api_key=api_key, cors=cors, max_body=max_body * 10**6, max_files=min(max_files, queue),
        queue=queue, seconds=seconds, header_seconds=min(seconds, 10), **more,
    )  # fmt: skip
    run(settings, host, port)
