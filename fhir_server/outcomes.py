"""How a request fails: an OperationOutcome and the status that goes with it (https://hl7.org/fhir/R4/http.html)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from fhir_kernel.errors import PlumblineError, StoreError, StoreFull, VersionConflict
from fhir_kernel.resource import Resource
from fhir_server.exchange import Answer
from terminology.failures import operation_issue

STATUS_OF_ISSUE: Mapping[str, int] = MappingProxyType(
    {
        "invalid": 400,
        "structure": 400,
        "required": 400,
        "value": 400,
        "extension": 400,
        "too-long": 413,
        "login": 401,
        "security": 403,
        "forbidden": 403,
        "suppressed": 403,
        "not-found": 404,
        "deleted": 410,
        "duplicate": 409,
        "conflict": 409,
        "multiple-matches": 412,
        "invariant": 422,
        "processing": 422,
        "code-invalid": 422,
        "business-rule": 422,
        "not-supported": 422,
        "too-costly": 422,
        "incomplete": 422,
        "throttled": 429,
        "exception": 422,  # a version that the caller's parameters rule out: the ecosystem's code for it
        "lock-error": 503,
        "no-store": 503,
        "transient": 503,
        "timeout": 503,
    }
)
"""The status of HTTP by the code of the first issue (https://hl7.org/fhir/R4/valueset-issue-type.html)."""


class RequestRefused(PlumblineError):
    """A request that is not carried out. `issues` are `OperationOutcome.issue` elements, the first decides."""

    def __init__(
        self, issues: Sequence[Resource], status: int | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__("; ".join(str(each["details"]["text"]) for each in issues))
        self.issues = tuple(issues)
        self.status = status_of(self.issues) if status is None else status
        self.headers: Mapping[str, str] = headers or {}


def refused(
    code: str,
    text: str,
    *,
    status: int | None = None,
    expression: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> RequestRefused:
    """A refusal for one reason; the status is that of `code` where none is given."""
    return RequestRefused([operation_issue("error", code, text, expression=expression)], status, headers)


def store_refusal(error: StoreError) -> RequestRefused:
    """What a client is told where the store cannot do its work: 507 without room, 409 or 503 where it may ask again."""
    if isinstance(error, StoreFull):
        return refused("no-store", f"Nothing was written: {error}", status=507)
    if isinstance(error, VersionConflict):
        return refused("conflict", f"Nothing was written, somebody else was quicker: {error}")
    return refused("transient", f"The store cannot answer now: {error}", headers={"retry-after": "1"})


def status_of(issues: Sequence[Resource]) -> int:
    """The status of HTTP that tells of `issues`."""
    return STATUS_OF_ISSUE.get(str(issues[0].get("code")), 422)


def outcome(issues: Iterable[Resource]) -> Resource:
    """An OperationOutcome of issues that are written already."""
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def failure(issues: Sequence[Resource], status: int | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """The answer that tells of `issues`."""
    return Answer(outcome(issues), status_of(issues) if status is None else status, headers or {})
