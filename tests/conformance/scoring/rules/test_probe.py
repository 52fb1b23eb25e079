"""Of which records a rule is asked, and what fails it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.enforcement import Enforcement
from conformance.scoring.rules.derive import Derived
from fhir_kernel.resource import Resource
from tests.conformance.scoring.rules.world import Scoring, scoring
from tests.conformance.validator.world import (
    CORE,
    binding,
    constraint,
    core,
    core_validator,
    element,
    of_type,
    profile,
    sliced,
)

ABSENT = [{"url": f"{CORE}/data-absent-reason", "valueCode": "unknown"}]
BASIS: Resource = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}


@cache
def world() -> Scoring:
    return scoring(
        profile(
            "Observation",
            element("Observation.subject", min=1, type=of_type("Reference", targets=[f"{CORE}/Patient"])),
            element("Observation.method", max="0"),
            element("Observation.bodySite", binding=binding("required", "colours")),
            element("Observation.interpretation", binding=binding("extensible", "colours")),
            element("Observation.value[x]", mustSupport=True),
            element("Observation.note", constraint=[constraint("short", "text.length() < 5")]),
            element("Observation.device", constraint=[constraint("shown", "display.exists()", "warning")]),
            sliced("Observation.category", "value:text"),
            element("Observation.category:a"),
            element("Observation.category:a.text", min=1, fixedString="a"),
            element("Observation.category:a.coding", min=1),
            element("Observation.component.code", min=1),
            element("Observation.component.value[x]", mustSupport=True),
            element("Observation.referenceRange.text", min=1),
        )
    )


def fails(rule: str, more: dict[str, Any]) -> bool | None:
    """Whether a record fails a rule; None where it is not asked."""
    found = world().of({**BASIS, **more})
    return rule in found.failed if rule in found.asked else None


def code(value: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://example.org/fhir/CodeSystem/colours", "code": value}]}


@pytest.mark.parametrize(
    ("rule", "unasked", "passing", "failing"),
    [
        ("Observation.subject:min", None, {"subject": {"reference": "Patient/1"}}, {}),
        (
            "Observation.subject:reference",
            {},
            {"subject": {"reference": "Patient/1"}},
            {"subject": {"reference": "Group/1"}},
        ),
        ("Observation.method:max", None, {}, {"method": {"text": "m"}}),
        ("Observation.bodySite:binding", {}, {"bodySite": code("red")}, {"bodySite": code("green")}),
        (
            "Observation.interpretation:binding",
            {},
            {"interpretation": [code("red")]},
            {"interpretation": [code("green")]},
        ),
        ("Observation.value[x]:must-support", None, {"valueString": "1"}, {}),
        ("Observation.note:invariant:short", {}, {"note": [{"text": "x"}]}, {"note": [{"text": "long text"}]}),
        ("Observation.device:invariant:shown", {}, {"device": {"display": "d"}}, {"device": {"reference": "Device/1"}}),
        (
            "Observation.category:slice:a",
            {"category": [{"text": "b"}]},
            {"category": [{"text": "a", **code("red")}]},
            {"category": [{"text": "a"}]},
        ),
        (
            "Observation.component.value[x]:must-support",
            {},
            {"component": [{"code": {"text": "x"}, "valueString": "1"}]},
            {"component": [{"code": {"text": "x"}, "valueString": "1"}, {"code": {"text": "y"}}]},
        ),
        (
            "Observation.referenceRange.text:min",
            {},
            {"referenceRange": [{"text": "1-2"}]},
            {"referenceRange": [{"low": {"value": 1}}]},
        ),
    ],
)
def test_a_rule_is_asked_where_its_element_or_its_parent_stands(
    rule: str, unasked: dict[str, Any] | None, passing: dict[str, Any], failing: dict[str, Any]
) -> None:
    assert unasked is None or fails(rule, unasked) is None
    assert fails(rule, passing) is False
    assert fails(rule, failing) is True


def test_a_failed_prerequisite_fails_its_own_rule_only() -> None:
    found = world().of(BASIS)
    assert found.failed == {"Observation.subject:min", "Observation.value[x]:must-support"}


@pytest.mark.parametrize(
    "absent",
    [
        {"valueString": None, "_valueString": {"extension": ABSENT}},
        {"_valueString": {"extension": ABSENT}},
        {"valueQuantity": {"extension": ABSENT}},
        {
            "valueCodeableConcept": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}]
            }
        },
    ],
)
def test_a_reason_why_data_is_absent_does_not_fill_an_element(absent: dict[str, Any]) -> None:
    assert fails("Observation.value[x]:must-support", {name: value for name, value in absent.items() if value}) is True


def test_what_counts_to_no_rule_of_an_element_counts_to_the_profile() -> None:
    fixed = scoring(profile("Patient", element("Patient.gender", fixedCode="male")))
    found = fixed.of({"resourceType": "Patient", "gender": "female"})
    assert found.failed == {":profile"}
    assert fixed.of({"resourceType": "Patient"}).failed == set()


def test_what_is_wrong_in_r4_fails_the_base_alone() -> None:
    found = world().of({**BASIS, "status": "x", "subject": {"reference": "Patient/1"}, "valueString": "1"})
    assert found.failed == {":base", ":volume"}


def test_a_fault_of_ours_neither_passes_nor_fails() -> None:
    unusable = scoring(profile("Patient", element("Patient", constraint=[constraint("odd", "name.nothing(")])))
    found = unusable.of({"resourceType": "Patient"})
    assert found.error == {"Patient:invariant:odd"}
    assert found.failed == set()
    unknown = scoring(profile("Patient", element("Patient.language", binding=binding("required", "nowhere"))))
    assert unknown.of({"resourceType": "Patient", "language": "zh"}).error == {"Patient.language:binding"}


def test_the_volume_fails_for_what_is_refused() -> None:
    strict = scoring(profile("Patient", element("Patient.name", min=1)), mode="reject_from")
    assert ":volume" in strict.of({"resourceType": "Patient"}).failed
    found = strict.of({"resourceType": "Patient", "name": [{"text": "x"}]})
    assert ":volume" in found.asked - found.failed
    lenient = scoring(profile("Patient", element("Patient.name", min=1)))
    assert ":volume" not in lenient.of({"resourceType": "Patient"}).failed


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(("code", "text", "coding", "extension", "url")), inner, max_size=3),
    ),
    max_leaves=4,
)
NAMES = (
    "subject",
    "method",
    "bodySite",
    "valueString",
    "_valueString",
    "note",
    "category",
    "component",
    "effectiveDateTime",
    "identifier",
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5))
def test_whatever_is_sent_the_masks_fit_together(more: dict[str, Any]) -> None:
    found = world().of({**BASIS, **more})
    assert found.asked >= {":base", ":profile", ":volume"}
    assert not found.asked & {":identity", ":life"}


def test_the_resources_of_a_stored_bundle_are_asked_each() -> None:
    named = scoring(profile("Patient", element("Patient.name", min=1)))
    patients = [{"resourceType": "Patient", "id": "a", "name": [{"text": "x"}]}, {"resourceType": "Patient", "id": "b"}]
    entries = [{"fullUrl": f"http://example.org/Patient/{each['id']}", "resource": each} for each in patients]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert named.of(bundle).failed == {"Patient.name:min"}
    assert named.of({**bundle, "entry": entries[:1]}).failed == set()


def test_a_profile_that_is_lost_is_no_fault_of_the_sender() -> None:
    named = scoring(profile("Patient", element("Patient.name", min=1)))
    judge = Enforcement(core_validator(), core().model, named.judge.policy, derived=[Derived(named.rules, ())])
    found = Scoring(judge, named.rules).of({"resourceType": "Patient"})
    assert (found.error, found.failed) == ({":profile"}, set())


def test_an_invariant_within_a_slice_counts_to_the_slice() -> None:
    cards = scoring(
        profile(
            "Patient",
            sliced("Patient.identifier", "value:system"),
            element("Patient.identifier:card", constraint=[constraint("long", "value.length() > 3")]),
            element("Patient.identifier:card.system", fixedUri="urn:card", min=1),
        )
    )
    short, other = (
        {"resourceType": "Patient", "identifier": [{"system": each, "value": "1"}]} for each in ("urn:card", "urn:x")
    )
    assert cards.of(short).failed == {"Patient.identifier:slice:card"}
    assert "Patient.identifier:slice:card" not in cards.of(other).asked


def test_what_is_asked_within_a_choice_of_one_type_is_a_rule_of_its_own() -> None:
    quantities = scoring(
        profile(
            "Observation",
            element("Observation.value[x]", type=of_type("Quantity")),
            element("Observation.value[x].unit", min=1),
        )
    )
    rule = "Observation.value[x].unit:min"
    assert rule in quantities.of({**BASIS, "valueQuantity": {"value": 1}}).failed
    found = quantities.of({**BASIS, "valueQuantity": {"value": 1, "unit": "g"}})
    assert rule in found.asked - found.failed
