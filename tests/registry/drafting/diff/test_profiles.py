"""Changes of profiles, each of which is judged by what records may do afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.resource import Resource
from registry.drafting.diff.change import Change
from registry.drafting.diff.difference import differences
from tests.registry.drafting.making import HOME, code_system, compared, element, profile, value_set

COLOURS = code_system("red", "blue", "green")
SETS = (COLOURS, value_set("red", "blue", name="two"), value_set("red", "blue", "green", name="three"))


def changes(old: list[Resource], new: list[Resource], **more: Any) -> list[Change]:
    before = [profile(*old, **more), *SETS]
    after = [profile(*new, **more), *SETS]
    return list(differences(compared(*before), compared(*after)).changes)


def told(old: list[Resource], new: list[Resource], **more: Any) -> list[tuple[str, str, str]]:
    return [(each.element, each.facet, each.effect) for each in changes(old, new, **more)]


def bound(strength: str, name: str) -> Resource:
    url = f"{HOME}/ValueSet/{name}"
    return element("Patient.maritalStatus", binding={"strength": strength, "valueSet": url})


def constraint(expression: str, severity: str = "error") -> list[dict[str, str]]:
    return [{"key": "x-1", "severity": severity, "human": "x", "expression": expression}]


NAME = "Patient.name"
CASES: list[tuple[list[Resource], list[Resource], list[tuple[str, str, str]]]] = [
    ([], [element(NAME, min=1)], [(NAME, "min", "breaking")]),
    ([element(NAME, min=1)], [], [(NAME, "min", "non-breaking")]),
    ([], [element(NAME, max="1")], [(NAME, "max", "breaking")]),
    ([element(NAME, max="1")], [], [(NAME, "max", "non-breaking")]),
    ([], [element(NAME, mustSupport=True)], [(NAME, "mustSupport", "informative")]),
    ([], [element(NAME, short="Full name")], [(NAME, "short", "informative")]),
    ([], [element("Patient.gender", fixedCode="male")], [("Patient.gender", "fixed", "breaking")]),
    ([element("Patient.gender", fixedCode="male")], [], [("Patient.gender", "fixed", "non-breaking")]),
    (
        [element("Patient.gender", patternCode="male")],
        [element("Patient.gender", patternCode="female")],
        [("Patient.gender", "pattern", "breaking")],
    ),
    (
        [],
        [element("Patient.deceased[x]", type=[{"code": "boolean"}])],
        [("Patient.deceased[x]", "type", "breaking")],
    ),
    (
        [element("Patient.deceased[x]", type=[{"code": "boolean"}])],
        [],
        [("Patient.deceased[x]", "type", "non-breaking")],
    ),
    ([], [element("Patient", constraint=constraint("name.exists()"))], [("Patient", "constraint x-1", "breaking")]),
    ([element("Patient", constraint=constraint("name.exists()"))], [], [("Patient", "constraint x-1", "non-breaking")]),
    (
        [],
        [element("Patient", constraint=constraint("name.exists()", "warning"))],
        [("Patient", "constraint x-1", "non-breaking")],
    ),
    (
        [bound("required", "two")],
        [bound("required", "three")],
        [("Patient.maritalStatus", "binding.valueSet", "non-breaking")],
    ),
    (
        [bound("required", "three")],
        [bound("required", "two")],
        [("Patient.maritalStatus", "binding.valueSet", "breaking")],
    ),
    (
        [bound("preferred", "two")],
        [bound("required", "two")],
        [("Patient.maritalStatus", "binding.strength", "breaking")],
    ),
    (
        [bound("required", "two")],
        [bound("preferred", "two")],
        [("Patient.maritalStatus", "binding.strength", "non-breaking")],
    ),
    (
        [bound("example", "two")],
        [bound("preferred", "two")],
        [("Patient.maritalStatus", "binding.strength", "informative")],
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_each_facet_is_told_once_with_its_effect(
    old: list[Resource], new: list[Resource], expected: list[tuple[str, str, str]]
) -> None:
    assert told(old, new) == expected


def test_every_change_has_its_sentence_and_its_reason_in_both_languages() -> None:
    for old, new, _ in CASES:
        for each in changes(old, new):
            assert each.element in each.sentence.en
            assert each.sentence.zh != each.sentence.en
            assert each.why.en
            assert each.why.zh


def test_an_element_that_is_spelt_out_for_the_first_time_tells_only_what_differs() -> None:
    found = told([], [element("Patient.identifier.system", min=1)])
    assert found == [("Patient.identifier.system", "min", "breaking")]


def slices(*parts: Resource, rules: str = "open") -> list[Resource]:
    slicing = {"rules": rules, "discriminator": [{"type": "value", "path": "system"}]}
    return [element("Patient.identifier", slicing=slicing), *parts]


ID = element("Patient.identifier:id")
SYSTEM = element("Patient.identifier:id.system", min=1, fixedUri="urn:id")


def test_a_new_slice_is_breaking_and_told_once() -> None:
    assert told(slices(), slices(ID, SYSTEM)) == [("Patient.identifier:id", "slice", "breaking")]


def test_a_slice_that_went_is_breaking_only_where_no_other_items_are_allowed() -> None:
    assert told(slices(ID, SYSTEM), slices()) == [("Patient.identifier:id", "slice", "non-breaking")]
    closed = told(slices(ID, SYSTEM, rules="closed"), slices(rules="closed"))
    assert closed == [("Patient.identifier:id", "slice", "breaking")]


def test_closing_a_slicing_is_breaking_and_opening_it_is_not() -> None:
    opened, closed = slices(ID, SYSTEM), slices(ID, SYSTEM, rules="closed")
    assert told(opened, closed) == [("Patient.identifier", "slicing.rules", "breaking")]
    assert told(closed, opened) == [("Patient.identifier", "slicing.rules", "non-breaking")]


def test_what_gets_looser_is_breaking_where_it_decides_who_belongs_to_a_slice() -> None:
    loose = element("Patient.identifier:id.system", min=1)
    period = element("Patient.identifier:id.period", min=1)
    assert told(slices(ID, SYSTEM), slices(ID, loose)) == [("Patient.identifier:id.system", "fixed", "breaking")]
    assert told(slices(ID, SYSTEM, period), slices(ID, SYSTEM)) == [
        ("Patient.identifier:id.period", "min", "non-breaking")
    ]


def test_codes_added_to_a_value_set_that_decides_a_slice_are_breaking() -> None:
    slicing = {"rules": "open", "discriminator": [{"type": "value", "path": "code"}]}
    parts = [
        element("Observation.component", slicing=slicing),
        element("Observation.component:c"),
        element("Observation.component:c.code", binding={"strength": "required", "valueSet": f"{HOME}/ValueSet/v"}),
    ]
    sliced = profile(*parts, type_name="Observation")
    old = compared(sliced, COLOURS, value_set("red", name="v"))
    new = compared(sliced, COLOURS, value_set("red", "blue", name="v"))
    assert [(each.facet, each.effect) for each in differences(old, new).changes] == [("code", "breaking")]


def extension(name: str) -> Resource:
    url = f"{HOME}/StructureDefinition/{name}"
    return profile(
        element("Extension.url", fixedUri=url),
        type_name="Extension",
        name=name,
        kind="complex-type",
        context=[{"type": "element", "expression": "Patient"}],
    )


def test_an_optional_extension_that_is_new_itself_is_not_breaking() -> None:
    part = element(
        "Patient.extension:e", max="1", type=[{"code": "Extension", "profile": [f"{HOME}/StructureDefinition/e"]}]
    )
    new = differences(compared(profile()), compared(profile(part), extension("e")))
    assert [(each.facet, each.effect) for each in new.changes] == [
        ("artefact", "non-breaking"),
        ("slicing.discriminator", "informative"),
        ("slice", "non-breaking"),
    ]
    known = differences(compared(profile(), extension("e")), compared(profile(part), extension("e")))
    assert [(each.facet, each.effect) for each in known.changes] == [
        ("slicing.discriminator", "informative"),
        ("slice", "breaking"),
    ]


def test_a_profile_that_cannot_be_compared_counts_as_breaking() -> None:
    found = changes([element(NAME, min=1)], [element("Patient.nickname", min=1)])
    assert [(each.facet, each.effect) for each in found] == [("snapshot", "breaking")]
    assert "nickname" in found[0].after


def test_contexts_and_words_of_the_profile_itself_are_compared() -> None:
    old, new = (
        extension("e"),
        {**extension("e"), "title": "New", "context": [{"type": "element", "expression": "Person"}]},
    )
    found = differences(compared(old), compared(new))
    assert [(each.facet, each.kind, each.effect) for each in found.changes] == [
        ("context", "removed", "breaking"),
        ("context", "added", "non-breaking"),
        ("title", "added", "informative"),
    ]


def test_how_many_items_a_slice_has_does_not_decide_who_belongs_to_it() -> None:
    many = element("Patient.identifier:id", min=1, max="1")
    assert told(slices(many, SYSTEM), slices(ID, SYSTEM)) == [
        ("Patient.identifier:id", "min", "non-breaking"),
        ("Patient.identifier:id", "max", "non-breaking"),
    ]
