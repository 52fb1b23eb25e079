"""`plumbline fhirpath`: what an expression finds in a resource (https://hl7.org/fhir/R4/fhirpath.html)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from fhir_kernel.fhirpath import Item


@click.command()
@click.argument("expression", metavar="EXPR")
@click.argument("file", type=click.Path())
@click.option(
    "--format",
    "-f",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to write the results.",
)
def command(expression: str, file: str, format_: str) -> None:
    """Evaluate a FHIRPath expression on a resource.

    Prints a line with type and value for each item that EXPR finds in FILE, which may be - for standard input.
    """
    from fhir_kernel.clock import system_clock
    from fhir_kernel.fhirpath import Engine, Environment
    from plumbline.cli.output import write_out
    from plumbline.reading import read_resource
    from plumbline.wiring import build_catalog

    catalog = build_catalog()
    resource = read_resource(file, lambda: catalog.model)
    compiled = Engine(catalog.model).compile(expression, resource.get("resourceType"))
    items = compiled.evaluate(resource, Environment(now=system_clock()))
    rows = [{"type": _type(item), "value": _value(item)} for item in items]
    if format_ == "json":
        write_out(_json(rows, indent=True), None)
        return
    for row in rows:
        write_out(f"{row['type']}\t".encode() + _text(row["value"]), None)


def _type(item: Item) -> str:
    from fhir_kernel.fhirpath import Node
    from fhir_kernel.fhirpath.values import system_type

    return str(item.type) if isinstance(item, Node) else f"System.{system_type(item)}"


def _value(item: Item) -> Any:
    """A FHIR element or a System value as JSON holds it."""
    from decimal import Decimal

    from fhir_kernel.fhirpath import Node
    from fhir_kernel.fhirpath.values import value_text

    if isinstance(item, Node):
        return item.value
    return item if isinstance(item, bool | int | str | Decimal) else value_text(item)


def _text(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else _json(value, indent=False)


def _json(value: Any, *, indent: bool) -> bytes:
    from fhir_kernel.codec.json_codec import write_json

    return write_json(value, pretty=indent)
