"""Slicing (https://hl7.org/fhir/R4/profiling.html#slicing)."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import (
    COLOURS,
    OBSERVATION,
    PATIENT,
    binding,
    check,
    element,
    of_type,
    places,
    profile,
    sliced,
    the,
    value_set,
)

MRN, SSN, OTHER = "http://hospital.test/mrn", "http://usa.test/ssn", "http://other.test/id"


def identified(*systems: str) -> Resource:
    return PATIENT | {"identifier": [{"system": system, "value": "1"} for system in systems]}


def by_system(rules: str = "open", *, ordered: bool = False, **mrn: Any) -> Resource:
    """Identifiers sliced by their system into `mrn` and `ssn`."""
    return profile(
        "Patient",
        sliced("Patient.identifier", "value:system", rules=rules, ordered=ordered),
        element("Patient.identifier:mrn", **mrn),
        element("Patient.identifier:mrn.system", min=1, fixedUri=MRN),
        element("Patient.identifier:ssn", max="1"),
        element("Patient.identifier:ssn.system", min=1, fixedUri=SSN),
    )


def test_a_missing_slice_is_named_with_its_discriminator() -> None:
    found = the(check(identified(OTHER), by_system(min=1)), "slicing.min")
    assert (found.path, found.element, found.rule) == ("Patient", "Patient.identifier:mrn", "slice mrn")
    assert (found.params["slice"], found.params["found"], found.params["expected"]) == ("mrn", 0, 1)
    assert found.params["test"] == f"system = '{MRN}'"
    assert "mrn" in found.text()
    assert MRN in found.text()


def test_a_slice_that_is_there_is_enough() -> None:
    assert check(identified(OTHER, MRN), by_system(min=1)) == []


def test_a_slice_does_not_stand_more_often_than_allowed() -> None:
    found = the(check(identified(SSN, SSN), by_system()), "slicing.max")
    assert (found.path, found.element) == ("Patient", "Patient.identifier:ssn")
    assert (found.params["slice"], found.params["found"], found.params["expected"]) == ("ssn", 2, 1)


def test_what_a_slice_asks_is_asked_of_its_values_alone() -> None:
    asked = by_system()
    asked["differential"]["element"].insert(3, element("Patient.identifier:mrn.type", min=1))
    found = the(check(identified(SSN, MRN), asked), "cardinality.min")
    assert (found.path, found.element) == ("Patient.identifier[1]", "Patient.identifier:mrn.type")


def test_a_closed_slicing_has_no_other_values() -> None:
    found = the(check(identified(MRN, OTHER), by_system("closed")), "slicing.unmatched")
    assert (found.path, found.element, found.rule) == ("Patient.identifier[1]", "Patient.identifier", "slicing")
    for expected in ("mrn", MRN, "ssn", SSN):
        assert expected in found.params["expected"]


def test_other_values_of_an_open_slicing_stand_anywhere() -> None:
    assert check(identified(OTHER, MRN, OTHER, SSN), by_system("open")) == []


def test_other_values_of_a_slicing_open_at_its_end_stand_last() -> None:
    assert check(identified(MRN, SSN, OTHER), by_system("openAtEnd")) == []
    found = the(check(identified(OTHER, MRN), by_system("openAtEnd")), "slicing.not-at-end")
    assert found.path == "Patient.identifier[0]"


def test_ordered_slices_stand_in_their_order() -> None:
    assert check(identified(MRN, MRN, SSN), by_system(ordered=True)) == []
    found = the(check(identified(SSN, MRN), by_system(ordered=True)), "slicing.order")
    assert (found.path, found.params["slice"], found.params["found"]) == ("Patient.identifier[1]", "mrn", "ssn")


def test_the_sum_of_the_slices_is_bounded_by_the_element() -> None:
    asked = by_system()
    asked["differential"]["element"][0]["max"] = "1"
    assert places(check(identified(MRN, SSN), asked)) == [("cardinality.max", "Patient")]


def concept_slice(name: str, code: str, **facets: Any) -> list[Resource]:
    pattern = {"coding": [{"system": "http://loinc.org", "code": code}]}
    return [
        element(f"Observation.component:{name}", **facets),
        element(f"Observation.component:{name}.code", patternCodeableConcept=pattern),
    ]


def components(*codes: str) -> Resource:
    rows = [{"code": {"coding": [{"system": "http://loinc.org", "code": code}]}} for code in codes]
    return OBSERVATION | {"component": rows}


@pytest.mark.parametrize("kind", ["value", "pattern"])
def test_a_pattern_tells_a_slice(kind: str) -> None:
    asked = profile(
        "Observation",
        sliced("Observation.component", f"{kind}:code"),
        *concept_slice("systolic", "8480-6", min=1, max="1"),
        *concept_slice("diastolic", "8462-4", min=1, max="1"),
    )
    assert places(check(components("8480-6", "8462-4"), asked)) == []
    found = check(components("8480-6", "8480-6"), asked)
    assert [(each.id, each.params.get("slice")) for each in found if each.is_error] == [
        ("slicing.max", "systolic"),
        ("slicing.min", "diastolic"),
    ]


def test_a_value_deep_within_tells_a_slice() -> None:
    asked = profile(
        "Observation",
        sliced("Observation.component", "value:code.coding.code"),
        element("Observation.component:systolic", max="0"),
        element("Observation.component:systolic.code.coding.code", min=1, fixedCode="8480-6"),
    )
    assert places(check(components("8462-4"), asked)) == []
    assert the(check(components("8480-6"), asked), "slicing.max").params["slice"] == "systolic"


def test_two_discriminators_must_both_fit() -> None:
    asked = profile(
        "Patient",
        sliced("Patient.telecom", "value:system", "value:use"),
        element("Patient.telecom:work", min=1),
        element("Patient.telecom:work.system", min=1, fixedCode="phone"),
        element("Patient.telecom:work.use", min=1, fixedCode="work"),
    )
    phone = {"system": "phone", "value": "1"}
    assert check(PATIENT | {"telecom": [phone | {"use": "work"}]}, asked) == []
    found = the(check(PATIENT | {"telecom": [phone | {"use": "home"}]}, asked), "slicing.min")
    assert found.params["test"] == "system = 'phone' and use = 'work'"


def test_a_required_binding_tells_a_slice() -> None:
    asked = profile(
        "Observation",
        sliced("Observation.category", "value:$this"),
        element("Observation.category:warm", min=1, binding=binding("required", "warm")),
    )
    known = (asked, COLOURS, value_set("warm", "red"))
    red, blue = ({"coding": [{"system": COLOURS["url"], "code": code}]} for code in ("red", "blue"))
    assert places(check(OBSERVATION | {"category": [blue, red]}, *known)) == []
    assert places(check(OBSERVATION | {"category": [blue]}, *known)) == [("slicing.min", "Observation")]


@pytest.mark.parametrize(
    "category", ["x", [None], ["x"], [{"coding": "x"}], [{"coding": [None, "x", {"code": []}]}], [[]]]
)
def test_values_of_a_wrong_shape_are_in_no_slice(category: Any) -> None:
    asked = profile(
        "Observation",
        sliced("Observation.category", "value:$this"),
        element("Observation.category:warm", min=1, binding=binding("required", "warm")),
    )
    found = check(OBSERVATION | {"category": category}, asked, COLOURS, value_set("warm", "red"))
    assert "slicing.min" in {each.id for each in found}


def test_what_exists_tells_a_slice() -> None:
    asked = profile(
        "Patient",
        sliced("Patient.name", "exists:period"),
        element("Patient.name:past", max="1"),
        element("Patient.name:past.period", min=1),
        element("Patient.name:present", max="1"),
        element("Patient.name:present.period", max="0"),
    )
    past, present = {"text": "a", "period": {"end": "2020"}}, {"text": "b"}
    assert check(PATIENT | {"name": [past, present]}, asked) == []
    found = check(PATIENT | {"name": [past, past, present, present]}, asked)
    assert [each.params["slice"] for each in found] == ["past", "present"]


def test_the_type_of_a_choice_tells_a_slice() -> None:
    asked = profile(
        "Observation",
        sliced("Observation.value[x]", "type:$this"),
        element("Observation.value[x]:valueQuantity", type=of_type("Quantity")),
        element("Observation.value[x]:valueQuantity.code", min=1),
    )
    assert (
        places(check(OBSERVATION | {"valueQuantity": {"value": 1, "code": "1", "system": "http://x.test"}}, asked))
        == []
    )
    assert places(check(OBSERVATION | {"valueQuantity": {"value": 1}}, asked)) == [
        ("cardinality.min", "Observation.value")
    ]
    assert places(check(OBSERVATION | {"valueString": "x"}, asked)) == []


def test_the_type_of_a_target_tells_a_slice() -> None:
    asked = profile(
        "Observation",
        sliced("Observation.performer", "type:resolve()"),
        element(
            "Observation.performer:doctor",
            min=1,
            type=of_type("Reference", targets=["http://hl7.org/fhir/StructureDefinition/Practitioner"]),
        ),
    )
    inner = [{"resourceType": "Practitioner", "id": "d"}, {"resourceType": "Patient", "id": "p"}]
    both = OBSERVATION | {"contained": inner, "subject": {"reference": "#p"}}
    assert places(check(both | {"performer": [{"reference": "#d"}]}, asked)) == []
    found = check(both | {"performer": [{"reference": "#p"}], "specimen": {"reference": "#d"}}, asked)
    assert ("slicing.min", "Observation") in places(found)


def test_the_profile_of_a_target_tells_a_slice() -> None:
    active = profile("Practitioner", element("Practitioner.active", min=1, fixedBoolean=True), name="active")
    asked = profile(
        "Observation",
        sliced("Observation.performer", "profile:resolve()"),
        element("Observation.performer:active", min=1, type=of_type("Reference", targets=[active["url"]])),
    )
    doctor = {"resourceType": "Practitioner", "id": "d"}
    by = OBSERVATION | {"performer": [{"reference": "#d"}]}
    assert places(check(by | {"contained": [doctor | {"active": True}]}, asked, active)) == []
    assert ("slicing.min", "Observation") in places(check(by | {"contained": [doctor]}, asked, active))


def test_a_slice_is_sliced_again() -> None:
    asked = profile(
        "Patient",
        sliced("Patient.identifier", "value:system"),
        sliced("Patient.identifier:mrn", "value:use", max="2"),
        element("Patient.identifier:mrn.system", min=1, fixedUri=MRN),
        element("Patient.identifier:mrn/old", max="1"),
        element("Patient.identifier:mrn/old.system", min=1, fixedUri=MRN),
        element("Patient.identifier:mrn/old.use", min=1, fixedCode="old"),
    )
    old = {"system": MRN, "value": "1", "use": "old"}
    assert check(PATIENT | {"identifier": [old, old | {"use": "usual"}]}, asked) == []
    found = the(check(PATIENT | {"identifier": [old, old]}, asked), "slicing.max")
    assert (found.params["slice"], found.element) == ("mrn/old", "Patient.identifier:mrn/old")


def test_the_default_slice_takes_what_fits_no_other() -> None:
    asked = profile(
        "Patient",
        sliced("Patient.identifier", "value:system", rules="closed"),
        element("Patient.identifier:mrn", max="1"),
        element("Patient.identifier:mrn.system", min=1, fixedUri=MRN),
        element("Patient.identifier:@default"),
        element("Patient.identifier:@default.use", min=1),
    )
    assert check(identified(MRN), asked) == []
    assert places(check(identified(MRN, OTHER), asked)) == [("cardinality.min", "Patient.identifier[1]")]


def test_a_value_that_fits_two_slices_is_told() -> None:
    asked = profile(
        "Patient",
        sliced("Patient.telecom", "value:system"),
        element("Patient.telecom:a", max="2"),
        element("Patient.telecom:a.system", min=1, fixedCode="phone"),
        element("Patient.telecom:b", max="2"),
        element("Patient.telecom:b.system", min=1, fixedCode="phone"),
    )
    found = the(check(PATIENT | {"telecom": [{"system": "phone", "value": "1"}]}, asked), "slicing.ambiguous")
    assert (found.path, found.params["found"]) == ("Patient.telecom[0]", "a, b")


def test_a_slice_that_nothing_tells_is_told_not_guessed() -> None:
    asked = profile(
        "Patient", sliced("Patient.telecom", "value:system"), element("Patient.telecom:phone", min=1, max="1")
    )
    found = the(check(PATIENT | {"telecom": [{"system": "phone", "value": "1"}]}, asked), "slicing.undecidable")
    assert (found.path, found.params["slice"], found.params["test"]) == ("Patient", "phone", "value:system")


def test_extensions_are_sliced_by_their_url() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
    asked = profile(
        "Patient",
        sliced("Patient.extension", "value:url"),
        element("Patient.extension:birthPlace", min=1, type=of_type("Extension", url)),
    )
    assert places(check(PATIENT | {"extension": [{"url": url, "valueAddress": {"city": "x"}}]}, asked)) == []
    found = the(check(PATIENT, asked), "slicing.min")
    assert (found.params["slice"], url in found.params["test"]) == ("birthPlace", True)


def test_slices_of_a_slice_are_asked_where_that_stands() -> None:
    asked = profile(
        "Patient",
        sliced("Patient.contact", "value:gender"),
        element("Patient.contact:him"),
        sliced("Patient.contact:him.telecom", "value:system"),
        element("Patient.contact:him.telecom:phone", min=1),
        element("Patient.contact:him.telecom:phone.system", min=1, fixedCode="phone"),
        element("Patient.contact:him.gender", min=1, fixedCode="male"),
    )
    him, her = {"gender": "male", "name": {"text": "x"}}, {"gender": "female", "name": {"text": "x"}}
    assert places(check(PATIENT | {"contact": [her, him]}, asked)) == [("slicing.min", "Patient.contact[1]")]


def worst(issues: list[Issue]) -> set[str]:
    return {each.id for each in issues if each.is_error}


@pytest.mark.parametrize("path", ["", "$this", "code.", "where(x)", "a.b.c.d.e", "resolve().resolve()", "code..coding"])
def test_a_discriminator_that_leads_nowhere_breaks_nothing(path: str) -> None:
    asked = profile(
        "Observation",
        sliced("Observation.component", f"value:{path}"),
        element("Observation.component:a", max="1"),
        element("Observation.component:a.code", min=1, patternCodeableConcept={"text": "x"}),
    )
    assert worst(check(components("1"), asked)) <= {"profile.fault", "slicing.undecidable", "profile.broken"}
