"""The terminology service with an upstream server behind it, for what is not held here.

What that server answers is passed on as it is; where it does not, the own answer stands and says why no better one
could be had (https://hl7.org/fhir/R4/terminology-service.html).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from fhir_kernel.clock import Clock, NewId
from fhir_kernel.definitions.model import Model
from fhir_kernel.issues import Issue, issue
from fhir_kernel.resource import Resource
from terminology.closure_store import ClosureStore
from terminology.engine.answer import id_of
from terminology.engine.installed import Installed
from terminology.engine.options import read_options
from terminology.engine.requests import argument, text_argument
from terminology.failures import TX_ISSUE_TYPE, OperationFailed, operation_issue
from terminology.limits import Limits
from terminology.operations import Call, Operation
from terminology.remote.reply import Answered, Refused, Reply, told, value_of
from terminology.remote.server import RemoteTerminology, question
from terminology.service import TerminologyService

_FORWARDED = frozenset(
    {
        ("CodeSystem", "lookup"),
        ("CodeSystem", "validate-code"),
        ("CodeSystem", "subsumes"),
        ("ValueSet", "validate-code"),
        ("ValueSet", "expand"),
        ("ConceptMap", "translate"),
    }
)
_NOT_HELD = frozenset(
    {
        "UNKNOWN_CODESYSTEM",
        "UNKNOWN_CODESYSTEM_VERSION",
        "UNKNOWN_CODESYSTEM_VERSION_NONE",
        "UNKNOWN_CODESYSTEM_EXP",
        "UNKNOWN_CODESYSTEM_VERSION_EXP",
        "UNKNOWN_CODESYSTEM_VERSION_EXP_NONE",
        "Unable_to_resolve_value_Set_",
        "VS_EXP_IMPORT_UNK",
        "VS_EXP_IMPORT_UNK_PINNED",
        "concept-map-unknown",
    }
)
"""Ids of messages that say that a code system, value set or concept map is not held."""
_OURS_ALONE = frozenset({"cache-id"})
"""Parameters that mean nothing to another server."""


class ForwardingService(TerminologyService):
    """A `TerminologyService` that asks `remote` too. Threads may share it; the caller of `run` waits for the answer."""

    waits = True

    def __init__(
        self,
        remote: RemoteTerminology,
        content: Installed,
        model: Model,
        *,
        clock: Clock,
        new_id: NewId,
        limits: Limits,
        naming_systems: Callable[[], Iterable[Resource]] = tuple,
        closures: ClosureStore | None = None,
    ) -> None:
        super().__init__(
            content,
            model,
            clock=clock,
            new_id=new_id,
            limits=limits,
            naming_systems=naming_systems,
            closures=closures,
        )
        self._remote = remote

    def run(self, operation: Operation, call: Call) -> Resource:
        """The resource that the operation answers with, here or upstream. Raises OperationFailed."""
        if (operation.resource_type, operation.name) not in _FORWARDED or call.instance is not None:
            return super().run(operation, call)
        try:
            answer = super().run(operation, call)
        except OperationFailed as failed:
            if failed.message_id not in _NOT_HELD and not _names_unheld(failed.issues):
                raise
            return self._in_place_of(failed, operation, call)
        if self._is_open(answer, operation, call):
            return self._better_than(answer, operation, call)
        return answer

    def _in_place_of(self, failed: OperationFailed, operation: Operation, call: Call) -> Resource:
        reply = self._ask(operation, call)
        if isinstance(reply, Answered):
            return reply.resource
        if isinstance(reply, Refused) and not _is_unknown_there(reply):
            raise OperationFailed(reply.issues) from failed
        extended = OperationFailed([*failed.issues, self._note(reply, call)], failed.message_id)
        extended.unknown_system = failed.unknown_system
        raise extended from failed

    def _better_than(self, answer: Resource, operation: Operation, call: Call) -> Resource:
        reply = self._ask(operation, call)
        if isinstance(reply, Answered):
            return reply.resource
        return _with_issue(answer, self._note(reply, call))

    def _ask(self, operation: Operation, call: Call) -> Reply:
        rows = [each for each in call.parameters if each.get("name") not in _OURS_ALONE]
        return self._remote.ask(question(operation.resource_type, operation.name, rows, call.accept_language))

    def _is_open(self, answer: Resource, operation: Operation, call: Call) -> bool:
        """Whether it is a "no" for want of a code system, value set or map."""
        if value_of(answer, "result") is not False:
            return False
        if operation.name == "translate":
            return value_of(answer, "match") is None and self._has_no_map(call)
        outcome = value_of(answer, "issues")
        return isinstance(outcome, dict) and _names_unheld(outcome["issue"])

    def _has_no_map(self, call: Call) -> bool:
        """Whether the call leaves the map to us and its code is of a system that is not held here."""
        if any(argument(call, name) is not None for name in ("url", "conceptMap")):
            return False
        coding = argument(call, "coding") or argument(call, "sourceCoding")
        system = coding.get("system") if isinstance(coding, dict) else text_argument(call, "system", "sourceSystem")
        return isinstance(system, str) and self.content.edition(system, None) is None

    def _note(self, reply: Reply, call: Call) -> Resource:
        """Why the upstream server has no better answer, as an issue beside our own."""
        because = reply.because if not isinstance(reply, Answered | Refused) else self._says(reply)
        text = because.text("zh" if read_options(call).chinese else "en")
        return operation_issue(because.severity, because.code, text)

    def _says(self, reply: Answered | Refused) -> Issue:
        text = told(reply.issues) if isinstance(reply, Refused) else ""
        return issue("terminology.upstream-says", "", host=self._remote.host, found=text)


def _names_unheld(issues: Sequence[Resource]) -> bool:
    return any(each.get("severity") == "error" and id_of(each) in _NOT_HELD for each in issues)


def _is_unknown_there(reply: Refused) -> bool:
    """Whether the other server does not hold it either; whatever else it says is the answer."""
    return any(_is_not_found(each) for each in reply.issues)


def _is_not_found(row: Resource) -> bool:
    details = row.get("details")
    codings = details.get("coding") if isinstance(details, dict) else None
    kinds = [each.get("code") for each in codings or () if each.get("system") == TX_ISSUE_TYPE]
    return "not-found" in kinds


def _with_issue(answer: Resource, added: Resource) -> Resource:
    """`answer` with one more issue in its `issues`."""
    rows = [each for each in answer["parameter"] if each.get("name") != "issues"]
    issues = [*(value_of(answer, "issues") or {}).get("issue", ()), added]
    outcome = {"resourceType": "OperationOutcome", "issue": issues}
    return {**answer, "parameter": [*rows, {"name": "issues", "resource": outcome}]}
