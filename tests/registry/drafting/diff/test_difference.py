from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.validator import Validator
from fhir_kernel.resource import Resource
from registry.drafting.diff.change import MOST_CHANGES, Change
from registry.drafting.diff.difference import Compared, differences
from terminology.local import LocalCodes
from tests.registry.drafting.making import HOME, MANIFEST, code_system, compared, element, profile, value_set

CODES = ("red", "blue", "green")
SWAPPED = {"added": "removed", "removed": "added", "changed": "changed"}


def row(change: Change, *, swapped: bool = False) -> tuple[str, ...]:
    kind, before, after = change.kind, change.before, change.after
    if swapped:
        kind, before, after = SWAPPED[kind], after, before  # type: ignore[assignment]
    return change.artefact, change.element, change.facet, kind, before, after


def told(old: Compared, new: Compared) -> list[tuple[str, str, str, str]]:
    return [(each.type, each.element, each.facet, each.effect) for each in differences(old, new).changes]


cardinality = st.sampled_from([(0, "*"), (0, "1"), (0, "2"), (1, "*"), (1, "1"), (1, "2"), (2, "*"), (0, "0")])
binding = st.sampled_from(["example", "preferred", "extensible", "required"])
members = st.sets(st.sampled_from(CODES), min_size=1)


@st.composite
def drafts(draw: st.DrawFn) -> list[Resource]:
    """A profile on names and marital status, with a value set and its code system."""
    least, most = draw(cardinality)
    rows = [element("Patient.name", min=least, max=most)]
    if draw(st.booleans()):
        url = f"{HOME}/ValueSet/{draw(st.sampled_from(['colours', 'others']))}"
        rows.append(element("Patient.maritalStatus", binding={"strength": draw(binding), "valueSet": url}))
    if draw(st.booleans()):
        rows.append(element("Patient.gender", **draw(st.sampled_from([{"fixedCode": "male"}, {"min": 1}]))))
    if most != "0" and draw(st.booleans()):
        rows.insert(1, element("Patient.name.family", min=draw(st.sampled_from([0, 1]))))
    sets = [value_set(*sorted(draw(members)), name=name) for name in ("colours", "others")]
    return [profile(*rows), code_system(*CODES), *sets]


@st.composite
def patients(draw: st.DrawFn) -> Resource:
    names = draw(st.lists(st.sampled_from([{"family": "张"}, {"text": "x"}]), max_size=3))
    found: dict[str, Any] = {"resourceType": "Patient"} | ({"name": names} if names else {})
    if draw(st.booleans()):
        coding = {"system": f"{HOME}/CodeSystem/colours", "code": draw(st.sampled_from(CODES))}
        found["maritalStatus"] = {"coding": [coding]}
    if draw(st.booleans()):
        found["gender"] = draw(st.sampled_from(["male", "female"]))
    return found


def is_valid(patient: Resource, side: Compared) -> bool:
    validator = Validator(side.catalog, LocalCodes(side.catalog))
    return validator.validate(patient, [f"{HOME}/StructureDefinition/p"]).valid


@settings(max_examples=25, deadline=None)
@given(drafts())
def test_a_draft_does_not_differ_from_itself(resources: list[Resource]) -> None:
    found = differences(compared(*resources), compared(*resources))
    assert (found.changes, found.step) == ((), "none")


@settings(max_examples=40, deadline=None)
@given(drafts(), drafts())
def test_backwards_everything_added_was_removed(old: list[Resource], new: list[Resource]) -> None:
    forth, back = compared(*old), compared(*new)
    there = {row(each) for each in differences(forth, back).changes}
    assert there == {row(each, swapped=True) for each in differences(back, forth).changes}


@settings(max_examples=120, deadline=None)
@given(drafts(), drafts(), st.lists(patients(), min_size=6, max_size=6))
def test_what_is_not_called_breaking_breaks_no_record(
    old: list[Resource], new: list[Resource], records: list[Resource]
) -> None:
    before, after = compared(*old), compared(*new)
    if differences(before, after).step == "major":
        before, after = after, before
    if differences(before, after).step == "major":
        return
    for record in records:
        assert not is_valid(record, before) or is_valid(record, after), record


def test_codes_are_compared_one_by_one() -> None:
    old = code_system("red", "blue", "green")
    new = code_system("red", "blue", "pink", blue="Azure")
    new["concept"][0]["definition"] = "as blood"
    assert told(compared(old), compared(new)) == [
        ("CodeSystem", "red", "definition", "informative"),
        ("CodeSystem", "blue", "display", "breaking"),
        ("CodeSystem", "green", "code", "breaking"),
        ("CodeSystem", "pink", "code", "non-breaking"),
    ]


def test_a_display_that_stays_as_a_designation_breaks_nothing() -> None:
    old, new = code_system("blue"), code_system("blue", blue="Azure")
    new["concept"][0]["designation"] = [{"value": "Blue"}]
    assert told(compared(old), compared(new)) == [("CodeSystem", "blue", "display", "informative")]


def test_value_sets_are_compared_by_their_members_wherever_they_come_from() -> None:
    old = compared(code_system("red", "blue"), value_set())
    new = compared(code_system("red", "green"), value_set("red", "green"))
    system = f"{HOME}/CodeSystem/colours"
    assert [each for each in told(old, new) if each[0] == "ValueSet"] == [
        ("ValueSet", f"{system}#blue", "code", "breaking"),
        ("ValueSet", f"{system}#green", "code", "non-breaking"),
    ]


def test_the_same_members_said_otherwise_are_informative() -> None:
    system = code_system("red", "blue")
    assert told(compared(system, value_set()), compared(system, value_set("red", "blue"))) == [
        ("ValueSet", "", "compose", "informative")
    ]


def test_a_value_set_that_cannot_be_listed_counts_as_breaking() -> None:
    open_set = {**value_set(), "compose": {"include": [{"system": "http://loinc.org"}]}}
    assert told(compared(value_set("red")), compared(open_set)) == [("ValueSet", "", "compose", "breaking")]


def test_artefacts_come_and_go() -> None:
    assert told(compared(profile()), compared(code_system("a"))) == [
        ("CodeSystem", "", "artefact", "non-breaking"),
        ("StructureDefinition", "", "artefact", "breaking"),
    ]


def test_the_step_is_that_of_the_gravest_change() -> None:
    base = profile()
    patch = {**base, "description": "new"}
    minor = compared(base, code_system("a"))
    assert differences(compared(base), compared(patch)).step == "patch"
    assert differences(compared(base), minor).step == "minor"
    assert differences(minor, compared(base)).step == "major"


def test_another_version_of_a_dependency_counts_as_breaking() -> None:
    needs = [{**MANIFEST, "dependencies": {"cn.example.other": version}} for version in ("1.0.0", "1.1.0")]
    old, new = (compared(profile(), manifest=each) for each in needs)
    assert told(old, new) == [("package", "cn.example.other", "dependency", "breaking")]


def test_changes_beyond_the_limit_are_counted_and_breaking_ones_kept() -> None:
    many = [f"c{number}" for number in range(MOST_CHANGES + 500)]
    found = differences(compared(code_system("old")), compared(code_system(*many)))
    assert (len(found.changes), found.left_off) == (MOST_CHANGES, 501)
    assert dict(found.counts) == {"breaking": 1, "non-breaking": MOST_CHANGES + 500, "informative": 0}
    assert any(each.effect == "breaking" for each in found.changes)
    assert found.step == "major"


@pytest.mark.parametrize(
    "wrong",
    [
        {**profile(), "snapshot": {"element": [{"id": "Patient", "path": "Patient", "constraint": "x"}]}},
        {**profile(), "snapshot": {"element": [{"id": "Patient", "path": "Patient", "min": "many"}]}},
        {**profile(), "snapshot": {"element": [{"path": "Patient"}, {"path": "Patient.name"}]}},
        {**profile(), "differential": {"element": [1]}},
        {**profile(), "context": [1]},
        {**profile(), "baseDefinition": 1},
    ],
)
def test_definitions_of_no_shape_count_as_breaking_and_nothing_breaks(wrong: Resource) -> None:
    good = profile(element("Patient.name", min=1))
    assert differences(compared(good), compared(wrong)).step == "major"
    assert differences(compared(wrong), compared(good)).step == "major"


def test_references_within_the_draft_that_follow_its_version_are_no_change() -> None:
    def edition(version: str) -> list[Resource]:
        binding = {"strength": "required", "valueSet": f"{HOME}/ValueSet/colours|{version}"}
        target = {"code": "Reference", "targetProfile": [f"{HOME}/StructureDefinition/o|{version}"]}
        rows = [
            element("Patient.maritalStatus", binding=binding),
            element("Patient.managingOrganization", type=[target]),
        ]
        parts = [profile(*rows), profile(type_name="Organization", name="o"), code_system("red"), value_set("red")]
        return [{**each, "version": version} for each in parts]

    found = differences(compared(*edition("2026.0.0")), compared(*edition("2027.0.0")))
    assert {each.facet for each in found.changes} == {"version"}
    assert found.step == "patch"
