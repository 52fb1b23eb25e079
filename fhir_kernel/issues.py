"""What is wrong with an input, where and why (https://hl7.org/fhir/R4/operationoutcome.html)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fhir_kernel.echo import echoed
from fhir_kernel.messages import CATALOGUE
from fhir_kernel.messages.message import Severity
from fhir_kernel.resource import Resource

Language = Literal["en", "zh"]
ISSUE_ID_SYSTEM = "https://plumbline.dev/fhir/CodeSystem/issue-id"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding. `path` is a FHIRPath location such as `Patient.name[0].given[1]`; `params` fill the message."""

    id: str
    path: str
    severity: Severity
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    profile: str = ""
    """The profile that was broken, `url|version`; empty for the base specification."""
    element: str = ""
    """The id of the ElementDefinition that holds the rule."""
    rule: str = ""
    """The rule within the element: a constraint key, a slice name, `binding`, `min` …"""
    line: int | None = None
    column: int | None = None
    nested: tuple[Issue, ...] = ()
    """The reasons, where the issue sums others up."""

    @property
    def is_error(self) -> bool:
        return self.severity in ("error", "fatal")

    def text(self, language: Language = "en") -> str:
        """The message in `language`, with its parameters filled in."""
        message = CATALOGUE[self.id]
        params = self.params
        if "found" in params:
            params = {**params, "found": echoed(params["found"], language)}
        return (message.zh if language == "zh" else message.en).format_map(params)


def issue(issue_id: str, path: str, **params: Any) -> Issue:
    """The issue `issue_id` of the catalogue at `path`, with its default severity and code."""
    message = CATALOGUE[issue_id]
    return Issue(issue_id, path, message.severity, message.code, params)


def to_operation_outcome(issues: Iterable[Issue], language: Language = "en") -> Resource:
    """An OperationOutcome of `issues`; one `information` issue that says all is well where there are none."""
    rows = [_outcome_issue(each, language) for each in issues]
    if not rows:
        all_well = {"en": "No issues found", "zh": "未发现问题"}[language]
        rows = [{"severity": "information", "code": "informational", "details": {"text": all_well}}]
    return {"resourceType": "OperationOutcome", "issue": rows}


def _outcome_issue(each: Issue, language: Language) -> Resource:
    coding = {"system": ISSUE_ID_SYSTEM, "code": each.id}
    row: Resource = {"severity": each.severity, "code": each.code}
    row["details"] = {"coding": [coding], "text": each.text(language)}
    because = "; ".join(reason.text(language) for reason in each.nested)
    origin = " ".join(part for part in (each.profile, each.element, each.rule) if part)
    if because or origin:
        row["diagnostics"] = " — ".join(part for part in (origin, because) if part)
    if each.line is not None:
        row["location"] = [f"line {each.line}, column {each.column}"]
    if each.path:
        row["expression"] = [each.path]
    return row
