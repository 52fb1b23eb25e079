"""What terminology operations say of a code: an issue of the message table, or a failure that carries it.

`OperationOutcome.issue` bears the id of the message as an extension and a code of tx-issue-type, as the HL7 terminology
ecosystem has them (https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/).
"""

from __future__ import annotations

from fhir_kernel.resource import Resource
from terminology.engine.message_table import MESSAGES
from terminology.failures import OperationFailed, operation_issue


def failure(message_id: str, *, chinese: bool = False, path: str | None = None, **params: object) -> OperationFailed:
    """The operation cannot be carried out, for the reason that the message gives."""
    return OperationFailed([issue_of(message_id, chinese=chinese, path=path, **params)], message_id)


def issue_of(message_id: str, *, chinese: bool = False, path: str | None = None, **params: object) -> Resource:
    """The message as an `OperationOutcome.issue`."""
    message = MESSAGES[message_id]
    known = message_id if "-" not in message_id else None
    return operation_issue(
        message.severity,
        message.code,
        message.text(chinese, params),
        tx_code=message.tx_code,
        expression=path,
        message_id=known,
    )
