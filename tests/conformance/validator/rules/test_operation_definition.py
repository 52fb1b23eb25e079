from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import CORE, HOME, check_core, element, of_type, profile, sliced, the

URL = f"{HOME}/StructureDefinition/input"
NOTHING = {"max": "0"}


def parameter(name: str = "subject", **more: Any) -> Resource:
    return {"name": name, "use": "in", "min": 1, "max": "1", "type": "Patient"} | more


def operation(*parameters: Resource, **more: Any) -> Resource:
    return {
        "resourceType": "OperationDefinition",
        "name": "Operation",
        "status": "active",
        "kind": "operation",
        "code": "do",
        "system": True,
        "type": False,
        "instance": False,
        "inputProfile": URL,
        "parameter": list(parameters),
    } | more


def described(name: str = "subject", **facets: Any) -> list[Resource]:
    """A slice for the parameter `name`; `value`, `resource` and `part` are forbidden unless they are given."""
    place = f"Parameters.parameter:{name}"
    holders = {each: facets.pop(each, NOTHING) for each in ("value", "resource", "part")}
    return [
        element(place, **({"min": 1, "max": "1"} | facets)),
        element(f"{place}.name", patternString=name),
        element(f"{place}.value[x]", **holders["value"]),
        element(f"{place}.resource", **holders["resource"]),
        element(f"{place}.part", **holders["part"]),
    ]


def found(resource: Resource, *rows: Resource) -> list[Issue]:
    slicing = sliced("Parameters.parameter", "value:name")
    asked = profile("Parameters", element("Parameters"), slicing, *rows, name="input")
    return [each for each in check_core(resource, asked) if each.id.startswith("operation-definition.")]


def ids(issues: list[Issue]) -> list[str]:
    return [each.id.partition(".")[2] for each in issues]


PATIENT = {"type": of_type("Patient")}


def test_a_profile_may_say_what_the_operation_says() -> None:
    assert found(operation(parameter()), *described(resource=PATIENT)) == []


@pytest.mark.parametrize(("facet", "value"), [("min", 0), ("max", "*")])
def test_a_parameter_may_stand_as_often_as_the_operation_says(facet: str, value: Any) -> None:
    issue = the(
        found(operation(parameter()), *described("subject", resource=PATIENT, **{facet: value})),
        "operation-definition.number-differs",
    )
    assert (issue.severity, issue.path) == ("error", "OperationDefinition.inputProfile")
    assert (issue.params["found"], issue.params["expected"], issue.params["what"]) == (str(value), "1", facet)


def test_types_are_the_same() -> None:
    issues = found(operation(parameter()), *described(resource={"type": of_type("Group")}))
    assert ids(issues) == ["type-added", "type-missing"]
    assert the(issues, "operation-definition.type-added").params["found"] == "Group"


def test_several_types_are_allowed_by_extension() -> None:
    url = f"{CORE}/operationdefinition-allowed-type"
    allowed = [{"url": url, "valueUri": "string"}, {"url": url, "valueUri": "code"}]
    both = {"type": [*of_type("string"), *of_type("code")]}
    several = parameter(type="Element", extension=allowed)
    assert found(operation(several), *described(value=both)) == []
    assert ids(found(operation(several), *described(value={"type": of_type("code")}))) == ["type-missing"]


def test_under_an_abstract_type_the_profile_chooses() -> None:
    assert found(operation(parameter(type="Resource")), *described(resource=PATIENT)) == []


def test_targets_are_the_same() -> None:
    target = f"{CORE}/Patient"
    reference = {"type": of_type("Reference", targets=[target])}
    pointing = parameter(type="Reference", targetProfile=[target])
    assert found(operation(pointing), *described(value=reference)) == []
    assert ids(found(operation(parameter(type="Reference")), *described(value=reference))) == ["target-added"]
    assert ids(found(operation(pointing), *described(value={"type": of_type("Reference")}))) == ["target-missing"]


def test_parameters_on_one_side_only_are_warnings() -> None:
    issues = found(operation(parameter("other"), parameter("result", use="out")), *described(resource=PATIENT))
    assert [(each.id, each.severity, each.params["found"]) for each in issues] == [
        ("operation-definition.parameter-undefined", "warning", "subject"),
        ("operation-definition.parameter-not-described", "warning", "other"),
    ]


def test_a_parameter_of_parts_has_no_type() -> None:
    parts = [{"name": "x", "use": "in", "min": 0, "max": "1", "type": "string"}]
    assert (
        found(operation({"name": "subject", "use": "in", "min": 1, "max": "1", "part": parts}), *described(part={}))
        == []
    )


def test_the_output_is_compared_with_its_own_profile() -> None:
    producing = operation(parameter(use="out", min=0), outputProfile=URL)
    del producing["inputProfile"]
    issues = found(producing, *described(resource=PATIENT))
    assert [(each.id, each.path) for each in issues] == [
        ("operation-definition.number-differs", "OperationDefinition.outputProfile")
    ]


def test_an_unknown_profile_cannot_be_compared() -> None:
    issue = the(found(operation(parameter(), inputProfile=f"{HOME}/none")), "operation-definition.profile-unknown")
    assert issue.severity == "warning"


def test_the_profile_is_one_on_parameters() -> None:
    issue = the(found(operation(parameter(), inputProfile=f"{CORE}/vitalsigns")), "operation-definition.profile-type")
    assert (issue.severity, issue.params["found"]) == ("error", "Observation")


def test_a_profile_of_a_wrong_shape_cannot_be_compared() -> None:
    broken = profile("Parameters", name="input", snapshot={"element": [{"path": "Parameters"}, {"path": 1}]})
    issue = the(check_core(operation(parameter()), broken), "operation-definition.profile-broken")
    assert (issue.severity, issue.path) == ("warning", "OperationDefinition.inputProfile")
