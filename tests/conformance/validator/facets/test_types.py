"""Which types an element may have, and which profiles its values conform to."""

from __future__ import annotations

from tests.conformance.validator.world import (
    OBSERVATION,
    PATIENT,
    check,
    element,
    of_type,
    places,
    profile,
    the,
)

NAMED = profile("HumanName", element("HumanName.family", min=1), name="named")
SPELT = profile("HumanName", element("HumanName.text", min=1), name="spelt")


def test_a_choice_has_only_the_types_that_the_profile_leaves() -> None:
    asked = profile("Observation", element("Observation.value[x]", type=of_type("Quantity")))
    assert places(check(OBSERVATION | {"valueQuantity": {"value": 1}}, asked)) == []
    found = the(check(OBSERVATION | {"valueString": "x"}, asked), "type.not-allowed")
    assert (found.path, found.element, found.rule) == ("Observation.value", "Observation.value[x]", "type")
    assert (found.params["found"], found.params["expected"]) == ("string", "Quantity")


def test_a_wrong_type_is_looked_at_no_further() -> None:
    asked = profile(
        "Observation",
        element("Observation.value[x]", type=of_type("Quantity")),
        element("Observation.value[x].code", min=1),
    )
    assert places(check(OBSERVATION | {"valueString": "x"}, asked)) == [("type.not-allowed", "Observation.value")]


def test_a_choice_that_is_renamed_to_one_type_takes_that_type_alone() -> None:
    asked = profile("Observation", element("Observation.valueQuantity", min=1, path="Observation.valueQuantity"))
    assert places(check(OBSERVATION | {"valueQuantity": {"value": 1}}, asked)) == []
    assert places(check(OBSERVATION, asked)) != []


def test_the_profile_of_an_element_is_asked_of_its_values() -> None:
    asked = profile("Patient", element("Patient.name", type=of_type("HumanName", NAMED["url"])))
    found = the(check(PATIENT | {"name": [{"text": "x"}]}, asked, NAMED), "cardinality.min")
    assert (found.path, found.element) == ("Patient.name[0]", "HumanName.family")
    assert found.profile == f"{NAMED['url']}|1.0.0"
    assert check(PATIENT | {"name": [{"family": "x"}]}, asked, NAMED) == []


def test_one_of_several_profiles_of_an_element_is_enough() -> None:
    asked = profile("Patient", element("Patient.name", type=of_type("HumanName", NAMED["url"], SPELT["url"])))
    assert check(PATIENT | {"name": [{"family": "x"}]}, asked, NAMED, SPELT) == []
    assert check(PATIENT | {"name": [{"text": "x"}]}, asked, NAMED, SPELT) == []
    found = the(check(PATIENT | {"name": [{"use": "official"}]}, asked, NAMED, SPELT), "type.no-profile-fits")
    assert found.path == "Patient.name[0]"
    assert [(each.id, each.element) for each in found.nested] == [
        ("cardinality.min", "HumanName.family"),
        ("cardinality.min", "HumanName.text"),
    ]


def test_an_unknown_profile_of_an_element_is_an_error() -> None:
    asked = profile("Patient", element("Patient.name", type=of_type("HumanName", "http://example.org/none")))
    found = the(check(PATIENT | {"name": [{"text": "x"}]}, asked), "profile.unknown")
    assert (found.path, found.severity) == ("Patient.name[0]", "error")


def test_a_profile_for_another_type_does_not_fit() -> None:
    found = the(check({"resourceType": "Basic", "code": {"text": "x"}}, profile("Patient")), "profile.wrong-type")
    assert (found.path, found.params["expected"], found.params["found"]) == ("Basic", "Patient", "Basic")


def test_a_profile_on_an_abstract_type_fits_all_that_derive_from_it() -> None:
    asked = profile("DomainResource", element("DomainResource.text", min=1))
    assert places(check(PATIENT, asked)) == [("cardinality.min", "Patient")]


def test_the_profile_of_a_contained_resource_is_asked_of_it() -> None:
    inside = profile("Organization", element("Organization.name", min=1), name="inside")
    asked = profile("Patient", element("Patient.contained", type=of_type("Organization", inside["url"])))
    patient = PATIENT | {"managingOrganization": {"reference": "#o"}}
    bad = patient | {"contained": [{"resourceType": "Organization", "id": "o", "active": True}]}
    assert ("cardinality.min", "Patient.contained[0]") in places(check(bad, asked, inside))
    good = patient | {"contained": [{"resourceType": "Organization", "id": "o", "name": "x"}]}
    assert places(check(good, asked, inside)) == []
    other = patient | {"contained": [{"resourceType": "Location", "id": "o"}]}
    assert ("type.not-allowed", "Patient.contained[0]") in places(check(other, asked, inside))
