"""`plumbline snapshot`: a StructureDefinition with its snapshot."""

from __future__ import annotations

from pathlib import Path

import click

from plumbline.cli import options


@click.command()
@click.argument("file", type=click.Path())
@options.load
@options.output
def command(file: str, load: tuple[str, ...], output: Path | None) -> None:
    """Print a StructureDefinition with the snapshot that its differential makes of its base.

    FILE may be - for standard input.
    """
    from fhir_kernel.codec.json_codec import write_json
    from fhir_kernel.definitions.snapshot import generate
    from fhir_kernel.errors import DefinitionError
    from plumbline.cli.output import write_out
    from plumbline.reading import read_resource
    from plumbline.wiring import build_catalog

    catalog = build_catalog(load=load)
    structure = read_resource(file, lambda: catalog.model)
    if structure.get("resourceType") != "StructureDefinition":
        raise DefinitionError(f"{file} is a {structure.get('resourceType')}; expected a StructureDefinition")
    write_out(write_json(generate(structure, catalog.extended([structure])), pretty=True), output)
