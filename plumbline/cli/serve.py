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
@click.option(
    "--store",
    metavar="URL",
    help="Where resources are kept, in place of the setting store: sqlite:///PATH, mongodb://…, memory://, or none to "
    "serve terminology alone.",
)
@options.open_trial
@click.option("--quiet", "-q", is_flag=True, help="Write no line for each request.")
def command(
    host: str,
    port: int,
    workers: int,
    load: tuple[str, ...],
    tables: Path | None,
    store: str | None,
    open_trial: bool,
    quiet: bool,
) -> None:
    """Serve FHIR over HTTP, at /fhir, until it is told to stop.

    Whoever asks needs a token (`plumbline client add`), except with `--open` or `--store none`. Every request leaves a
    line of JSON on standard error: method, path, status, milliseconds, request id.
    """
    from plumbline.measuring import shared_metrics

    with shared_metrics(workers) as metrics:
        from dataclasses import replace

        from fhir_kernel.settings import load_settings
        from plumbline.app import log_line, no_log
        from plumbline.serving import serve
        from plumbline.wiring import build_server

        if open_trial:
            _warn(host)
        known = load_settings()
        settings = replace(known, terminology_folder=tables or known.terminology_folder, store=store or known.store)
        log = no_log if quiet else log_line
        application = build_server(settings, load, log, metrics, workers=workers, open_trial=open_trial)
        serve(application, host, port, workers, _say)


def _warn(host: str) -> None:
    """Say loudly what `--open` means. Raises SettingsError where it must not be."""
    from fhir_server.identity.open_trial import WARNING, check_open

    check_open(host)
    click.echo(WARNING, err=True)


def _say(address: str) -> None:
    click.echo(f"Plumbline serves FHIR R4 at {address}/fhir")
