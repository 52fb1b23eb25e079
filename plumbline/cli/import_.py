"""`plumbline import`: bulk data into the store (https://hl7.org/fhir/R4/nd-json.html)."""

from __future__ import annotations

import os
from pathlib import Path

import click

from plumbline.cli import options

MOST_JOBS = 64


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option("--store", metavar="URL", help="Where resources are kept, in place of the setting store.")
@options.load
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1, MOST_JOBS),
    default=lambda: min(os.cpu_count() or 1, MOST_JOBS),
    show_default="one for each processor",
    help="Processes that validate; one more writes. With 1 there is but one for all.",
)
@click.option(
    "--refused",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what is refused to this file, a line each, with the reasons.",
)
@click.option("--institution", default="", metavar="ID", help="The registered organisation that the records come from.")
@click.option("--again", is_flag=True, help="Import files anew that were imported before.")
@click.option(
    "--format",
    "-f",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to tell what became of them.",
)
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    store: str | None,
    load: tuple[str, ...],
    jobs: int,
    refused: Path | None,
    institution: str,
    again: bool,
    format_: str,
) -> None:
    """Import resources into the store, validated as everything else that is written, each under its own id.

    PATH is a file, a folder, bulk data (.ndjson, .ndjson.gz), a Bundle or an archive (.tgz). An import that was
    interrupted goes on where it ended. Exits with 1 where anything is refused.
    """
    from conformance.evidence import Sender
    from fhir_kernel.codec.json_codec import write_json
    from plumbline import progress
    from plumbline.cli.output import write_out
    from plumbline.importing.report import json_report, text_report
    from plumbline.importing.run import Order, import_files
    from plumbline.importing.sources import find_sources
    from plumbline.wiring import build_import

    kit = build_import(store, load)
    sources = tuple(find_sources(paths))
    total = sum(each.size for each in sources)
    order = Order(sources, Sender(institution=institution, client="import"), jobs, again, refused)
    with progress.stages() as stages:
        done = import_files(order, kit, lambda size: stages("import", min(size, total), total))
    if format_ == "json":
        write_out(write_json(json_report(done), pretty=True), None)
    else:
        click.echo(text_report(done))
    ctx.exit(1 if any(each.refused for each in done.after) else 0)
