"""What came of a question to the upstream server: an answer, a refusal, or neither, with the reason why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource

_LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Answered:
    """The resource that the operation gives."""

    resource: Resource
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server cannot or will not carry the operation out; `issues` are elements of its OperationOutcome."""

    issues: tuple[Resource, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Nothing was learnt. `is_down` says that it is the server's doing, whatever it is asked."""

    because: Issue
    is_down: bool = True


Reply = Answered | Refused | Unanswered


def values_of(parameters: Resource, name: str) -> Iterable[Any]:
    """The value or resource of each parameter of this name. Nothing is taken for granted of the form of an answer."""
    rows = parameters.get("parameter")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and row.get("name") == name:
            yield next((value for key, value in row.items() if key == "resource" or key.startswith("value")), None)


def value_of(parameters: Resource, name: str) -> Any:
    """The first of them; None where there is none."""
    return next(iter(values_of(parameters, name)), None)


def issues_of(outcome: Any) -> tuple[Resource, ...]:
    """The issues of an OperationOutcome that have what an issue must have."""
    rows = outcome.get("issue") if isinstance(outcome, dict) else None
    return tuple(each for each in rows if _is_issue(each)) if isinstance(rows, list) else ()


def told(issues: Iterable[Resource], message: Any = None) -> str:
    """What the server says, in one line that is safe to show: its message, else the texts of its issues."""
    texts = [message] if isinstance(message, str) and message else [_text(each) for each in issues]
    line = " ".join("; ".join(dict.fromkeys(filter(None, texts))).split())
    shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)
    return shown if len(shown) <= _LONGEST_TEXT else shown[: _LONGEST_TEXT - 1] + "…"


def _is_issue(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("severity"), str) and isinstance(row.get("code"), str)


def _text(issue: Resource) -> str:
    details = issue.get("details")
    text = details.get("text") if isinstance(details, dict) else None
    return str(text or issue.get("diagnostics") or issue["code"])
