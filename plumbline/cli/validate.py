"""`plumbline validate`: are these resources valid?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from plumbline.cli import options

if TYPE_CHECKING:
    from fhir_kernel.issues import Language
    from fhir_kernel.messages.message import Severity

FORMATS = ("text", "json", "ndjson", "outcome", "junit", "html")
FAIL_ON = ("error", "warning", "information", "never")


def _print_policies(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from plumbline.policies import switches

    for switch in switches():
        click.echo(f"{switch.name} = {switch.default}\n    {switch.meaning}\n    values: {switch.values}")
    ctx.exit()


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option("--profile", "-p", multiple=True, metavar="URL", help="Validate against this profile too: url[|version].")
@options.load
@click.option(
    "--format", "-f", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="Report."
)
@options.output
@click.option(
    "--jobs", "-j", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to share the work."
)
@click.option("--references", is_flag=True, help="Resolve references among all inputs, and check what they point to.")
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="error",
    show_default=True,
    help="Least bad finding to exit with 1.",
)
@click.option("--explain", is_flag=True, help="Add what the definition says to each finding.")
@options.language
@click.option("--policy", multiple=True, metavar="NAME=VALUE", help="Set a policy switch. May be repeated.")
@click.option(
    "--policies",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_policies,
    help="Print the policy switches and exit.",
)
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    profile: tuple[str, ...],
    load: tuple[str, ...],
    format_: str,
    output: Path | None,
    jobs: int,
    references: bool,
    fail_on: Severity | Literal["never"],
    explain: bool,
    language: Language,
    policy: tuple[str, ...],
) -> None:
    """Validate FHIR R4 resources, JSON or XML, against R4, the profiles they name and those that you name.

    PATH is a file, a folder, bulk data (.ndjson, .ndjson.gz), an archive (.tgz) or - for standard input.
    """
    from plumbline.run import Request, run

    request = Request(
        paths=paths,
        profiles=profile,
        load=load,
        format=format_,
        output=output,
        jobs=jobs,
        references=references,
        explain=explain,
        language=language,
        policy=policy,
    )
    tally = run(request)
    ctx.exit(1 if tally.reaches(fail_on) else 0)
