"""The JSON shape of resources (https://hl7.org/fhir/R4/json.html)."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.resource import Resource
from tests.conformance.validator.world import OBSERVATION, PATIENT, check_core, core_validator, places, the


def patient(**properties: Any) -> Resource:
    return PATIENT | properties


def test_an_empty_patient_is_valid() -> None:
    assert check_core(PATIENT) == []


def test_an_unknown_property_is_named_with_the_nearest_right_one() -> None:
    found = the(check_core(patient(nmae=[{"family": "Chalmers"}])), "structure.unknown-property-near")
    assert (found.path, found.params["found"], found.params["expected"]) == ("Patient.nmae", "nmae", "name")


def test_a_property_in_another_case_is_told_the_right_one() -> None:
    found = the(check_core(patient(birthdate="1970-01-01")), "structure.unknown-property-near")
    assert (found.path, found.params["expected"]) == ("Patient.birthdate", "birthDate")


def test_an_unknown_property_like_no_other_is_named_alone() -> None:
    found = the(check_core(patient(contact=[{"xyzzy": 1, "gender": "male"}])), "structure.unknown-property")
    assert (found.path, found.params["type"]) == ("Patient.contact[0].xyzzy", "Patient.contact")


def test_a_choice_without_its_type_is_unknown() -> None:
    assert places(check_core(OBSERVATION | {"value": "x"}))[0][1] == "Observation.value"


def test_a_choice_with_a_type_that_it_does_not_have_is_unknown() -> None:
    found = check_core(OBSERVATION | {"valueAddress": {"city": "x"}})
    assert [place for _, place in places(found)] == ["Observation.valueAddress"]


def test_two_forms_of_one_choice_are_too_many() -> None:
    found = the(check_core(OBSERVATION | {"valueString": "x", "valueInteger": 1}), "structure.many-choices")
    assert found.path == "Observation"
    assert {"valueString", "valueInteger"} == set(found.params["found"].split(", "))


def test_two_forms_of_a_choice_with_few_forms_are_too_many() -> None:
    found = the(check_core(patient(deceasedBoolean=True, deceasedDateTime="2020")), "structure.many-choices")
    assert (found.path, found.params["name"]) == ("Patient", "deceased")


@pytest.mark.parametrize(("value", "json_type"), [("x", "string"), (1, "number"), (True, "boolean"), ({}, "object")])
def test_an_element_that_repeats_is_an_array(value: Any, json_type: str) -> None:
    found = the(check_core(patient(name=value)), "structure.not-a-list")
    assert (found.path, found.params["name"], found.params["found"]) == ("Patient.name", "name", json_type)


def test_an_array_is_not_empty() -> None:
    assert places(check_core(patient(name=[]))) == [("structure.empty-list", "Patient.name")]


def test_an_element_that_does_not_repeat_is_no_array() -> None:
    assert places(check_core(patient(maritalStatus=[{"text": "x"}]))) == [
        ("structure.not-an-object", "Patient.maritalStatus")
    ]


@pytest.mark.parametrize("value", ["x", 1, True, ["x"]])
def test_a_complex_element_is_an_object(value: Any) -> None:
    found = the(check_core(patient(name=[value])), "structure.not-an-object")
    assert (found.path, found.params["expected"]) == ("Patient.name[0]", "HumanName")


def test_an_object_is_not_empty() -> None:
    assert places(check_core(patient(name=[{}]))) == [("structure.empty-element", "Patient.name[0]")]


def test_an_object_with_only_an_id_has_no_content() -> None:
    assert places(check_core(patient(name=[{"id": "a"}]))) == [("structure.empty-element", "Patient.name[0]")]


def test_a_property_is_not_null() -> None:
    assert places(check_core(patient(gender=None))) == [("structure.null", "Patient.gender")]


def test_an_item_of_an_array_of_objects_is_not_null() -> None:
    assert [place for _, place in places(check_core(patient(name=[None, {"family": "a"}])))] == ["Patient.name[0]"]


def test_a_null_in_an_array_of_primitives_needs_an_element_beside_it() -> None:
    name = {"given": ["Adam", None], "_given": [None, {"extension": [{"url": "http://example.org/x"}]}]}
    assert ("structure.null", "Patient.name[0].given[1]") not in places(check_core(patient(name=[name])))
    assert places(check_core(patient(name=[{"given": ["Adam", None]}]))) == [
        ("structure.null", "Patient.name[0].given[1]")
    ]


def test_the_array_beside_an_array_has_its_length() -> None:
    name = {"given": ["Adam", "B"], "_given": [{"id": "a"}]}
    found = the(check_core(patient(name=[name])), "structure.sibling-length")
    assert (found.path, found.params["found"], found.params["expected"]) == ("Patient.name[0].given", 1, 2)


@pytest.mark.parametrize("sibling", ["x", 1, [], [{"id": "a"}]])
def test_what_stands_beside_a_primitive_is_an_object(sibling: Any) -> None:
    assert places(check_core(patient(gender="male", _gender=sibling))) == [
        ("structure.not-an-object", "Patient.gender")
    ]


def test_what_stands_beside_a_list_of_primitives_is_a_list() -> None:
    name = {"given": ["a"], "_given": {"id": "a"}}
    assert places(check_core(patient(name=[name]))) == [("structure.not-a-list", "Patient.name[0].given")]


def test_only_id_and_extensions_stand_beside_a_primitive() -> None:
    found = the(check_core(patient(birthDate="1970", _birthDate={"value": "1971"})), "structure.unknown-property")
    assert found.path == "Patient.birthDate.value"


def test_nothing_stands_beside_a_complex_element() -> None:
    found = check_core(patient(maritalStatus={"text": "x"}, _maritalStatus={"id": "a"}))
    assert [place for _, place in places(found)] == ["Patient._maritalStatus"]


def test_a_primitive_may_have_only_an_extension() -> None:
    reason = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    beside = {"extension": [{"url": reason, "valueCode": "unknown"}]}
    assert check_core(patient(_birthDate=beside)) == []
    assert check_core({"resourceType": "Observation", "_status": beside, "code": {"text": "x"}}) == []


def test_a_primitive_with_only_an_id_has_no_content() -> None:
    assert places(check_core(patient(_birthDate={"id": "a"}))) == [("structure.empty-element", "Patient.birthDate")]


def test_a_resource_type_that_does_not_exist_is_named_with_the_nearest() -> None:
    found = the(check_core({"resourceType": "Pateint"}), "structure.unknown-resource-type")
    assert found.params["found"] == "Pateint"
    assert "Patient" in found.text()


@pytest.mark.parametrize("kind", ["HumanName", "DomainResource", "Resource", "string", "Patient.contact"])
def test_what_is_no_concrete_resource_type_is_refused(kind: str) -> None:
    assert [each for each, _ in places(check_core({"resourceType": kind}))] == ["structure.unknown-resource-type"]


def test_a_resource_says_its_type() -> None:
    assert places(check_core({"id": "a"})) == [("structure.no-resource-type", "Resource")]


@pytest.mark.parametrize("value", [None, 1, "x", [], ["a"]])
def test_what_is_no_object_is_no_resource(value: Any) -> None:
    assert [each for each, _ in places(core_validator().validate(value))] == ["structure.not-an-object"]


def test_a_datatype_does_not_name_its_type() -> None:
    found = check_core(patient(name=[{"resourceType": "HumanName", "family": "a"}]))
    assert [place for _, place in places(found)] == ["Patient.name[0].resourceType"]


def test_a_contained_resource_is_checked_along_its_own_type() -> None:
    inner = {"resourceType": "Organization", "id": "o", "nmae": "x"}
    resource = patient(contained=[inner], managingOrganization={"reference": "#o"})
    found = the(check_core(resource), "structure.unknown-property-near")
    assert (found.path, found.params["type"]) == ("Patient.contained[0].nmae", "Organization")


def test_rules_beyond_the_definitions_are_left_out_where_the_shape_is_wrong() -> None:
    broken = {"resourceType": "Questionnaire", "status": "active", "item": {"linkId": "a"}}
    assert places(check_core(broken)) == [("structure.not-a-list", "Questionnaire.item")]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": broken}]}
    assert ("structure.not-a-list", "Bundle.entry[0].resource.item") in places(check_core(bundle))
