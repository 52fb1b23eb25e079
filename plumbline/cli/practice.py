"""`plumbline practice`: what would the published standards say of these records?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from plumbline.cli import options

if TYPE_CHECKING:
    from conformance.scoring.model import Severity
    from fhir_kernel.issues import Language

FORMATS = ("text", "json", "html")
FAIL_ON = ("critical", "major", "minor", "info", "never")


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@options.store
@options.load
@click.option(
    "--format", "-f", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="Report."
)
@options.output
@click.option(
    "--jobs", "-j", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to share the work."
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="major",
    show_default=True,
    help="Least severe rule to exit with 1 for, where it is broken.",
)
@options.language
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    store: str | None,
    load: tuple[str, ...],
    format_: str,
    output: Path | None,
    jobs: int,
    fail_on: Severity | Literal["never"],
    language: Language,
) -> None:
    """Try records against the published standards of the store: unscored, and nothing is kept.

    PATH is a file, a folder, bulk data (.ndjson, .ndjson.gz), an archive (.tgz) or - for standard input; the entries of
    a Bundle are records. With --load and without --store, the profiles of these packages are asked instead.
    """
    from plumbline.practice.run import Request, reaches, run

    report = run(
        Request(paths=paths, store=store, load=load, format=format_, output=output, jobs=jobs, language=language)
    )
    ctx.exit(1 if fail_on != "never" and reaches(report, fail_on) else 0)
