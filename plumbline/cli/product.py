"""`plumbline product`: the software with which institutions send records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plumbline.cli import options

if TYPE_CHECKING:
    from fhir_kernel.store.base import Store


@click.group()
def command() -> None:
    """Register and list products and their versions."""


@command.command()
@click.argument("id_", metavar="ID")
@click.option("--name", required=True, help="The name that people read.")
@click.option("--vendor", required=True, metavar="ORGANISATION", help="The ID of the organisation that makes it.")
@click.option("--version", "versions", multiple=True, required=True, help="A version of it; may be repeated.")
@options.store
def add(id_: str, name: str, vendor: str, versions: tuple[str, ...], store: str | None) -> None:
    """Register a product, or further versions of one that is registered."""
    from fhir_server.identity.organisations import Product
    from fhir_server.identity.register import add_product
    from plumbline.using_store import with_store

    with_store(store, lambda opened: add_product(opened, Product(id_, name, vendor, versions)))
    click.echo(f"{id_} is registered in {', '.join(versions)}")


@command.command("list")
@options.store
def list_(store: str | None) -> None:
    """List the products: id, vendor, versions, name; separated by tabs."""
    from fhir_server.identity.register import products
    from plumbline.using_store import with_store

    async def found(opened: Store) -> list[str]:
        return [
            "\t".join((each.id, each.vendor, ", ".join(each.versions), each.name)) for each in await products(opened)
        ]

    for line in with_store(store, found):
        click.echo(line)
