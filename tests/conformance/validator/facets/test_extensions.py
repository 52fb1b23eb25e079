"""Extensions (https://hl7.org/fhir/R4/extensibility.html)."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validator import Policy
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import (
    CORE,
    HOME,
    OBSERVATION,
    PATIENT,
    check_core,
    element,
    extension,
    of_type,
    places,
    the,
)

FOREIGN = "http://foreign.test/StructureDefinition/colour"


def holding(url: str, **value: Any) -> Resource:
    return PATIENT | {"extension": [{"url": url} | (value or {"valueString": "x"})]}


@pytest.mark.parametrize(
    ("level", "expected"), [("error", "error"), ("warning", "warning"), ("information", "information")]
)
def test_the_policy_says_how_bad_an_unknown_extension_is(level: Any, expected: str) -> None:
    found = the(check_core(holding(FOREIGN), policy=Policy(unknown_extension=level)), "extension.unknown")
    assert (found.path, found.severity, found.params["url"]) == ("Patient.extension[0]", expected, FOREIGN)


def test_an_unknown_extension_may_be_let_pass() -> None:
    assert check_core(holding(FOREIGN), policy=Policy(unknown_extension="ignore")) == []


def test_an_unknown_extension_never_passes_unseen() -> None:
    found = the(check_core(holding(FOREIGN)), "extension.unknown")
    assert (found.path, found.severity) == ("Patient.extension[0]", Policy().unknown_extension)


@pytest.mark.parametrize("url", ["http://example.org/x", "http://acme.com/x"])
def test_an_unknown_extension_of_an_open_domain_is_only_told(url: str) -> None:
    assert the(check_core(holding(url)), "extension.unknown").severity == "information"


def test_the_open_domains_are_a_matter_of_policy() -> None:
    issues = check_core(holding(FOREIGN), policy=Policy(open_extension_domains=("http://foreign.test",)))
    assert the(issues, "extension.unknown").severity == "information"


def test_an_unknown_modifier_extension_is_always_an_error() -> None:
    patient = PATIENT | {"modifierExtension": [{"url": FOREIGN, "valueString": "x"}]}
    found = the(check_core(patient, policy=Policy(unknown_extension="ignore")), "extension.unknown-modifier")
    assert (found.path, found.severity) == ("Patient.modifierExtension[0]", "error")


def test_an_extension_has_an_absolute_url() -> None:
    found = the(check_core(holding("colour")), "extension.relative-url")
    assert (found.path, found.params["found"]) == ("Patient.extension[0]", "colour")


def test_an_extension_has_a_url() -> None:
    found = the(check_core(PATIENT | {"extension": [{"valueString": "x"}]}), "cardinality.min")
    assert (found.path, found.element) == ("Patient.extension[0]", "Extension.url")


def test_an_extension_has_a_value_or_extensions() -> None:
    colour = extension("colour")
    assert ("ext-1", "Patient.extension[0]") in [
        (each.rule, each.path)
        for each in check_core(PATIENT | {"extension": [{"url": colour["url"], "id": "a"}]}, colour)
    ]


def test_the_parts_of_an_extension_have_relative_urls() -> None:
    parts = extension(
        "parts",
        element(
            "Extension.extension", slicing={"rules": "closed", "discriminator": [{"type": "value", "path": "url"}]}
        ),
        element("Extension.extension:size", min=1, max="1"),
        element("Extension.extension:size.url", fixedUri="size"),
        element("Extension.extension:size.value[x]", min=1, type=of_type("integer")),
        element("Extension.value[x]", max="0"),
    )
    good = PATIENT | {"extension": [{"url": parts["url"], "extension": [{"url": "size", "valueInteger": 1}]}]}
    assert check_core(good, parts) == []
    wrong = PATIENT | {"extension": [{"url": parts["url"], "extension": [{"url": "size", "valueString": "x"}]}]}
    assert places(check_core(wrong, parts)) == [("type.not-allowed", "Patient.extension[0].extension[0].value")]
    other = PATIENT | {"extension": [{"url": parts["url"], "extension": [{"url": "shape", "valueString": "x"}]}]}
    assert {each for each, _ in places(check_core(other, parts))} == {"slicing.unmatched", "slicing.min"}


def test_what_the_definition_asks_is_asked_of_the_extension() -> None:
    colour = extension("colour", element("Extension.value[x]", min=1, type=of_type("code")))
    assert check_core(holding(colour["url"], valueCode="red"), colour) == []
    found = the(check_core(holding(colour["url"], valueString="red"), colour), "type.not-allowed")
    assert (found.path, found.params["expected"]) == ("Patient.extension[0].value", "code")
    assert found.profile == f"{colour['url']}|1.0.0"


def test_an_extension_stands_where_its_definition_allows() -> None:
    colour = extension("colour", contexts=["Patient.name", "Observation"])
    allowed = PATIENT | {"name": [{"text": "x", "extension": [{"url": colour["url"], "valueString": "x"}]}]}
    assert check_core(allowed, colour) == []
    found = the(check_core(holding(colour["url"]), colour), "extension.context")
    assert found.path == "Patient.extension[0]"
    assert "Patient.name" in found.params["expected"]


@pytest.mark.parametrize("context", ["Element", "Patient", "DomainResource", "Resource"])
def test_a_context_covers_what_derives_from_it(context: str) -> None:
    colour = extension("colour", contexts=[context])
    assert check_core(holding(colour["url"]), colour) == []


def test_a_context_may_be_a_datatype() -> None:
    colour = extension("colour", contexts=["HumanName", "string"])
    patient = PATIENT | {
        "name": [
            {
                "family": "x",
                "_family": {"extension": [{"url": colour["url"], "valueString": "x"}]},
                "extension": [{"url": colour["url"], "valueString": "x"}],
            }
        ]
    }
    assert check_core(patient, colour) == []


def test_a_context_may_be_another_extension() -> None:
    outer = extension("outer")
    inner = extension("inner", contexts=[f"extension:{outer['url']}"])
    within = {"url": outer["url"], "extension": [{"url": inner["url"], "valueString": "x"}]}
    assert places(check_core(PATIENT | {"extension": [within]}, inner, outer)) == []
    assert places(check_core(holding(inner["url"]), inner, outer)) == [("extension.context", "Patient.extension[0]")]


def test_a_context_may_be_an_expression() -> None:
    colour = extension("colour", contexts=["fhirpath:Patient.name.where(use = 'official')"])
    beside = [{"url": colour["url"], "valueString": "x"}]
    assert check_core(PATIENT | {"name": [{"use": "official", "extension": beside}]}, colour) == []
    assert places(check_core(PATIENT | {"name": [{"use": "usual", "extension": beside}]}, colour)) == [
        ("extension.context", "Patient.name[0].extension[0]")
    ]


def test_the_invariant_of_a_context_holds_where_the_extension_stands() -> None:
    rule = "%extension.value.exists() and name.exists()"
    colour = extension("colour", contexts=["Patient"], contextInvariant=[rule])
    assert check_core(holding(colour["url"]) | {"name": [{"text": "x"}]}, colour) == []
    found = the(check_core(holding(colour["url"]), colour), "extension.context-invariant")
    assert (found.path, found.params["expected"]) == ("Patient.extension[0]", rule)


def test_an_invariant_of_a_context_that_cannot_be_run_is_told() -> None:
    colour = extension("colour", contexts=["Patient"], contextInvariant=["name.exists("])
    found = the(check_core(holding(colour["url"]), colour), "invariant.unusable")
    assert found.path == "Patient.extension[0]"


def test_a_modifier_stands_among_modifiers_and_no_other_does() -> None:
    modifier = extension("modifier", contexts=["Patient"], modifier=True)
    plain = extension("plain", contexts=["Patient"])
    rows = [{"url": modifier["url"], "valueString": "x"}], [{"url": plain["url"], "valueString": "x"}]
    assert check_core(PATIENT | {"modifierExtension": rows[0], "extension": rows[1]}, modifier, plain) == []
    found = check_core(PATIENT | {"modifierExtension": rows[1], "extension": rows[0]}, modifier, plain)
    assert [(each.id, each.params["expected"]) for each in found if each.is_error] == [
        ("extension.modifier", "modifierExtension"),
        ("extension.modifier", "extension"),
    ]


def test_a_profile_that_is_no_extension_does_not_define_one() -> None:
    assert the(check_core(holding(f"{CORE}/Patient")), "extension.unknown").path == "Patient.extension[0]"


def test_an_extension_in_a_contained_resource_is_checked() -> None:
    colour = extension("colour", element("Extension.value[x]", type=of_type("code")))
    inner = holding(colour["url"], valueString="x") | {"id": "p"}
    issues = check_core(OBSERVATION | {"contained": [inner], "subject": {"reference": "#p"}}, colour)
    assert places(issues) == [("type.not-allowed", "Observation.contained[0].extension[0].value")]


@pytest.mark.parametrize(
    "row", [None, "x", 1, [], {}, {"url": 1}, {"url": []}, {"url": None}, {"url": f"{HOME}/x", "extension": 1}]
)
def test_an_extension_of_a_wrong_shape_is_told(row: Any) -> None:
    assert places(check_core(PATIENT | {"extension": [row]})) != []
