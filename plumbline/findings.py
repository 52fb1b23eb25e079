"""What a report says of one input: plain values that travel between processes and into every format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fhir_kernel.echo import echoed
from fhir_kernel.issues import Issue, Language
from fhir_kernel.messages import CATALOGUE
from fhir_kernel.messages.message import Severity

SEVERITIES: tuple[Severity, ...] = ("fatal", "error", "warning", "information")
"""Worst first."""
_HINT = re.compile(r"did you mean '?(.+?)'?\?$")
"""The hint within a parameter of a message."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the definition says about the place of a finding."""

    short: str = ""
    definition: str = ""
    rule: str = ""
    """The broken rule in words."""
    expression: str = ""
    """The broken rule as FHIRPath, where it is a constraint."""
    link: str = ""
    """The page of the specification."""

    @property
    def more(self) -> str:
        """The definition, if it says more than `short`."""
        return "" if self.definition.strip(". ") == self.short.strip(". ") else self.definition


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source excerpt."""

    number: int
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One issue of an input, with what helps to understand it where a report asked for that."""

    issue: Issue
    explanation: Explanation | None = None
    excerpt: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The findings of one input; `size` in bytes."""

    input: str
    findings: tuple[Finding, ...]
    size: int = 0
    resource_type: str = ""

    @property
    def valid(self) -> bool:
        return not any(each.issue.is_error for each in self.findings)

    @property
    def counts(self) -> Counter[Severity]:
        """Findings by severity."""
        return Counter(each.issue.severity for each in self.findings)


def shift_lines(issue: Issue, first_line: int) -> Issue:
    """`issue` with its line counted in the file in which its resource starts at `first_line`."""
    if first_line == 1 or issue.line is None:
        return issue
    nested = tuple(shift_lines(reason, first_line) for reason in issue.nested)
    return replace(issue, line=issue.line + first_line - 1, nested=nested)


def shared_folder(names: Sequence[str]) -> str:
    """The folder, with its last `/`, that all of at least two `names` begin with; empty where there is none."""
    if len(names) < 2:
        return ""
    first, last = min(names), max(names)
    same = next((n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[: first.rfind("/", 0, same) + 1]


def heading(issue_id: str, language: Language) -> str:
    """The message of an issue id with its parameters left open: `Unknown element '…'`."""
    message = CATALOGUE[issue_id]
    opened = (message.zh if language == "zh" else message.en).format_map(_Open())
    return re.sub("…[…，、, ]*…", "…", opened)


def to_json(finding: Finding, language: Language) -> Mapping[str, Any]:
    """A finding as JSON; keys with nothing to say are left out."""
    issue = finding.issue
    row = {
        **_issue_json(issue, language),
        "profile": issue.profile,
        "element": issue.element,
        "rule": issue.rule,
        "because": [_issue_json(reason, language) for reason in issue.nested],
    }
    if finding.explanation is not None:
        names = ("short", "definition", "rule", "expression", "link")
        row["explanation"] = {name: text for name in names if (text := getattr(finding.explanation, name))}
    return {key: value for key, value in row.items() if value not in ("", None, [])}


def found(issue: Issue) -> str | None:
    """What was found, as a person reads it; None where the message has no such parameter."""
    text = _shown(issue.params.get("found"))
    return None if text is None else echoed(text)


def expected(issue: Issue) -> str | None:
    """What was expected; None where the message has no such parameter or it is but a hint."""
    text = _shown(issue.params.get("expected"))
    return None if text is None or _HINT.search(text) or issue.id.endswith("-near") else text


def nearest(issue: Issue) -> str | None:
    """The nearest right name, code or URL, where a slip is likely."""
    if issue.id.endswith("-near"):
        return _shown(issue.params.get("expected"))
    hint = _HINT.search(str(issue.params.get("expected", "")))
    return hint[1] if hint else _shown(issue.params.get("nearest"))


class _Open(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _issue_json(issue: Issue, language: Language) -> dict[str, Any]:
    return {
        "severity": issue.severity,
        "code": issue.code,
        "id": issue.id,
        "location": issue.path,
        "line": issue.line,
        "column": issue.column,
        "message": issue.text(language),
        "found": found(issue),
        "expected": expected(issue),
        "nearest": nearest(issue),
    }


def _shown(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(each) for each in value)
    return str(value)
