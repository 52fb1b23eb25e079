"""`plumbline generate`: made-up records in the Chinese manner, for trials and measurements."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from plumbline.generate.write import Shape


@click.command()
@click.option("--patients", "-n", type=click.IntRange(min=1), default=100, show_default=True, help="How many patients.")
@click.option("--seed", "-s", type=click.IntRange(min=0), default=1, show_default=True, help="Decides everything.")
@click.option(
    "--faulty",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="SHARE",
    help="Make this share of the records wrong, from 0 (default) to 1; faults.csv tells which and how.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Everything happens before this day; default 2025-01-01.",
)
@click.option(
    "--shape",
    type=click.Choice(["ndjson", "bundles"]),
    default="ndjson",
    show_default=True,
    help="One file for each type, or one of transaction Bundles.",
)
@click.option(
    "--sample",
    is_flag=True,
    help="Let records claim the profiles of the sample standard's first edition, which they meet.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("generated"),
    show_default=True,
    help="Folder for the files.",
)
def command(
    patients: int, seed: int, faulty: float, as_of: datetime | None, shape: Shape, sample: bool, output: Path
) -> None:
    """Make up records of patients: who they are, their visits, diagnoses, measurements and prescriptions.

    The same options make the same bytes. Nobody's number or name is in them but by chance.
    """
    from plumbline import progress
    from plumbline.generate.claiming import claiming
    from plumbline.generate.faults import with_faults
    from plumbline.generate.population import AS_OF, BEIJING, Population
    from plumbline.generate.write import write_records

    population = Population(patients, seed, AS_OF if as_of is None else as_of.replace(tzinfo=BEIJING))
    made = with_faults(population, faulty)
    with progress.stages() as stages:
        counts = write_records(
            claiming(made) if sample else made, output, shape, lambda done: stages("generate", done, None)
        )
    for kind, count in counts.items():
        click.echo(f"{count:>9,}  {kind}")
    click.echo(f"{sum(counts.values()):>9,}  resources in {output}")
