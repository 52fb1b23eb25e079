from __future__ import annotations

from typing import Any

import pytest

from conformance.validator.rules.structure_definition import check_structure_definition
from conformance.validator.rules.structure_definition_context import names_element
from conformance.validator.rules.structure_definition_values import covers
from conformance.validator.rules.structure_shape import is_sound
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.resource import Resource
from tests.conformance.validator.rules.conftest import Found, Recorder

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_URL = "http://example.org/p"
_FIRST = "StructureDefinition.differential.element[0]"


def definition(*elements: dict[str, Any], **more: Any) -> Resource:
    type_name = elements[0]["path"].partition(".")[0] if elements else "Patient"
    made = {
        "resourceType": "StructureDefinition",
        "url": _URL,
        "kind": "resource",
        "abstract": False,
        "type": type_name,
        "baseDefinition": _CORE + type_name,
        "derivation": "constraint",
        "differential": {"element": [{"id": element["path"], **element} for element in elements]},
    }
    return {key: value for key, value in {**made, **more}.items() if value is not None}


def extension(*elements: dict[str, Any], **more: Any) -> Resource:
    url = {"path": "Extension.url", "fixedUri": _URL}
    return definition(url, *elements, **{"kind": "complex-type", **more})


def check(core: Catalog, resource: Resource, *others: Resource) -> list[Found]:
    recorder = Recorder(core.extended(others) if others else core)
    check_structure_definition(resource, "StructureDefinition", recorder)
    return recorder.found


def errors(core: Catalog, resource: Resource, *others: Resource) -> list[tuple[str, str]]:
    found = check(core, resource, *others)
    return [(each.id.partition(".")[2], each.path) for each in found if each.severity == "error"]


@pytest.mark.parametrize("name", ["Patient", "bp", "patient-birthPlace", "Extension", "Element", "string"])
def test_definitions_of_fhir_itself_are_without_errors(core: Catalog, name: str) -> None:
    assert errors(core, core.structure(_CORE + name)) == []


def test_an_unknown_base_is_a_warning(core: Catalog) -> None:
    found = check(core, definition({"path": "Patient"}, baseDefinition="http://example.org/none"))
    assert found == [("structure-definition.unknown-base", "StructureDefinition.baseDefinition", "warning")]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"kind": "complex-type"}, ("kind-differs", "StructureDefinition.kind")),
        ({"baseDefinition": _CORE + "Group"}, ("type-differs", "StructureDefinition.type")),
        ({"derivation": "specialization"}, ("type-same", "StructureDefinition.type")),
        ({"derivation": None}, ("no-derivation", "StructureDefinition")),
    ],
)
def test_kind_type_and_derivation_agree_with_the_base(
    core: Catalog, more: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert errors(core, definition({"path": "Patient"}, **more)) == [expected]


@pytest.mark.parametrize(
    "element",
    [
        {"path": "Patient.shoeSize"},
        {"path": "Patient.birthDate", "max": "2"},
        {"path": "Patient.birthDate", "type": [{"code": "string"}]},
    ],
)
def test_a_differential_that_the_base_cannot_take_is_reported_at_its_element(
    core: Catalog, element: dict[str, Any]
) -> None:
    assert errors(core, definition(element)) == [("no-snapshot", _FIRST)]


def test_a_snapshot_of_another_size_than_the_differential_gives_is_out_of_date(core: Catalog) -> None:
    rows = core.structure("Patient")["snapshot"]["element"][:20]
    found = check(core, definition({"path": "Patient.gender", "min": 1}, snapshot={"element": rows}))
    assert [each.id for each in found] == ["structure-definition.snapshot-differs"]


def test_an_extension_fixes_its_own_url(core: Catalog) -> None:
    assert errors(core, extension()) == []
    wrong = definition({"path": "Extension.url", "fixedUri": "http://example.org/q"}, kind="complex-type")
    assert errors(core, wrong) == [("extension-url", _FIRST)]
    missing = definition({"path": "Extension"}, kind="complex-type")
    assert errors(core, missing) == [("extension-url", "StructureDefinition")]


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"type": "element", "expression": "Patient.name.given"}, []),
        ({"type": "element", "expression": "Observation.value[x]"}, []),
        ({"type": "element", "expression": "Patient.shoeSize"}, [("context-unknown", "error")]),
        ({"type": "element", "expression": "Element"}, [("context-anywhere", "warning")]),
        ({"type": "fhirpath", "expression": "Patient.name"}, [("context-needs-no-fhirpath", "warning")]),
        ({"type": "fhirpath", "expression": "Patient.name.where(use = 'old')"}, []),
        ({"type": "extension", "expression": "http://example.org/other"}, []),
    ],
)
def test_the_context_of_an_extension_is_an_element(
    core: Catalog, context: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    found = check(core, extension(context=[context]))
    assert [(each.id.partition(".")[2], each.severity) for each in found] == expected
    assert all(each.path == "StructureDefinition.context[0]" for each in found)


def test_only_extensions_have_contexts(core: Catalog) -> None:
    contexts = {"context": [{"type": "element", "expression": "Patient"}], "contextInvariant": ["true"]}
    assert errors(core, definition({"path": "Patient"}, **contexts)) == [
        ("context-not-extension", "StructureDefinition.context[0]"),
        ("context-not-extension", "StructureDefinition.contextInvariant[0]"),
    ]


def test_a_context_invariant_is_fhirpath(core: Catalog) -> None:
    assert errors(core, extension(contextInvariant=["a ="])) == [
        ("expression", "StructureDefinition.contextInvariant[0]")
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"code": "Reference", "targetProfile": [_CORE + "Organization"]}, []),
        ({"code": "Reference", "targetProfile": [_CORE + "HumanName"]}, ["target-no-resource"]),
        ({"code": "Reference", "targetProfile": ["http://example.org/none"]}, ["unknown-profile"]),
        ({"code": "Reference", "profile": [_CORE + "bp"]}, ["profile-of-other-type"]),
    ],
)
def test_types_name_profiles_of_their_kind(core: Catalog, entry: dict[str, Any], expected: list[str]) -> None:
    found = check(core, definition({"path": "Patient.managingOrganization", "type": [entry]}))
    assert [each.id.partition(".")[2] for each in found if "no-snapshot" not in each.id] == expected


def test_only_references_have_targets(core: Catalog) -> None:
    element = {"path": "Patient.birthDate", "type": [{"code": "date", "targetProfile": [_CORE + "Patient"]}]}
    assert errors(core, definition(element)) == [("target-without-reference", f"{_FIRST}.type[0]")]


@pytest.mark.parametrize(
    "facet",
    [{"binding": {"strength": "required"}}, {"maxLength": 3}],
)
def test_facets_need_a_type_that_they_mean_something_for(core: Catalog, facet: dict[str, Any]) -> None:
    element = {"path": "Patient.active", "type": [{"code": "boolean"}], **facet}
    assert errors(core, definition(element)) == [("facet", _FIRST)]


def test_values_have_a_type_of_the_element(core: Catalog) -> None:
    assert errors(core, definition({"path": "Patient.gender", "fixedCode": "male"})) == []
    assert errors(core, definition({"path": "Patient.gender", "fixedString": "male"})) == [
        ("value-type", f"{_FIRST}.fixed")
    ]


def test_values_stay_within_those_of_the_base(core: Catalog) -> None:
    parent = definition({"path": "Patient.gender", "fixedCode": "male"}, url="http://example.org/parent")
    child = definition({"path": "Patient.gender", "fixedCode": "female"}, baseDefinition="http://example.org/parent")
    assert errors(core, child, parent) == [("value-differs", f"{_FIRST}.fixed")]


def test_a_pattern_is_covered_by_a_value_that_has_all_of_it() -> None:
    pattern = {"coding": [{"code": "a"}]}
    assert covers({"coding": [{"code": "b"}, {"code": "a", "system": "s"}], "text": "t"}, pattern)
    assert not covers({"coding": [{"code": "b"}]}, pattern)


def rule(expression: str, key: str = "x-1", **more: Any) -> dict[str, Any]:
    return {"key": key, "severity": "error", "human": "…", "expression": expression, **more}


@pytest.mark.parametrize(
    ("path", "expression", "is_right"),
    [
        ("Patient.name", "family.exists() or given.exists()", True),
        ("Patient.name", "family.exists(", False),
        ("Patient.name", "taste.exists()", False),
        ("Patient.contact", "name.exists() implies gender.exists()", True),
        ("Patient", "birthDate <= today()", True),
    ],
)
def test_invariants_are_fhirpath_that_fits_their_element(
    core: Catalog, path: str, expression: str, is_right: bool
) -> None:
    expected = [] if is_right else [("expression", f"{_FIRST}.constraint[0]")]
    assert errors(core, definition({"path": path, "constraint": [rule(expression)]})) == expected


def test_a_key_means_one_expression(core: Catalog) -> None:
    own = definition({"path": "Patient", "constraint": [rule("true"), rule("name.exists()")]})
    assert errors(core, own) == [("constraint-key", f"{_FIRST}.constraint[1]")]
    taken = definition({"path": "Patient", "constraint": [rule("true", "pat-1")]})
    assert errors(core, taken) == [("constraint-key", f"{_FIRST}.constraint[0]")]


def test_a_constraint_of_a_differential_comes_from_no_other_profile(core: Catalog) -> None:
    foreign = definition({"path": "Patient", "constraint": [rule("true", source="http://example.org/other")]})
    assert errors(core, foreign) == [("constraint-source", f"{_FIRST}.constraint[0]")]


def by(path: str) -> dict[str, Any]:
    return {"discriminator": [{"type": "value", "path": path}], "rules": "open"}


def test_discriminators_are_paths_from_the_sliced_element(core: Catalog) -> None:
    assert errors(core, definition({"path": "Patient.contact", "slicing": by("relationship")})) == []
    assert errors(core, definition({"path": "Patient.contact", "slicing": by("nickname")})) == [
        ("discriminator", f"{_FIRST}.slicing.discriminator[0]")
    ]


def test_elements_that_do_not_repeat_are_not_sliced(core: Catalog) -> None:
    found = errors(core, definition({"path": "Patient.birthDate", "slicing": by("$this")}))
    assert ("slicing-without-repeat", f"{_FIRST}.slicing") in found


def test_a_slice_does_not_change_the_slicing_unless_it_is_sliced_again(core: Catalog) -> None:
    first = {"path": "Patient.identifier", "slicing": by("system")}
    card = {"path": "Patient.identifier", "id": "Patient.identifier:a", "sliceName": "a", "slicing": by("use")}
    part = {"path": "Patient.identifier", "id": "Patient.identifier:a/b", "sliceName": "a/b"}
    place = "StructureDefinition.differential.element[1].slicing"
    assert errors(core, definition(first, card)) == [("slicing-changed", place)]
    assert errors(core, definition(first, card, part)) == []


@pytest.mark.parametrize(
    "broken",
    [{"differential": {"element": [[]]}}, {"differential": []}, {"type": 1}, {"context": [None]}, {"url": {}}],
)
def test_a_malformed_definition_is_left_to_the_checks_of_its_structure(core: Catalog, broken: dict[str, Any]) -> None:
    resource = {**definition({"path": "Patient.shoeSize"}), **broken}
    assert not is_sound(resource, "StructureDefinition", core.model) or "context" in broken
    check(core, resource)


def test_an_element_is_named_by_a_path_through_types(core: Catalog) -> None:
    assert names_element("Questionnaire.item.item.text", core.model)
    assert names_element("Bundle.entry.resource", core.model)
    assert names_element("Observation.valueQuantity.unit", core.model)
    assert not names_element("Patient.name.unit", core.model)
    assert not names_element("Nothing", core.model)
