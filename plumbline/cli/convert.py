"""`plumbline convert`: the same resource in FHIR's other format."""

from __future__ import annotations

from pathlib import Path

import click

from plumbline.cli import options


@click.command()
@click.argument("file", type=click.Path())
@click.option("--to", type=click.Choice(["xml", "json"]), required=True, help="The format to write.")
@options.output
@click.option("--compact", is_flag=True, help="Write without line breaks.")
def command(file: str, to: str, output: Path | None, compact: bool) -> None:
    """Convert a resource between JSON and XML without loss.

    Every digit, extension and space of a narrative stays. FILE may be - for standard input.
    """
    from fhir_kernel.codec.json_codec import write_json
    from fhir_kernel.codec.xml_codec import to_xml
    from plumbline.cli.output import write_out
    from plumbline.reading import read_resource
    from plumbline.wiring import build_catalog

    catalog = build_catalog()
    resource = read_resource(file, lambda: catalog.model)
    if to == "xml":
        written = to_xml(resource, catalog.model, pretty=not compact)
    else:
        written = write_json(resource, pretty=not compact)
    write_out(written, output)
