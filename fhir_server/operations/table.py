"""The operations on stored resources, as data (https://hl7.org/fhir/R4/operationslist.html)."""

from __future__ import annotations

from collections.abc import Mapping

from fhir_server.operations.everything import everything
from fhir_server.operations.fhirpath import DEFINITION, fhirpath
from fhir_server.operations.meta import meta, meta_add, meta_delete
from fhir_server.operations.operation import Operation
from fhir_server.operations.reindex import DEFINITION as REINDEX
from fhir_server.operations.reindex import progress, reindex
from terminology.operations import Parameter

_INSTANCE = frozenset({"instance"})
_EVERYWHERE = frozenset({"system", "type", "instance"})
_MANY = frozenset({"system", "type"})
_DEFINITIONS = "http://hl7.org/fhir/OperationDefinition/"


def _parameters(*written: str) -> Mapping[str, Parameter]:
    """`name type`, with `*` behind those that may be repeated."""
    rows = (each.split() for each in written)
    return {name: Parameter(name, type_, bool(repeats)) for name, type_, *repeats in rows}


_PAGES = ("_since instant", "_type code *", "_count integer", "_page string")
_META = _parameters("meta Meta")
_FHIRPATH = _parameters("expression string", "context string", "resource resource", "variables part")

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "everything",
        _parameters("start date", "end date", *_PAGES),
        everything,
        f"{_DEFINITIONS}Patient-everything",
        _INSTANCE,
        ("Patient",),
    ),
    Operation(
        "everything",
        _parameters(*_PAGES),
        everything,
        f"{_DEFINITIONS}Encounter-everything",
        _INSTANCE,
        ("Encounter",),
    ),
    Operation("meta", {}, meta, f"{_DEFINITIONS}Resource-meta", _EVERYWHERE),
    Operation("meta-add", _META, meta_add, f"{_DEFINITIONS}Resource-meta-add", _INSTANCE, affects_state=True),
    Operation("meta-delete", _META, meta_delete, f"{_DEFINITIONS}Resource-meta-delete", _INSTANCE, affects_state=True),
    Operation("fhirpath", _FHIRPATH, fhirpath, DEFINITION, _EVERYWHERE),
    Operation("reindex", {}, reindex, REINDEX, _MANY, affects_state=True, progress=progress),
)
"""Every operation, in the order in which it is documented."""
