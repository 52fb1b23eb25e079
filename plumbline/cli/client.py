"""`plumbline client`: who may ask for tokens (https://www.rfc-editor.org/rfc/rfc6749#section-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plumbline.cli import options

if TYPE_CHECKING:
    from collections.abc import Callable

    from fhir_kernel.store.base import Store
    from fhir_server.identity.organisations import Client
    from fhir_server.identity.scopes import Scope


@click.group()
def command() -> None:
    """Register, list and suspend clients, and renew what proves who they are."""


@command.command()
@click.argument("id_", metavar="ID")
@click.option("--organisation", required=True, metavar="ORGANISATION", help="The ID of whom it sends for.")
@click.option("--scope", "scopes", multiple=True, required=True, help="What it may do; may be repeated.")
@click.option("--name", default="", help="The name that people read.")
@click.option("--product", default="", metavar="PRODUCT", help="The ID of the product it is an installation of.")
@click.option("--product-version", default="", metavar="VERSION", help="The version of that product.")
@click.option("--practice", "is_practice", is_flag=True, help="What it sends is for practice and counts for no score.")
@options.load
@options.store
def add(id_: str, scopes: tuple[str, ...], load: tuple[str, ...], store: str | None, **said: Any) -> None:
    """Register a client by an ID of your choice, and print its secret, which is not shown again.

    A scope is such as system/*.cruds, system/Patient.rs or "system/Patient.cu system/Observation.cu". It may keep to
    what meets criteria, as in system/Observation.rs?category=laboratory, by parameters that --load may define.
    """
    from fhir_kernel.clock import system_clock
    from fhir_server.identity.organisations import Client
    from fhir_server.identity.register import add_client, without_criteria
    from fhir_server.identity.secrets import SecretHasher, new_secret
    from plumbline.using_store import with_store

    if bool(said["product"]) != bool(said["product_version"]):
        raise click.UsageError("--product and --product-version go together")
    secret = new_secret()
    hashed = SecretHasher().hash(secret)
    client = Client(id=id_, scopes=" ".join(scopes), secret_hash=hashed, created=system_clock(), **said)
    check = _understanding(load) if "?" in client.scopes else without_criteria
    with_store(store, lambda opened: add_client(opened, client, check))
    _show(id_, secret)


@command.command("list")
@options.store
def list_(store: str | None) -> None:
    """List the clients: id, status, organisation, product, version, scopes, name; separated by tabs."""
    from fhir_server.identity.register import clients
    from plumbline.using_store import with_store

    async def found(opened: Store) -> list[str]:
        return ["\t".join(_columns(each)) for each in await clients(opened)]

    for line in with_store(store, found):
        click.echo(line)


@command.command()
@click.argument("id_", metavar="ID")
@options.store
def suspend(id_: str, store: str | None) -> None:
    """Refuse a client from now on, whatever tokens it has."""
    from dataclasses import replace

    _change(store, id_, lambda client: replace(client, status="suspended"))
    click.echo(f"{id_} is suspended")


@command.command()
@click.argument("id_", metavar="ID")
@options.store
def resume(id_: str, store: str | None) -> None:
    """Let a client in again that was suspended."""
    from dataclasses import replace

    _change(store, id_, lambda client: replace(client, status="active"))
    click.echo(f"{id_} is active")


@command.command()
@click.argument("id_", metavar="ID")
@options.store
def renew(id_: str, store: str | None) -> None:
    """Give a client another secret, and print it; the one before no longer counts."""
    from dataclasses import replace

    from fhir_server.identity.secrets import SecretHasher, new_secret

    secret = new_secret()
    hashed = SecretHasher().hash(secret)
    _change(store, id_, lambda client: replace(client, secret_hash=hashed))
    _show(id_, secret)


@command.command("new-key")
@click.option("--revoke", is_flag=True, help="Forget all other keys, so that the tokens they signed are refused.")
def new_key(revoke: bool) -> None:
    """Sign tokens with a new key from now on; servers that run take it up by themselves."""
    from fhir_kernel.clock import system_clock
    from fhir_kernel.settings import load_settings
    from fhir_server.identity.keys import forget_keys, make_key

    folder = load_settings().key_folder
    key_id = make_key(folder, system_clock)
    click.echo(f"{key_id} signs from now on")
    if revoke:
        click.echo(f"keys that are forgotten: {forget_keys(folder, but=key_id)}")


def _understanding(load: tuple[str, ...]) -> Callable[[Scope], None]:
    """What checks criteria of scopes by the search parameters of FHIR and of `load`."""
    from fhir_kernel.clock import system_clock
    from fhir_server.identity.register import criteria_checker
    from fhir_server.search.index import SearchIndex
    from plumbline.wiring import build_catalog

    return criteria_checker(SearchIndex(build_catalog(load=load)), system_clock())


def _change(store: str | None, id_: str, change: Callable[[Client], Client]) -> None:
    from fhir_server.identity.register import change_client
    from plumbline.using_store import with_store

    with_store(store, lambda opened: change_client(opened, id_, change))


def _columns(client: Client) -> tuple[str, ...]:
    product = (client.product, client.product_version)
    status = f"{client.status} (practice)" if client.is_practice else client.status
    return (client.id, status, client.organisation, *product, client.scopes, client.name)


def _show(id_: str, secret: str) -> None:
    """To standard output alone, so that a script can take it and no log does."""
    click.echo(f"client_id      {id_}")
    click.echo(f"client_secret  {secret}")
    click.echo("Keep the secret: it is not shown again.", err=True)
