"""The rules of knowledge resources as the validator runs them, over the real R4 definitions."""

from __future__ import annotations

import dataclasses

import pytest

from conformance.validator import Policy, Validator
from fhir_kernel.definitions.catalog import Catalog, open_catalog
from fhir_kernel.packages.cache import PackageCache
from fhir_kernel.packages.manifest import PackageId
from fhir_kernel.resource import Resource
from fhir_kernel.settings import load_settings
from terminology.local import LocalCodes

pytestmark = pytest.mark.skipif(
    PackageCache(load_settings().package_folder).find(PackageId("hl7.fhir.r4.core", "4.0.1")) is None,
    reason="the R4 core package is not installed",
)
FORM = "http://example.org/fhir/Questionnaire/q"
GENDER = "http://hl7.org/fhir/ValueSet/administrative-gender"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression"


@pytest.fixture(scope="module")
def core() -> Catalog:
    return open_catalog(dataclasses.replace(load_settings(), offline=True))


def errors(core: Catalog, resource: Resource, *definitions: Resource) -> list[tuple[str, str]]:
    catalog = core.extended(definitions)
    report = Validator(catalog, LocalCodes(catalog), Policy(unknown_extension="ignore")).validate(resource)
    return [(each.id, each.path) for each in report.issues if each.is_error]


def form(*items: Resource) -> Resource:
    return {"resourceType": "Questionnaire", "url": FORM, "status": "active", "item": list(items)}


def response(*items: Resource) -> Resource:
    kept = {"resourceType": "QuestionnaireResponse", "questionnaire": FORM, "status": "completed"}
    return {**kept, "item": list(items)}


def test_a_response_is_held_against_its_questionnaire(core: Catalog) -> None:
    questionnaire = form({"linkId": "a", "type": "choice", "answerValueSet": GENDER})
    system = "http://hl7.org/fhir/administrative-gender"
    given = [{"valueCoding": {"system": system, "code": code}} for code in ("male", "none")]
    good, bad = (errors(core, response({"linkId": "a", "answer": [each]}), questionnaire) for each in given)
    assert good == []
    assert ("questionnaire-response.not-in-value-set", "QuestionnaireResponse.item[0].answer[0].value") in bad


def test_an_enable_when_expression_is_evaluated_over_the_response(core: Catalog) -> None:
    expression = "%resource.item.where(linkId = 'a').answer.value = true"
    extension = {"url": SDC, "valueExpression": {"language": "text/fhirpath", "expression": expression}}
    questionnaire = form(
        {"linkId": "a", "type": "boolean"},
        {"linkId": "b", "type": "string", "required": True, "extension": [extension]},
    )
    for value, expected in ((True, [("questionnaire-response.missing", "QuestionnaireResponse")]), (False, [])):
        given = response({"linkId": "a", "answer": [{"valueBoolean": value}]})
        assert errors(core, given, questionnaire) == expected


def test_code_systems_value_sets_and_maps_are_checked(core: Catalog) -> None:
    system = "http://hl7.org/fhir/administrative-gender"
    value_set = {"resourceType": "ValueSet", "url": "http://example.org/vs", "status": "draft"}
    value_set["compose"] = {"include": [{"system": system, "concept": [{"code": "male"}, {"code": "x"}]}]}
    assert errors(core, value_set) == [("value-set.concept-unknown", "ValueSet.compose.include[0].concept[1]")]
    code_system = {
        "resourceType": "CodeSystem",
        "url": "http://example.org/cs",
        "status": "draft",
        "content": "complete",
    }
    code_system |= {"count": 2, "concept": [{"code": "a"}]}
    assert errors(core, code_system) == [("code-system.count-differs", "CodeSystem.count")]
