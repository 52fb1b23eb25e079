"""Validate every document of a run and tell what was found: the one way from inputs to results."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from conformance.validator import Validator
from fhir_kernel.issues import Issue
from plumbline.findings import Explanation, Finding, Line, Result, shift_lines
from plumbline.inputs import Document

_RESOURCE_TYPE = re.compile(rb'"resourceType"\s*:\s*"(\w{1,64})"|<(?:\w+:)?([A-Z]\w{1,63})[\s>]')


@dataclass(frozen=True, slots=True)
class Checker:
    """Validates one document; called many times, in one process or several."""

    validator: Validator
    profiles: tuple[str, ...] = ()
    explain: Callable[[Issue], Explanation] | None = None
    """Adds an explanation to each finding."""
    with_source: bool = False
    """Whether findings come with an excerpt of the source."""

    def __call__(self, document: Document) -> Result:
        """What is wrong with `document`; the problem of one that could not be read is its only finding."""
        if document.problem is not None:
            return Result(document.name, (Finding(document.problem),))
        report = self.validator.validate_bytes(document.data, self.profiles, name=document.name)
        if not report.issues:
            return Result(document.name, (), document.size, resource_type(document.data))
        excerpts = self._excerpts(document, report.issues)
        findings = tuple(
            Finding(
                shift_lines(issue, document.first_line),
                self.explain(issue) if self.explain else None,
                excerpt,
            )
            for issue, excerpt in zip(report.issues, excerpts, strict=True)
        )
        return Result(document.name, findings, document.size, resource_type(document.data))

    def _excerpts(self, document: Document, issues: tuple[Issue, ...]) -> list[tuple[Line, ...]]:
        if not self.with_source:
            return [()] * len(issues)
        from plumbline.excerpt import excerpts

        return excerpts(issues, document.data, document.first_line)


def resource_type(data: bytes) -> str:
    """The first resource type that `data` names, without parsing it; empty where there is none."""
    match = _RESOURCE_TYPE.search(data)
    return (match[1] or match[2]).decode() if match else ""
