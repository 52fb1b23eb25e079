"""`plumbline reindex`: look resources through again for what they are found by (https://hl7.org/fhir/R4/search.html)."""

from __future__ import annotations

import click

from plumbline.cli import options


@click.command()
@options.store
@options.load
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only resources of this type. May be repeated.")
def command(store: str | None, load: tuple[str, ...], types: tuple[str, ...]) -> None:
    """Look all resources through again for what they are found by, while servers go on reading and writing.

    Whatever was broken off is gone on with. Where a server is at it already, this tells how far it gets. DEFINITIONS
    must be those that servers of the store load.
    """
    from fhir_kernel.clock import random_id
    from fhir_kernel.errors import SettingsError
    from fhir_server.search.upkeep import Upkeep
    from plumbline.progress import stages
    from plumbline.reindexing import reindex
    from plumbline.using_store import with_store
    from plumbline.wiring import build_index

    index = build_index(load)
    for each in types:
        if not index.is_type(each):
            raise SettingsError(f"--type is {each}, which is no type of resource; expected one such as Patient")
    with stages() as progress:
        done = with_store(store, lambda opened: reindex(opened, Upkeep(opened, index, random_id), types, progress))
    for name, count in sorted(done.items()):
        click.echo(f"{name}: {count} resources looked through")
    if not done:
        click.echo("There are no resources to be looked through")
