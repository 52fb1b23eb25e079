"""FHIRPath for FHIR R4 (https://hl7.org/fhirpath/N1/, https://hl7.org/fhir/R4/fhirpath.html), compiled to closures.

engine = Engine(catalog.model)
engine.compile("name.given.first()").evaluate(patient)
"""

from __future__ import annotations

from fhir_kernel.fhirpath.engine import Engine, Expression, Limits
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.values import Date, DateTime, Item, Node, Quantity, Time, TypeInfo, node

__all__ = [
    "Date",
    "DateTime",
    "Engine",
    "Environment",
    "Expression",
    "Item",
    "Limits",
    "Node",
    "Quantity",
    "Time",
    "TypeInfo",
    "node",
]
