"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

load = click.option(
    "--load",
    "-l",
    multiple=True,
    type=click.Path(),
    metavar="DEFINITIONS",
    help="Definitions to load: a file, a folder, a .tgz or name#version. May be repeated.",
)
output = click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of standard output.",
)
language = click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    envvar="PLUMBLINE_LANG",
    show_envvar=True,
    help="The language of messages and reports.",
)
store = click.option(
    "--store",
    metavar="URL",
    help="The store, in place of the setting store: sqlite:///PATH or mongodb://…",
)
open_trial = click.option(
    "--open",
    "open_trial",
    is_flag=True,
    help="For a trial: let everybody on this machine in, without tokens. Only at a loopback address.",
)
