"""suanshi classify: train classifiers on folders of pictures, apply them, and see what they look at."""

from __future__ import annotations

import click

from suanshi.commands.classify.explain import explain
from suanshi.commands.classify.export import export
from suanshi.commands.classify.predict import predict
from suanshi.commands.classify.train import train
from suanshi.names import Group


@click.group(cls=Group)
def command() -> None:
    """Train classifiers on folders of pictures, apply them, and see what they look at."""


for each in (train, predict, explain, export):
    command.add_command(each)
