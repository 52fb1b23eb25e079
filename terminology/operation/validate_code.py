"""`ValueSet/$validate-code` and `CodeSystem/$validate-code`.

https://hl7.org/fhir/R4/valueset-operation-validate-code.html, https://hl7.org/fhir/R4/codesystem-operation-validate-code.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fhir_kernel.resource import Resource
from terminology.engine.answer import Findings, Inactive
from terminology.engine.content import Content
from terminology.engine.definition import Definition
from terminology.engine.edition import version_of
from terminology.engine.membership import Membership
from terminology.engine.messages import failure
from terminology.engine.options import Options, read_options, see_value_set
from terminology.engine.requests import argument, requested_value_set, resource_argument, scope_of, text_argument
from terminology.engine.scope import Scope
from terminology.failures import OperationFailed
from terminology.operation.requested_system import implied_value_set
from terminology.operation.validation_answer import CodingCheck, Result
from terminology.operations import Call

if TYPE_CHECKING:
    from terminology.service import TerminologyService

_AS_OUTCOME = frozenset(
    {
        "VALUESET_CIRCULAR_REFERENCE",
        "value-set-too-deep",
        "VALUESET_SUPPLEMENT_MISSING",
        "UNABLE_TO_HANDLE_SYSTEM_FILTER_WITH_NO_VALUE",
        "FILTER_NOT_UNDERSTOOD",
        "filter-regex-refused",
        "no-code-to-validate",
    }
)
"""Failures that say nothing about the code: there is no answer then, only an OperationOutcome."""


@dataclass(frozen=True, slots=True)
class Coded:
    """What is to be validated. `mode` is the parameter it came in: code, coding or codeableConcept."""

    mode: str
    concept: Resource
    """As a CodeableConcept, whatever it came as."""

    @property
    def root(self) -> str:
        """Where paths of issues begin."""
        return {"code": "", "coding": "Coding", "codeableConcept": "CodeableConcept"}[self.mode]

    @property
    def codings(self) -> list[Resource]:
        codings: list[Resource] = self.concept.get("coding", [])
        return codings


def validate_code_in_value_set(service: TerminologyService, call: Call, content: Content | None = None) -> Resource:
    """Whether a code is in a value set; `content` stands for what is installed.

    Raises OperationFailed where the question cannot be understood.
    """
    options = read_options(call, for_validation=True)
    scope = scope_of(service, call, options, content)
    definition = requested_value_set(call, scope)
    coded = _coded(call, options, ("system",), ("systemVersion",))
    return _answer(definition, coded, scope)


def validate_code_in_code_system(service: TerminologyService, call: Call, content: Content | None = None) -> Resource:
    """Whether a code is in a code system; `content` stands for what is installed.

    Raises OperationFailed where the question cannot be understood.
    """
    options = read_options(call, for_validation=True)
    scope = scope_of(service, call, options, content)
    coded = _coded(call, options, ("url", "system"), ("version",), call)
    try:
        definition = implied_value_set(call, scope, coded.mode, coded.codings)
    except OperationFailed as failed:
        return _could_not(failed, coded, scope)
    return _answer(definition, coded, scope)


def _coded(
    call: Call,
    options: Options,
    system_names: tuple[str, ...],
    version_names: tuple[str, ...],
    instance: Call | None = None,
) -> Coded:
    concept = argument(call, "codeableConcept")
    coding = argument(call, "coding")
    if isinstance(concept, dict) or isinstance(coding, dict):
        options.flags.pop("inferSystem", None)  # a coding says its system, or fails to
    if isinstance(concept, dict):
        return Coded("codeableConcept", concept)
    if isinstance(coding, dict):
        return Coded("coding", {"coding": [coding]})
    code, system = text_argument(call, "code"), text_argument(call, *system_names)
    if instance is not None and system is None:
        given = resource_argument(call, "codeSystem", "CodeSystem") or instance.instance or {}
        system = given.get("url")
    if code is None or (system is None and not options.flag("inferSystem")):
        raise failure("no-code-to-validate", chinese=options.chinese)
    version, display = text_argument(call, *version_names), text_argument(call, "display")
    parts = {"system": system, "version": version, "code": code, "display": display}
    return Coded("code", {"coding": [{key: value for key, value in parts.items() if value is not None}]})


def _answer(definition: Definition, coded: Coded, scope: Scope) -> Resource:
    see_value_set(scope.options, definition.resource)
    scope.require_supplements(definition)
    findings, inactive = Findings(scope.options.chinese), Inactive()
    membership = Membership(definition, scope, findings, inactive)
    try:
        membership.prepare()
        scope.check_supplements()
    except OperationFailed as failed:
        return _could_not(failed, coded, scope)
    membership.warn_of_itself()
    result = Result(definition, coded.mode, coded.root)
    check = CodingCheck(membership, scope, coded.mode)
    for index, coding in enumerate(coded.codings):
        path = f"{coded.root}.coding[{index}]" if coded.mode == "codeableConcept" else coded.root
        check.check(coding, index, path, result)
        if result.lacks_code:
            break
    return result.finish(findings, inactive, coded.concept)


def _could_not(failed: OperationFailed, coded: Coded, scope: Scope) -> Resource:
    """An answer that says why there is none; `failed` itself where it is not about the code at all."""
    if failed.message_id in _AS_OUTCOME:
        raise failed
    parameters: list[Resource] = [
        {"name": "result", "valueBoolean": False},
        {"name": "issues", "resource": {"resourceType": "OperationOutcome", "issue": list(failed.issues)}},
        {"name": "message", "valueString": str(failed)},
    ]
    if coded.mode == "codeableConcept":
        parameters.append({"name": "codeableConcept", "valueCodeableConcept": coded.concept})
    elif coded.codings:
        parameters += _named(coded.codings[0], scope)
    if failed.unknown_system is not None:
        parameters.append({"name": "x-caused-by-unknown-system", "valueCanonical": failed.unknown_system})
    return {"resourceType": "Parameters", "parameter": parameters}


def _named(coding: Resource, scope: Scope) -> list[Resource]:
    found: list[Resource] = []
    system, version = coding.get("system"), coding.get("version")
    if system and not version:
        edition = scope.edition(system, None)
        version = version_of(edition) if edition is not None else None
    if system:
        found.append({"name": "system", "valueUri": system})
    if version:
        found.append({"name": "version", "valueString": version})
    if coding.get("code"):
        found.append({"name": "code", "valueCode": coding["code"]})
    return found
