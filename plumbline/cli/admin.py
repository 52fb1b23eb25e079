"""`plumbline admin`: the first administrator of the registry, and another one where every password is lost."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from plumbline.cli import options


@click.group()
def command() -> None:
    """Make administrators of the registry; all other people are invited by them."""


@command.command()
@click.argument("login", metavar="LOGIN")
@click.option("--name", default="", help="The name that people read; the login name where none is given.")
@click.option("--organisation", default="", metavar="ORGANISATION", help="The ID of the organisation they belong to.")
@click.option("--contact", default="", help="How they can be reached; it is not shown to others.")
@click.option(
    "--password-file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Read the password from the first line of a file, or of standard input (-).",
)
@options.store
def create(login: str, name: str, password_file: Path | None, store: str | None, **said: Any) -> None:
    """Add a person who administers everything. The password is asked for, or read, never an argument.

    Whoever can write to the store can do this at any time, and it is in the audit trail.
    """
    from fhir_kernel.clock import random_id, system_clock
    from fhir_server.identity.audit import Auditor
    from fhir_server.identity.secrets import SecretHasher
    from plumbline.using_store import with_store
    from registry.people.first_administrator import create_administrator
    from registry.people.kit import Kit

    password = _password(password_file)
    person = with_store(
        store,
        lambda opened: create_administrator(
            Kit(opened, Auditor("Plumbline", random_id), system_clock, random_id),
            SecretHasher(),
            login,
            password,
            name=name or login,
            **said,
        ),
    )
    click.echo(f"{person.login} administers everything")


def _password(file: Path | None) -> str:
    if file is not None and str(file) != "-":
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"{file} cannot be read as UTF-8: {error}") from error
        return lines[0] if lines else ""
    if file is not None or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked
