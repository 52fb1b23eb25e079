"""`plumbline backup`: a copy of the records while the server runs (https://www.sqlite.org/backup.html)."""

from __future__ import annotations

from pathlib import Path

import click

from plumbline.cli import options


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="PATH")
@options.store
def command(target: Path, store: str | None) -> None:
    """Copy the records of an SQLite store to the new file PATH, while servers go on reading and writing.

    The copy is the state of one commit, is checked, and appears under its name when it is whole and on the disk. It
    holds clients, audit trail and evidence too, but no keys. To restore, see docs/operating.md.
    """
    from fhir_kernel.settings import load_settings
    from fhir_kernel.store.sqlite.backup import back_up
    from plumbline.progress import stages
    from plumbline.stores import file_to_back_up

    source = file_to_back_up(store or load_settings().store)
    with stages() as progress:
        back_up(source, target, progress)
    click.echo(f"{target}: {target.stat().st_size} bytes, whole and checked")
