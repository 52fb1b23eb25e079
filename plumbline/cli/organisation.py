"""`plumbline organisation`: who takes part, as the server knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plumbline.cli import options

if TYPE_CHECKING:
    from fhir_kernel.store.base import Store

KINDS = ("institution", "vendor", "authority")


@click.group()
def command() -> None:
    """Register and list organisations: institutions, vendors of products, authorities."""


@command.command()
@click.argument("id_", metavar="ID")
@click.option("--name", required=True, help="The name that people read.")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What it takes part as.")
@click.option("--credit-code", default="", metavar="CODE", help="Its unified social credit code (GB 32100).")
@click.option("--jurisdiction", default="", metavar="DIVISION", help="The six digits of GB/T 2260 it belongs to.")
@click.option("--class", "classification", default="", help="Its class among its kind, as tertiary-a.")
@options.store
def add(id_: str, store: str | None, **said: Any) -> None:
    """Register an organisation by an ID of your choice: letters, digits, '-' and '.'."""
    from fhir_server.identity.organisations import Organisation
    from fhir_server.identity.register import add_organisation
    from plumbline.using_store import with_store

    organisation = Organisation(id_, **said)
    with_store(store, lambda opened: add_organisation(opened, organisation))
    click.echo(f"{id_} is registered as {organisation.kind}")


@command.command("list")
@options.store
def list_(store: str | None) -> None:
    """List the organisations: id, kind, credit code, jurisdiction, class, name; separated by tabs."""
    from fhir_server.identity.register import organisations
    from plumbline.using_store import with_store

    async def found(opened: Store) -> list[str]:
        return [
            "\t".join((each.id, each.kind, each.credit_code, each.jurisdiction, each.classification, each.name))
            for each in await organisations(opened)
        ]

    for line in with_store(store, found):
        click.echo(line)
