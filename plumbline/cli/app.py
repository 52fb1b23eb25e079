"""The table of commands; a command's module is imported when the command is used."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

from plumbline import __version__

COMMANDS: Mapping[str, str] = {
    "validate": "plumbline.cli.validate",
    "practice": "plumbline.cli.practice",
    "serve": "plumbline.cli.serve",
    "import": "plumbline.cli.import_",
    "reindex": "plumbline.cli.reindex",
    "score": "plumbline.cli.score",
    "backup": "plumbline.cli.backup",
    "generate": "plumbline.cli.generate",
    "admin": "plumbline.cli.admin",
    "client": "plumbline.cli.client",
    "organisation": "plumbline.cli.organisation",
    "product": "plumbline.cli.product",
    "package": "plumbline.cli.package",
    "terminology": "plumbline.cli.terminology",
    "fhirpath": "plumbline.cli.fhirpath",
    "snapshot": "plumbline.cli.snapshot",
    "convert": "plumbline.cli.convert",
    "demo": "plumbline.cli.demo",
    "completion": "plumbline.cli.completion",
}
"""Command to the module whose `command` it is."""


class _LazyGroup(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: Any = importlib.import_module(COMMANDS[cmd_name]).command
        assert isinstance(command, click.Command)
        return command


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 all is well, 1 something is not valid, 2 the work could not be done.",
)
@click.version_option(__version__, message="plumbline %(version)s", help="Print the version and exit.")
def app() -> None:
    """Validate health records against HL7 FHIR R4 and any profile. 准绳"""
