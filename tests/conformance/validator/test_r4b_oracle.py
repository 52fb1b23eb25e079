"""What we say of the shape of a resource agrees with fhir.resources, where R4B is as R4 was.

https://pypi.org/project/fhir.resources/ parses R4B into typed models, and knows neither terminology nor invariants; it
is laxer than the specification in the ways that `LAX` tells, and never stricter.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir_kernel.definitions.model import Field, TypeSchema
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import core, core_validator

Draw = Callable[[Any], Any]
SAME_IN_R4B = (
    "AllergyIntolerance",
    "Appointment",
    "CarePlan",
    "CareTeam",
    "Condition",
    "Coverage",
    "DiagnosticReport",
    "Encounter",
    "EpisodeOfCare",
    "Flag",
    "Goal",
    "Group",
    "HealthcareService",
    "Immunization",
    "List",
    "Location",
    "MedicationRequest",
    "Observation",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "Provenance",
    "RelatedPerson",
    "Schedule",
    "ServiceRequest",
    "Slot",
    "Specimen",
    "Task",
)
LAX = {
    "structure.empty-list": "an empty array is dropped",
    "structure.empty-element": "an object without content is let pass",
    "structure.null": "a null is taken for an absent property, also within an array",
    "structure.sibling-length": "arrays of values and of their elements are not compared",
    "structure.not-an-object": "of elements beside primitives only the form of an object is looked at",
    "primitive.json-type": "'true', 1 and '1' are read as booleans and numbers",
    "primitive.range": "a whole number may have any size",
    "primitive.format": "a number 1.0 is read as an integer; ids have any length; URIs may hold white space",
    "primitive.empty": "URIs may be empty",
    "primitive.base64": "content is not decoded",
    "primitive.uuid": "a URI is any text",
    "primitive.oid": "a URI is any text",
}
"""By issue, what the library lets pass that FHIR does not."""
_AREAS = ("structure", "primitive", "cardinality")
_IGNORED = ("primitive.attachment-size",)
PRIMITIVES: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "unsignedInt": st.integers(0, 2**31 - 1),
    "positiveInt": st.integers(1, 2**31 - 1),
    "decimal": st.integers(-1000, 1000) | st.decimals(-1000, 1000, places=2),
    "string": st.sampled_from(["x", "two words", "汉字"]),
    "markdown": st.sampled_from(["x", "* a\n* b"]),
    "code": st.sampled_from(["x", "final", "a-b"]),
    "id": st.sampled_from(["a", "A-1.b"]),
    "uri": st.sampled_from(["http://example.org/a", "urn:oid:1.2.3"]),
    "url": st.just("http://example.org/a"),
    "canonical": st.just("http://example.org/a|1.0"),
    "uuid": st.just("urn:uuid:c757873d-ec9a-4326-a141-556f43239520"),
    "oid": st.just("urn:oid:1.2.3"),
    "date": st.sampled_from(["1970", "1970-12", "2024-02-29"]),
    "dateTime": st.sampled_from(
        ["1970", "1970-12", "1970-12-31", "2020-01-01T00:00:00Z", "2020-01-01T10:00:00.5+02:00"]
    ),
    "instant": st.sampled_from(["2020-01-01T00:00:00Z", "2020-01-01T10:00:00.5+02:00"]),
    "time": st.sampled_from(["00:00:00", "23:59:59"]),
    "base64Binary": st.sampled_from(["QQ==", "AAAA"]),
    "xhtml": st.just('<div xmlns="http://www.w3.org/1999/xhtml">x</div>'),
}
_LEFT_OUT = ("Extension", "Resource")


def instance(type_name: str, draw: Draw, depth: int = 3) -> Resource:
    """A well-formed value of a type, made from the tables of the model."""
    schema = core().model.types[type_name]
    made: Resource = {"resourceType": type_name} if schema.kind == "resource" else {}
    required = _required(type_name)
    for field in _fields(schema, required, draw, depth):
        value = (
            [_value(field, draw, depth) for _ in range(draw(st.integers(1, 2)))]
            if field.is_list
            else _value(field, draw, depth)
        )
        made[field.name] = value
    return made


def _required(type_name: str) -> frozenset[str]:
    """The elements of a type that must stand, read from its definition."""
    root, _, inner = type_name.partition(".")
    structure = core().structure(root)
    prefix = f"{root}.{inner}." if inner else f"{root}."
    rows = structure["snapshot"]["element"]
    paths = (row["path"].removeprefix(prefix) for row in rows if row["min"] and row["path"].startswith(prefix))
    return frozenset(path.removesuffix("[x]") for path in paths if "." not in path)


def _fields(schema: TypeSchema, required: frozenset[str], draw: Draw, depth: int) -> list[Field]:
    """The fields to fill: one form of each required element, and some others."""
    by_element: dict[str, list[Field]] = {}
    for field in schema.fields.values():
        if field.type not in _LEFT_OUT and (depth > 0 or field.is_primitive or field.element in required):
            by_element.setdefault(field.element, []).append(field)
    optional = sorted(by_element.keys() - required - {"id"})
    chosen = (
        draw(st.lists(st.sampled_from(optional), min_size=0 if required else 1, max_size=3, unique=True))
        if optional
        else []
    )
    return [draw(st.sampled_from(by_element[element])) for element in (*sorted(required & by_element.keys()), *chosen)]


def _value(field: Field, draw: Draw, depth: int) -> Any:
    return draw(PRIMITIVES[field.type]) if field.is_primitive else instance(field.type, draw, depth - 1)


def library_accepts(resource: Resource) -> bool:
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(copy.deepcopy(resource))
    except (ValueError, TypeError, LookupError, AttributeError):
        return False
    return True


def our_errors(resource: Resource) -> set[str]:
    """Ids of our errors about structure, primitives and cardinality."""
    found = core_validator().validate(resource).issues
    return {each.id for each in found if each.is_error and each.id.partition(".")[0] in _AREAS} - set(_IGNORED)


def are_errors(resource: Resource) -> bool:
    """Whether we refuse `resource`, be it for a code whose value set lists no such form."""
    return bool(our_errors(resource)) or any(
        each.id == "binding.required" for each in core_validator().validate(resource).issues
    )


def damage(resource: Resource, draw: Draw) -> None:
    """Change one node of `resource`."""
    places: list[tuple[Any, Any]] = []
    stack: list[Any] = [resource]
    while stack:
        each = stack.pop()
        keys = list(each) if isinstance(each, dict) else range(len(each)) if isinstance(each, list) else ()
        places += [(each, key) for key in keys if key != "resourceType"]
        stack += [each[key] for key in keys]
    if not places:
        return
    holder, key = draw(st.sampled_from(places))
    match draw(st.sampled_from(("drop", "odd", "wrap", "unknown", "unwrap"))):
        case "drop":
            del holder[key]
        case "unknown" if isinstance(holder, dict):
            holder["nonesuch"] = holder[key]
        case "unwrap" if isinstance(holder[key], list) and holder[key]:
            holder[key] = holder[key][0]
        case "wrap":
            holder[key] = [holder[key]]
        case _:
            holder[key] = draw(st.sampled_from(ODD))


ODD = (
    "x",
    "",
    " x",
    1,
    -1,
    2**31,
    True,
    Decimal("1.5"),
    "1970-13",
    "2020-01-01T00:00:00",
    "24:00:00",
    {},
    [],
    {"x": 1},
    ["x"],
    "a b",
)

THOROUGH = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@THOROUGH
@given(st.sampled_from(SAME_IN_R4B), st.data())
def test_both_accept_what_is_made_from_the_model(type_name: str, data: st.DataObject) -> None:
    resource = instance(type_name, data.draw)
    assert our_errors(resource) == set()
    assert library_accepts(resource)


@THOROUGH
@given(st.sampled_from(SAME_IN_R4B), st.data())
def test_we_refuse_what_the_library_refuses_and_else_only_what_it_is_lax_about(
    type_name: str, data: st.DataObject
) -> None:
    resource = instance(type_name, data.draw)
    damage(resource, data.draw)
    errors = our_errors(resource)
    if library_accepts(resource):
        assert errors <= LAX.keys(), errors
    else:
        assert are_errors(resource)


@pytest.mark.parametrize("type_name", SAME_IN_R4B)
def test_both_ask_for_the_same_elements(type_name: str) -> None:
    bare: Resource = {"resourceType": type_name}
    assert library_accepts(bare) == (our_errors(bare) == set())
