"""`plumbline demo`: the example records, validated."""

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
    help="Folder for the HTML report.",
)
@options.language
def command(output: Path, language: Language) -> None:
    """Validate our example records, show what is wrong with them and write the HTML report.

    Exits with 0, whatever is found: to find something is what it shows.
    """
    from plumbline.demo.show import show

    show(output, language)
