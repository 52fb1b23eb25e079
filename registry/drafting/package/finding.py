"""One thing that is wrong with a draft: in which artefact, at which element, how grave, in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fhir_kernel.issues import Issue
from fhir_kernel.messages.message import Severity
from fhir_kernel.resource import Resource
from registry.sentence import Sentence

_IN_VIEW = re.compile(r"\w+\.(snapshot|differential)\.element\[(\d+)\]")
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    """`artefact` is a canonical or `Type/id`, `element` an element id or a FHIRPath location; both may be empty."""

    id: str
    severity: Severity
    sentence: Sentence
    artefact: str = ""
    file: str = ""
    element: str = ""
    rule: str = ""

    @property
    def is_error(self) -> bool:
        return self.severity in ("error", "fatal")

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "id": self.id,
            "severity": self.severity,
            "artefact": self.artefact,
            "file": self.file,
            "element": self.element,
            "rule": self.rule,
            "sentence": self.sentence.document(),
        }


def finding(
    finding_id: str,
    severity: Severity,
    en: str,
    zh: str,
    *,
    artefact: str = "",
    file: str = "",
    element: str = "",
    rule: str = "",
) -> Finding:
    """The finding of these words, cut where they echo more than anybody reads."""
    return Finding(finding_id, severity, Sentence(_cut(en), _cut(zh)), artefact, file, element, rule)


def of_issue(issue: Issue, artefact: str, file: str, resource: Resource) -> Finding:
    """The validator's issue about `resource` as a finding; places in a StructureDefinition become ids of elements."""
    words = {"en": issue.text("en"), "zh": issue.text("zh")}
    if issue.nested:
        words = {
            "en": f"{words['en']}: " + "; ".join(each.text("en") for each in issue.nested),
            "zh": f"{words['zh']}：" + "；".join(each.text("zh") for each in issue.nested),
        }
    return finding(
        issue.id,
        issue.severity,
        words["en"],
        words["zh"],
        artefact=artefact,
        file=file,
        element=_element(issue.path, resource),
        rule=" ".join(part for part in (issue.profile, issue.element, issue.rule) if part),
    )


def _element(path: str, resource: Resource) -> str:
    found = _IN_VIEW.match(path)
    if found is None or resource.get("resourceType") != "StructureDefinition":
        return path
    view = resource.get(found[1])
    rows = view.get("element") if isinstance(view, Mapping) else None
    place = int(found[2])
    row = rows[place] if isinstance(rows, list) and place < len(rows) else None
    named = row.get("id") or row.get("path") if isinstance(row, Mapping) else None
    return named if isinstance(named, str) else path


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
