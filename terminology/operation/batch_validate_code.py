"""`$batch-validate-code` of the terminology ecosystem: many `$validate-code` in one request.

https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fhir_kernel.resource import Resource
from terminology.engine.content import Content
from terminology.engine.requests import content_with
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


_Validate = Callable[["TerminologyService", Call, Content], Resource]


def _batch(service: TerminologyService, call: Call, validate: _Validate) -> Resource:
    content = content_with(call, service.content)  # once: what came along is indexed but for the whole batch
    shared = tuple(each for each in call.parameters if each.get("name") not in ("validation", "tx-resource"))
    answers: list[Resource] = []
    for each in call.parameters:
        if each.get("name") == "validation":
            own = each.get("resource", {}).get("parameter", ())
            named = {parameter.get("name") for parameter in own}
            rest = tuple(parameter for parameter in shared if parameter.get("name") not in named)
            one = Call((*own, *rest), call.accept_language, call.instance)
            answers.append(_answer(service, one, content, validate))
    return {"resourceType": "Parameters", "parameter": [{"name": "validation", "resource": each} for each in answers]}


def _answer(service: TerminologyService, call: Call, content: Content, validate: _Validate) -> Resource:
    try:
        return validate(service, call, content)
    except OperationFailed as failed:
        return {"resourceType": "OperationOutcome", "issue": list(failed.issues)}
