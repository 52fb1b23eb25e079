"""Items of FHIRPath as parts of Parameters (https://hl7.org/fhir/R4/parameters.html)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.definitions.model import Model
from fhir_kernel.fhirpath import Date, DateTime, Item, Node, Quantity, Time
from fhir_kernel.fhirpath.values import value_text
from fhir_kernel.resource import Resource

JSON_VALUE = "http://fhir.forms-lab.com/StructureDefinition/json-value"
"""The extension by which an element is given that no parameter can hold: as the text of its JSON."""
_UCUM = "http://unitsofmeasure.org"
_GREATEST_INTEGER = 2**31
_TIME_LENGTH = len("00:00:00")


def as_parts(items: Sequence[Item], model: Model) -> list[Resource]:
    """A part for each item, named by its type."""
    return [_of_node(each, model) if isinstance(each, Node) else _of_value(each) for each in items]


def _of_node(node: Node, model: Model) -> Resource:
    part: Resource = {"name": node.type}
    key = "value" + node.type[:1].upper() + node.type[1:]
    if key in model.types["Parameters.parameter"].fields:
        if node.value is not None:
            part[key] = node.value
        if node.sibling:
            part["_" + key] = node.sibling
    elif isinstance(node.value, dict) and model.is_resource(node.type):
        part["resource"] = node.value
    elif isinstance(node.value, dict):
        part["extension"] = [{"url": JSON_VALUE, "valueString": write_json(node.value).decode()}]
    else:
        part["valueString"] = str(node.value)
    return part


def _of_value(item: Item) -> Resource:
    if isinstance(item, bool):
        return {"name": "boolean", "valueBoolean": item}
    if isinstance(item, int):
        fits = -_GREATEST_INTEGER <= item < _GREATEST_INTEGER
        return {"name": "integer", **({"valueInteger": item} if fits else {"valueDecimal": item})}
    if isinstance(item, Decimal):
        return {"name": "decimal", "valueDecimal": item}
    if isinstance(item, Quantity):
        return {"name": "Quantity", "valueQuantity": _quantity(item)}
    name, key = _TEXTS.get(type(item), ("string", "valueString"))
    text = value_text(item)
    # FHIR has no times without seconds; FHIRPath has.
    is_short = isinstance(item, Time | DateTime) and len(text.rpartition("T")[2]) < _TIME_LENGTH
    return {"name": name, ("valueString" if is_short else key): text}


def _quantity(item: Quantity) -> Resource:
    if item.is_calendar:
        return {"value": item.value, "unit": item.unit}
    return {"value": item.value, "unit": item.unit, "system": _UCUM, "code": item.unit}


_TEXTS: Mapping[type, tuple[str, str]] = MappingProxyType(
    {Date: ("date", "valueDate"), DateTime: ("dateTime", "valueDateTime"), Time: ("time", "valueTime")}
)
