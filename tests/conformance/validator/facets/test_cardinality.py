"""How often an element stands (https://hl7.org/fhir/R4/conformance-rules.html#cardinality)."""

from __future__ import annotations

from conformance.validator.compile_profile import compile_profile
from conformance.validator.definitions import Definitions
from fhir_kernel.definitions.catalog import open_core
from tests.conformance.validator.world import (
    CORE,
    OBSERVATION,
    PATIENT,
    check,
    check_core,
    element,
    places,
    profile,
    the,
)

ABSENT = {"extension": [{"url": f"{CORE}/data-absent-reason", "valueCode": "unknown"}]}


def test_an_element_that_the_type_requires_is_there() -> None:
    found = the(check_core({"resourceType": "Observation", "status": "final"}), "cardinality.min")
    assert (found.path, found.element, found.rule) == ("Observation", "Observation.code", "min")
    assert (found.params["name"], found.params["found"], found.params["expected"]) == ("code", 0, 1)
    assert found.profile == f"{CORE}/Observation|4.0.1"


def test_an_element_of_a_backbone_that_the_type_requires_is_there() -> None:
    found = the(check_core(PATIENT | {"communication": [{"preferred": True}]}), "cardinality.min")
    assert (found.path, found.element) == ("Patient.communication[0]", "Patient.communication.language")


def test_a_choice_that_the_type_requires_is_there() -> None:
    dose = {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": {"display": "x"}}
    found = the(check_core(dose), "cardinality.min")
    assert (found.path, found.params["name"]) == ("MedicationRequest", "medication")


def test_an_element_that_a_profile_requires_is_there() -> None:
    found = the(check(PATIENT, profile("Patient", element("Patient.name", min=2))), "cardinality.min")
    assert (found.path, found.element, found.rule) == ("Patient", "Patient.name", "min")
    assert (found.params["found"], found.params["expected"]) == (0, 2)
    assert found.profile.endswith("/profile|1.0.0")


def test_no_more_values_stand_than_a_profile_allows() -> None:
    asked = profile("Patient", element("Patient.name", max="1"))
    found = the(check(PATIENT | {"name": [{"family": "a"}, {"family": "b"}]}, asked), "cardinality.max")
    assert (found.path, found.element, found.params["found"], found.params["expected"]) == (
        "Patient",
        "Patient.name",
        2,
        1,
    )
    assert check(PATIENT | {"name": [{"family": "a"}]}, asked) == []


def test_what_a_profile_forbids_does_not_stand() -> None:
    asked = profile("Patient", element("Patient.photo", max="0"))
    found = the(check(PATIENT | {"photo": [{"contentType": "image/gif"}]}, asked), "cardinality.max")
    assert (found.path, found.params["expected"]) == ("Patient", 0)


def test_a_choice_in_any_of_its_forms_counts() -> None:
    asked = profile("Observation", element("Observation.value[x]", min=1))
    assert check(OBSERVATION | {"valueString": "x"}, asked) == []
    assert check(OBSERVATION | {"valueBoolean": False}, asked) == []
    assert the(check(OBSERVATION, asked), "cardinality.min").params["name"] == "value"


def test_an_element_within_is_asked_for_only_where_its_parent_stands() -> None:
    asked = profile("Patient", element("Patient.name.family", min=1))
    assert check(PATIENT, asked) == []
    found = the(check(PATIENT | {"name": [{"family": "a"}, {"text": "b"}]}, asked), "cardinality.min")
    assert (found.path, found.element) == ("Patient.name[1]", "Patient.name.family")


def test_a_primitive_that_has_only_an_extension_counts() -> None:
    asked = profile("Patient", element("Patient.birthDate", min=1))
    assert check(PATIENT | {"_birthDate": ABSENT}, asked) == []


def test_the_items_of_a_list_of_primitives_are_counted() -> None:
    asked = profile("Patient", element("Patient.name.given", min=2))
    assert check(PATIENT | {"name": [{"given": ["a", "b"]}]}, asked) == []
    assert check(PATIENT | {"name": [{"given": ["a", None], "_given": [None, ABSENT]}]}, asked) == []
    assert places(check(PATIENT | {"name": [{"given": ["a"]}]}, asked)) == [("cardinality.min", "Patient.name[0]")]


def test_an_element_within_an_extension_of_a_primitive_is_asked_for() -> None:
    asked = profile("Patient", element("Patient.birthDate.extension", min=1))
    assert check(PATIENT | {"birthDate": "1970", "_birthDate": ABSENT}, asked) == []
    assert places(check(PATIENT | {"birthDate": "1970"}, asked)) == [("cardinality.min", "Patient.birthDate")]


def test_an_element_behind_a_content_reference_is_asked_for() -> None:
    asked = profile("Questionnaire", element("Questionnaire.item.item.text", min=1))
    outer, inner = {"linkId": "a", "type": "group"}, {"linkId": "b", "type": "string"}
    good = {"resourceType": "Questionnaire", "status": "active", "item": [outer | {"item": [inner | {"text": "x"}]}]}
    assert places(check(good, asked)) == []
    bad = good | {"item": [outer | {"item": [inner]}]}
    assert places(check(bad, asked)) == [("cardinality.min", "Questionnaire.item[0].item[0]")]


def test_a_profile_on_a_profile_asks_for_what_both_ask() -> None:
    first = profile("Patient", element("Patient.name", min=1), name="first")
    second = profile("Patient", element("Patient.gender", min=1), name="second", base=first["url"])
    found = check(PATIENT, second, first)
    assert [each.element for each in found] == ["Patient.name", "Patient.gender"]
    assert check(PATIENT | {"name": [{"text": "x"}], "gender": "male"}, second, first) == []


def test_what_a_profile_asks_of_an_item_holds_for_the_items_within_it() -> None:
    asked = profile("Questionnaire", element("Questionnaire.item.text", min=1))
    inner = {"linkId": "1.1", "type": "group", "item": [{"linkId": "1.1.1", "type": "string"}]}
    form = {"resourceType": "Questionnaire", "status": "draft"}
    whole = form | {"item": [{"linkId": "1", "text": "a", "type": "group", "item": [inner]}]}
    found = [each.path for each in check(whole, asked) if each.id == "cardinality.min"]
    assert found == ["Questionnaire.item[0].item[0]", "Questionnaire.item[0].item[0].item[0]"]


def test_a_content_reference_to_an_element_of_which_nothing_is_asked_costs_nothing() -> None:
    asked = profile("Questionnaire", element("Questionnaire.title", min=1))
    root = compile_profile(asked["url"], Definitions(open_core().extended([asked]))).root
    assert [child.path for child in root.children] == ["Questionnaire.title"]
