"""`$batch-validate-code` of the terminology ecosystem: many `$validate-code` in one request.

https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fhir_kernel.resource import Resource
from terminology.failures import OperationFailed
from terminology.operation.validate_code import validate_code_in_code_system, validate_code_in_value_set
from terminology.operations import Call

if TYPE_CHECKING:
    from terminology.service import TerminologyService


def batch_validate_in_value_sets(service: TerminologyService, call: Call) -> Resource:
    """One answer for each `validation`, in order; what cannot be answered is an OperationOutcome in its place."""
    return _batch(service, call, validate_code_in_value_set)


def batch_validate_in_code_systems(service: TerminologyService, call: Call) -> Resource:
    """The same against code systems."""
    return _batch(service, call, validate_code_in_code_system)


def _batch(
    service: TerminologyService, call: Call, validate: Callable[[TerminologyService, Call], Resource]
) -> Resource:
    shared = tuple(each for each in call.parameters if each.get("name") != "validation")
    answers: list[Resource] = []
    for each in call.parameters:
        if each.get("name") == "validation":
            own = each.get("resource", {}).get("parameter", ())
            named = {parameter.get("name") for parameter in own} - {"tx-resource"}
            rest = tuple(parameter for parameter in shared if parameter.get("name") not in named)
            answers.append(_answer(service, Call((*own, *rest), call.accept_language, call.instance), validate))
    return {"resourceType": "Parameters", "parameter": [{"name": "validation", "resource": each} for each in answers]}


def _answer(
    service: TerminologyService, call: Call, validate: Callable[[TerminologyService, Call], Resource]
) -> Resource:
    try:
        return validate(service, call)
    except OperationFailed as failed:
        return {"resourceType": "OperationOutcome", "issue": list(failed.issues)}
