"""The operations of conformance as a table: `$validate` (https://hl7.org/fhir/R4/resource-operation-validate.html).

A row says what an operation is called, where it may be invoked and which parameters it takes, as the rows of
`terminology.operations` do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from conformance.enforcement import Judge
from conformance.evidence import Verdict
from conformance.judgement import Judgement
from fhir_kernel.issues import Issue, Language, issue, to_operation_outcome
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Method
from terminology.failures import OperationFailed, failed
from terminology.operations import Parameter

ANY_TYPE = "Resource"
"""The `resource_type` of what may be invoked on every type."""
_METHODS: Mapping[str, Method] = MappingProxyType(
    {"": "POST", "create": "POST", "update": "PUT", "delete": "DELETE", "profile": "PUT"}
)
"""As which write a resource is judged, by mode."""
_UNUSABLE = frozenset(("profile.broken", "profile.not-a-profile", "profile.unknown"))


@dataclass(frozen=True, slots=True)
class Call:
    """One invocation. `now` is the instant whose rules are asked."""

    resource_type: str
    """Of the URL."""
    parameters: tuple[Resource, ...]
    """`Parameters.parameter`."""
    now: datetime
    resource_id: str | None = None
    """Of the URL, where it is invoked on an instance."""
    instance: Resource | None = None
    """What is stored there; None where nothing is."""
    language: Language = "en"


class Validated(NamedTuple):
    """What came of an invocation."""

    outcome: Resource
    """The OperationOutcome."""
    judgement: Judgement
    is_scored: bool
    """Whether it is to count for the score of the sender."""


Handler = Callable[[Judge, Call], Validated]


@dataclass(frozen=True, slots=True)
class Operation:
    """`name` is its code without `$`; `at` says where it may be invoked: type, instance."""

    resource_type: str
    name: str
    parameters: Mapping[str, Parameter]
    handler: Handler
    definition: str
    """The canonical of its OperationDefinition."""
    at: frozenset[str]
    affects_state: bool = False
    """Whether invoking it changes what it answers next."""


def sent(body: Resource) -> tuple[Resource, ...]:
    """The parameters in a body: those of Parameters, else one, the resource that is to be validated.

    Parameters without any of our parameters are themselves what is to be validated.
    """
    rows = body.get("parameter")
    if body.get("resourceType") == "Parameters" and isinstance(rows, list):
        named = tuple(row for row in rows if isinstance(row, dict) and row.get("name") in _PARAMETERS)
        if named:
            return named
    return ({"name": "resource", "resource": body},)


def validate(judge: Judge, call: Call) -> Validated:
    """What would come of writing a resource; nothing is written.

    Raises OperationFailed where it cannot be told: what is missing, or a profile that nobody here knows.
    """
    mode, profile = _text(call, "mode"), _text(call, "profile")
    if mode not in _METHODS:
        modes = ", ".join(each for each in _METHODS if each)
        raise failed("value", f"The mode is '{mode}'; expected one of {modes}", expression="mode")
    resource = _subject(call, mode, profile)
    found = judge.judge(resource, method=_METHODS[mode], now=call.now, profiles=(profile,) if profile else ())
    for verdict in found.verdicts:
        _refuse_unusable(verdict, profile, call.language)
    outcome = to_operation_outcome((*_misplaced(resource, call, mode), *found.issues), call.language)
    asked = replace(found, occasion=replace(found.occasion, is_validation=True))
    return Validated(outcome, asked, _is_true(call, "scored"))


def _subject(call: Call, mode: str, profile: str) -> Resource:
    """The resource that it is about."""
    if mode in ("update", "delete", "profile") and call.resource_id is None:
        where = f"{call.resource_type}/[id]/$validate"
        raise failed("invalid", f"The mode '{mode}' is about an instance; expected at {where}", expression="mode")
    if mode == "profile" and not profile:
        raise failed("required", "The mode 'profile' needs the parameter 'profile'", expression="profile")
    if mode in ("delete", "profile"):
        return _stored(call)
    given = next((each.get("resource") for each in call.parameters if each.get("name") == "resource"), None)
    if isinstance(given, dict):
        return given
    if mode or call.resource_id is None:
        raise failed("required", "The parameter 'resource' is missing; expected a resource", expression="resource")
    return _stored(call)


def _stored(call: Call) -> Resource:
    if call.instance is None:
        raise failed("not-found", f"There is no {call.resource_type} with the id '{call.resource_id}'")
    return call.instance


def _misplaced(resource: Resource, call: Call, mode: str) -> Sequence[Issue]:
    """What a write to the URL would be refused for, whatever the resource says."""
    kind, resource_id = resource.get("resourceType"), resource.get("id")
    if kind != call.resource_type:
        return [issue("enforcement.wrong-type", str(kind), found=kind, expected=call.resource_type)]
    if mode == "update" and resource_id != call.resource_id:
        found = "missing" if resource_id is None else repr(resource_id)
        return [issue("enforcement.wrong-id", f"{kind}.id", found=found, expected=call.resource_id)]
    return ()


def _refuse_unusable(verdict: Verdict, profile: str, language: Language) -> None:
    for each in verdict.issues:
        if verdict.rule == profile and each.id in _UNUSABLE and each.params.get("url") == profile:
            raise _unusable(each, language)


def _unusable(found: Issue, language: Language) -> OperationFailed:
    return failed("not-supported", found.text(language), expression="profile")


def _text(call: Call, name: str) -> str:
    """The value of a parameter, of whatever type it was sent; empty where it is missing."""
    row = next((each for each in call.parameters if each.get("name") == name), {})
    value = next((value for key, value in row.items() if key.startswith("value")), "")
    return value if isinstance(value, str) else ""


def _is_true(call: Call, name: str) -> bool:
    row = next((each for each in call.parameters if each.get("name") == name), {})
    return row.get("valueBoolean") in (True, "true")


_PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        each.name: each
        for each in (
            Parameter("resource", "resource"),
            Parameter("mode", "code"),
            Parameter("profile", "uri"),
            Parameter("scored", "boolean"),
        )
    }
)
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        ANY_TYPE,
        "validate",
        _PARAMETERS,
        validate,
        "http://hl7.org/fhir/OperationDefinition/Resource-validate",
        frozenset({"type", "instance"}),
    ),
)
"""Every operation, in the order in which it is documented."""
