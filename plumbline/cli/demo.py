"""`plumbline demo`: a standard's whole life, three provinces that are held to it, and their scores."""

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
    help="Folder for the store, keys and reports; a new temporary one by default.",
)
@click.option("--seed", "-s", type=click.IntRange(min=0), default=7, show_default=True, help="Decides all records.")
@click.option("--exit", "ends", is_flag=True, help="End when the story is told, instead of serving on.")
@options.language
def command(output: Path | None, seed: int, ends: bool, language: Language) -> None:
    """Take a sample standard, which is no official text, from a citizen's proposal to its second edition.

    Between the two, twelve institutions of three provinces send made-up records over HTTP for two months, are scored,
    mend what is wrong and appeal against what is not. All of it happens on one server, whose clock is moved on, and in
    one store. The server answers this machine alone, at port 8080 where it is free, and serves on until Ctrl-C.

    The same seed gives the same scores.
    """
    from plumbline.demo.show import show

    show(output, seed, language, stay=not ends)
