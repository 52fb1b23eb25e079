"""JUnit XML, as continuous integration reads it: one test case an input (https://llg.cubic.org/docs/junit/)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from fhir_kernel.issues import Language
from plumbline.findings import Finding, Result
from plumbline.reports import Frame, Row

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(result: Result, frame: Frame) -> str:
    """A test case: it fails where the input has errors; warnings and notes go to its output."""
    return _case(result, frame.language)


def write(rows: Iterator[Row], out: TextIO, _frame: Frame) -> None:
    """A test suite with a case for each input."""
    cases = [(row.valid, row.body) for row in rows]
    failures = sum(not valid for valid, _ in cases)
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(f'<testsuites tests="{len(cases)}" failures="{failures}" errors="0">\n')
    out.write(f'<testsuite name="plumbline" tests="{len(cases)}" failures="{failures}" errors="0">\n')
    out.writelines(text for _, text in cases)
    out.write("</testsuite>\n</testsuites>\n")


def _case(result: Result, language: Language) -> str:
    name = _attribute(result.input)
    classname = _attribute(result.resource_type or "resource")
    errors = [each for each in result.findings if each.issue.is_error]
    others = [each for each in result.findings if not each.issue.is_error]
    body = ""
    if errors:
        summary = _attribute(errors[0].issue.text(language))
        body += f"<failure message={summary}>{_lines(errors, language)}</failure>\n"
    if others:
        body += f"<system-out>{_lines(others, language)}</system-out>\n"
    return f"<testcase classname={classname} name={name}>\n{body}</testcase>\n"


def _lines(findings: list[Finding], language: Language) -> str:
    return escape(_NOT_XML.sub("\ufffd", "\n".join(_line(finding, language) for finding in findings)))


def _line(finding: Finding, language: Language) -> str:
    issue = finding.issue
    place = f"{issue.line}:{issue.column} " if issue.line is not None else ""
    return f"{place}{issue.severity} {issue.path}: {issue.text(language)} [{issue.id}]"


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text))
