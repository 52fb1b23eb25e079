"""`plumbline completion`: the script with which a shell completes commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the completion script for a shell.

    For example: eval "$(plumbline completion bash)"
    """
    from plumbline.cli.app import app

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(app, {}, "plumbline", "_PLUMBLINE_COMPLETE").source())
