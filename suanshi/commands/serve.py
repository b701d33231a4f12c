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
def command(host: str, port: int, api_key: str | None, model: str | None, cors: tuple[str, ...]) -> None:
    """Answer POST /recognize on http://HOST:PORT until Ctrl-C; / is a page to try it, /docs tells the rest."""
    from ocr.errors import MissingExtraError

    try:
        from suanshi.serving.server import run
    except ImportError as error:
        raise MissingExtraError(f"{error.name} is not installed; pip install 'suanshi[serve]'") from error
    from suanshi.serving.settings import ServiceSettings

    if host not in LOOPBACK and api_key is None:
        complain(f"anyone who reaches {host} can use this service; --api-key KEY asks them for a key")
    run(ServiceSettings(model=model, api_key=api_key, cors=cors), host, port)
