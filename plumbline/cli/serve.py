"""`plumbline serve`: the FHIR server (https://hl7.org/fhir/R4/http.html)."""

from __future__ import annotations

from pathlib import Path

import click

from plumbline.cli import options


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 for any that is free.")
@click.option(
    "--workers",
    "-w",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Processes that answer; they share what is loaded. A cache of $cache-control is known to one of them only.",
)
@options.load
@click.option(
    "--tables",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Folder of installed code tables, in place of the setting terminology_folder.",
)
@click.option("--quiet", "-q", is_flag=True, help="Write no line for each request.")
def command(host: str, port: int, workers: int, load: tuple[str, ...], tables: Path | None, quiet: bool) -> None:
    """Serve terminology over HTTP, at /fhir, until it is told to stop.

    Every request leaves a line of JSON on standard error: method, path, status, milliseconds, request id.
    """
    from dataclasses import replace

    from terminology.operation_table import OPERATIONS

    from fhir_kernel.settings import load_settings
    from plumbline.app import build_application, log_line, no_log
    from plumbline.serving import serve
    from plumbline.wiring import build_terminology

    settings = load_settings()
    if tables is not None:
        settings = replace(settings, terminology_folder=tables)
    app = build_application(build_terminology(settings, load), OPERATIONS, settings, log=no_log if quiet else log_line)
    serve(app, host, port, workers, _say)


def _say(address: str) -> None:
    click.echo(f"Plumbline serves FHIR R4 at {address}/fhir")
