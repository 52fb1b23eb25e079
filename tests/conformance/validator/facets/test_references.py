"""References and what they point at (https://hl7.org/fhir/R4/references.html)."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validator import Policy
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import (
    CORE,
    OBSERVATION,
    PATIENT,
    check,
    check_core,
    element,
    of_type,
    places,
    profile,
    the,
    world,
)

BASE = "http://server.test/fhir"
FOLLOW = Policy(references="follow")


def about(reference: str, **more: Any) -> Resource:
    return OBSERVATION | {"subject": {"reference": reference} | more}


def bundle(*resources: Resource, kind: str = "collection") -> Resource:
    rows = [{"fullUrl": f"{BASE}/{each['resourceType']}/{each['id']}", "resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": kind, "entry": rows}


@pytest.mark.parametrize("reference", ["Patient/1", f"{BASE}/Patient/1", "Patient/1/_history/2", "urn:oid:1.2.3"])
def test_a_reference_in_a_usual_form_passes(reference: str) -> None:
    assert places(check_core(about(reference))) == []


def test_a_reference_to_a_type_that_does_not_exist_is_told() -> None:
    found = the(check_core(about("Patiant/1")), "reference.unknown-type")
    assert (found.path, found.params["type"]) == ("Observation.subject.reference", "Patiant")


def test_a_reference_to_a_type_that_the_element_does_not_allow_is_told() -> None:
    found = [each for each in check_core(about("Medication/1")) if each.id.startswith("reference.wrong-type")]
    assert [(each.path, each.params["found"]) for each in found] == [("Observation.subject", "Medication")]
    assert "Patient" in found[0].params["expected"]


def test_the_stated_type_is_that_of_the_reference() -> None:
    found = the(check_core(about("Patient/1", type="Group")), "reference.type-differs")
    assert (found.path, found.params["stated"], found.params["type"]) == ("Observation.subject", "Group", "Patient")


def test_the_stated_type_is_one_that_the_element_allows() -> None:
    issues = check_core(OBSERVATION | {"subject": {"type": "Medication", "display": "x"}})
    assert the(issues, "reference.wrong-type").path == "Observation.subject"


def test_a_fragment_names_a_contained_resource() -> None:
    issues = check_core(about("#nobody"))
    assert the(issues, "reference.no-contained").path == "Observation.subject.reference"
    inner = {"resourceType": "Patient", "id": "p"}
    assert places(check_core(about("#p") | {"contained": [inner]})) == []


def test_a_contained_resource_of_a_wrong_type_is_told() -> None:
    inner = {"resourceType": "Medication", "id": "m"}
    found = the(check_core(about("#m") | {"contained": [inner]}), "reference.wrong-type")
    assert (found.path, found.params["found"]) == ("Observation.subject", "Medication")


@pytest.mark.parametrize(
    "reference", ["", " ", "Patient/1 2", "patient", "#", "##", "/Patient/1", "http://", "a|b#c", "?"]
)
def test_a_reference_in_any_form_is_answered(reference: str) -> None:
    check_core(about(reference))
    check_core(bundle(about(reference) | {"id": "o"}))


def test_the_target_in_a_bundle_is_looked_at() -> None:
    named = profile("Patient", element("Patient.name", min=1), name="named")
    asked = profile("Observation", element("Observation.subject", type=of_type("Reference", targets=[named["url"]])))
    observation = about("Patient/p") | {"id": "o", "meta": {"profile": [asked["url"]]}}
    nameless: Resource = PATIENT | {"id": "p"}
    found = the(check_core(bundle(observation, nameless), asked, named), "reference.no-profile-fits")
    assert (found.path, found.rule) == ("Bundle.entry[0].resource.subject", "targetProfile")
    assert [(each.id, each.path) for each in found.nested] == [("cardinality.min", "Bundle.entry[1].resource")]
    good = bundle(observation, nameless | {"name": [{"text": "x"}]})
    assert places(check_core(good, asked, named)) == []


def test_a_target_of_another_type_in_a_bundle_is_told() -> None:
    observation = about("Medication/m") | {"id": "o"}
    found = places(check_core(bundle(observation, {"resourceType": "Medication", "id": "m"})))
    assert found == [("reference.wrong-type", "Bundle.entry[0].resource.subject")]


def test_a_target_outside_is_asked_of_the_resolver_where_references_are_followed() -> None:
    named = profile("Patient", element("Patient.name", min=1), name="named")
    asked = profile("Observation", element("Observation.subject", type=of_type("Reference", targets=[named["url"]])))
    calls: list[str] = []

    def resolver(reference: str) -> Resource | None:
        calls.append(reference)
        return PATIENT if reference == "Patient/1" else None

    issues = check(about("Patient/1"), asked, named, policy=FOLLOW, resolver=resolver)
    assert places(issues) == [("reference.no-profile-fits", "Observation.subject")]
    assert calls.count("Patient/1") == 1
    calls.clear()
    assert places(check(about("Patient/1"), asked, named, resolver=resolver)) == []
    assert calls == []


@pytest.mark.parametrize(
    "answer", [{}, {"resourceType": "Nothing"}, {"resourceType": 1}, {"resourceType": "Patient", "name": 1}]
)
def test_a_resolver_may_give_nonsense(answer: Resource) -> None:
    asked = profile(
        "Observation", element("Observation.subject", type=of_type("Reference", targets=[f"{CORE}/Patient"]))
    )
    check(about("Patient/1"), asked, policy=FOLLOW, resolver=lambda _: answer)


def test_the_type_that_a_reference_names_is_compared_where_the_target_is_not_at_hand() -> None:
    asked = profile(
        "Observation", element("Observation.subject", type=of_type("Reference", targets=[f"{CORE}/Patient"]))
    )
    found = check(about("Group/1"), asked)
    assert [(each.id, each.path) for each in found] == [("reference.wrong-type-named", "Observation.subject")]
    assert check(about("Patient/1"), asked) == []


@pytest.mark.parametrize(("allowed", "is_right"), [("contained", True), ("bundled", False), ("referenced", False)])
def test_how_a_target_is_given_is_as_the_profile_asks(allowed: str, is_right: bool) -> None:
    targets = [f"{CORE}/Patient"]
    asked = profile(
        "Observation",
        element("Observation.subject", type=of_type("Reference", targets=targets, aggregation=[allowed])),
    )
    issues = check(about("#p") | {"contained": [{"resourceType": "Patient", "id": "p"}]}, asked)
    assert places(issues) == ([] if is_right else [("reference.aggregation", "Observation.subject")])
    if not is_right:
        found = the(issues, "reference.aggregation")
        assert (found.params["found"], found.params["expected"]) == ("contained", allowed)


def test_a_cycle_of_references_ends() -> None:
    linked = profile("Patient", name="linked")
    targets = of_type("Reference", targets=[linked["url"]])
    linked["differential"]["element"] = [element("Patient.link.other", type=targets), element("Patient.name", min=1)]
    first, second = (
        PATIENT
        | {"id": one, "name": [{"text": one}], "link": [{"other": {"reference": f"Patient/{two}"}, "type": "seealso"}]}
        for one, two in (("a", "b"), ("b", "a"))
    )
    validator = world(linked)
    report = validator.validate(bundle(first | {"meta": {"profile": [linked["url"]]}}, second))
    assert report.valid, [each.text() for each in report.issues]


def test_contained_resources_that_refer_to_each_other_and_themselves_end() -> None:
    inner = [
        {"resourceType": "Organization", "id": one, "partOf": {"reference": f"#{two}"}}
        for one, two in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "d"))
    ]
    patient = PATIENT | {"contained": inner, "managingOrganization": {"reference": "#a"}}
    asked = profile("Organization", name="part")
    asked["differential"]["element"] = [
        element("Organization.partOf", type=of_type("Reference", targets=[asked["url"]]))
    ]
    report = world(asked).validate(patient)
    assert not [each for each in report.issues if each.id.startswith("structure")]


def test_two_entries_for_one_reference_are_ambiguous() -> None:
    twice = bundle(about("Patient/p") | {"id": "o"}, PATIENT | {"id": "p"}, PATIENT | {"id": "p"})
    assert "reference.ambiguous" in {each.id for each in check_core(twice)}
