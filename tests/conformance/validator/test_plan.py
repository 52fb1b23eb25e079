"""Plans can be read as JSON; two of them are kept here, so that a change of what is checked is seen."""

from __future__ import annotations

from typing import Any

from conformance.validator.compile_profile import compile_profile
from conformance.validator.compile_type import compile_type
from conformance.validator.definitions import Definitions
from conformance.validator.plan import as_json
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import CORE, HOME, constraint, core, element, profile, sliced

_PROFILE = f"{HOME}/StructureDefinition/profile|1.0.0"


def plan_of(*elements: Resource, type_name: str = "Patient") -> Any:
    asked = profile(type_name, *elements)
    return as_json(compile_profile(asked["url"], Definitions(core().extended([asked]))))


def test_the_plan_of_a_type_says_what_it_asks_of_its_json() -> None:
    assert as_json(compile_type("Patient.communication", Definitions(core()))) == {
        "name": "Patient.communication",
        "kind": "backbone",
        "profile": f"{CORE}/Patient|4.0.1",
        "fields": [
            {"name": "id", "element": "id", "type": "string", "is_primitive": True, "min": 0, "max": 1},
            {"name": "extension", "element": "extension", "type": "Extension", "is_list": True, "min": 0},
            {
                "name": "modifierExtension",
                "element": "modifierExtension",
                "type": "Extension",
                "is_list": True,
                "min": 0,
            },
            {
                "name": "language",
                "element": "language",
                "type": "CodeableConcept",
                "min": 1,
                "max": 1,
                "binding": {
                    "strength": "preferred",
                    "value_set": "http://hl7.org/fhir/ValueSet/languages",
                    "max_value_set": "http://hl7.org/fhir/ValueSet/all-languages",
                },
            },
            {"name": "preferred", "element": "preferred", "type": "boolean", "is_primitive": True, "min": 0, "max": 1},
        ],
    }


def test_the_plan_of_a_profile_says_what_it_asks_beyond_its_type() -> None:
    root = plan_of(
        sliced("Patient.identifier", "value:system", rules="closed"),
        element("Patient.identifier:mrn", min=1),
        element("Patient.identifier:mrn.system", min=1, fixedUri="http://hospital.test/mrn"),
        element("Patient.name", min=1, max="2"),
        element("Patient.birthDate", constraint=[constraint("p-1", "$this > @1900-01-01")]),
    )["root"]
    assert (root["id"], root["profile"]) == ("Patient", _PROFILE)
    identifier, name, birth_date = root["children"]
    system = {
        "id": "Patient.identifier:mrn.system",
        "path": "Patient.identifier.system",
        "name": "system",
        "profile": _PROFILE,
        "fields": [["system", "uri", True]],
        "min": 1,
        "fixed": "http://hospital.test/mrn",
    }
    assert identifier == {
        "id": "Patient.identifier",
        "path": "Patient.identifier",
        "name": "identifier",
        "profile": _PROFILE,
        "fields": [["identifier", "Identifier", False]],
        "slicing": {
            "rules": "closed",
            "discriminators": ["value:system"],
            "slices": [
                {
                    "name": "mrn",
                    "tests": [{"kind": "value", "path": "system", "fixed": ["http://hospital.test/mrn"]}],
                    "element": {
                        "id": "Patient.identifier:mrn",
                        "path": "Patient.identifier",
                        "name": "identifier",
                        "profile": _PROFILE,
                        "fields": [["identifier", "Identifier", False]],
                        "min": 1,
                        "children": [system],
                    },
                }
            ],
        },
    }
    assert name == {
        "id": "Patient.name",
        "path": "Patient.name",
        "name": "name",
        "profile": _PROFILE,
        "fields": [["name", "HumanName", False]],
        "min": 1,
        "max": 2,
    }
    assert birth_date["constraints"] == [
        {"key": "p-1", "severity": "error", "human": "the rule p-1", "expression": "$this > @1900-01-01"}
    ]


def test_a_profile_that_asks_for_nothing_more_has_nothing_to_check() -> None:
    assert "children" not in plan_of(element("Patient.name", short="x"))["root"]


def test_what_the_base_asks_already_is_not_in_the_plan() -> None:
    same = element("Observation.status", min=1, max="1")
    assert "children" not in plan_of(same, type_name="Observation")["root"]


def test_a_maximum_of_none_and_a_fixed_false_are_in_the_plan() -> None:
    photo, active = plan_of(element("Patient.photo", max="0"), element("Patient.active", fixedBoolean=False))["root"][
        "children"
    ][::-1]
    assert photo["max"] == 0
    assert active["fixed"] is False
