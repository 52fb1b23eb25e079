"""`plumbline demo`: the example records, validated; a server to which institutions send theirs; a standard's life."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from plumbline.cli import options

if TYPE_CHECKING:
    from fhir_kernel.issues import Language


@click.command()
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-output"),
    show_default=True,
    help="Folder for the HTML report and the store of the example server.",
)
@options.language
def command(output: Path, language: Language) -> None:
    """Validate our example records and write the HTML report; then serve FHIR, and show what institutions may write.

    Last, take a sample standard, which is no official text, from a citizen's proposal to its end, with all who take
    part, all that is refused on the way, and what it does to records.

    The servers answer this machine alone, ask for tokens, and have stopped when the command ends.

    Exits with 0, whatever is found: to find something is what it shows.
    """
    from plumbline.demo.registry.show import show_registry
    from plumbline.demo.show import show
    from plumbline.demo.show_act import show_act

    show(output, language)
    show_act(output, language)
    show_registry(output, language)
