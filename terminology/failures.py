"""A terminology operation that cannot be carried out, as an OperationOutcome says it."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.errors import PlumblineError
from fhir_kernel.resource import Resource

TX_ISSUE_TYPE = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type"
MESSAGE_ID = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id"


class OperationFailed(PlumblineError):
    """`code` is the FHIR issue type (https://hl7.org/fhir/R4/valueset-issue-type.html) of the first of `issues`.

    `issues` are `OperationOutcome.issue` elements. Which HTTP status that is, is not decided here.
    """

    def __init__(self, issues: Sequence[Resource], message_id: str | None = None) -> None:
        super().__init__("; ".join(str(each.get("details", {}).get("text", "")) for each in issues))
        self.issues, self.message_id = tuple(issues), message_id
        self.unknown_system: str | None = None
        """The code system, `url|version`, that is not held and without which nothing can be told."""

    @property
    def code(self) -> str:
        return str(self.issues[0]["code"])

    def caused_by(self, unknown_system: str) -> OperationFailed:
        """The same failure, which an unknown code system has caused."""
        self.unknown_system = unknown_system
        return self


def failed(
    code: str,
    text: str,
    *,
    tx_code: str | None = None,
    expression: str | None = None,
    message_id: str | None = None,
    severity: str = "error",
) -> OperationFailed:
    """A failure of one issue. `tx_code` is a code of the ecosystem's tx-issue-type."""
    return OperationFailed(
        [operation_issue(severity, code, text, tx_code=tx_code, expression=expression, message_id=message_id)]
    )


def operation_issue(
    severity: str,
    code: str,
    text: str,
    *,
    tx_code: str | None = None,
    expression: str | None = None,
    message_id: str | None = None,
) -> Resource:
    """An `OperationOutcome.issue` as terminology servers write it."""
    made: Resource = {"severity": severity, "code": code, "details": {"text": text}}
    if tx_code is not None:
        made["details"] = {"coding": [{"system": TX_ISSUE_TYPE, "code": tx_code}], "text": text}
    if message_id is not None:
        made = {"extension": [{"url": MESSAGE_ID, "valueString": message_id}], **made}
    if expression is not None:
        made["expression"] = [expression]
    return made
