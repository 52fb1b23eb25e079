"""A practice report as text for a person at a terminal: each broken rule with its places, what costs most first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from fhir_kernel.issues import Issue, Language
from plumbline.practice.words import word
from registry.scores.practice.report import Place, PracticeReport, RuleRow
from registry.scores.practice.told import UNSCORED

_SHOWN = 10
"""Places of a rule; a page and JSON have more."""


def text_of(report: PracticeReport, language: Language) -> str:
    """The report; it ends with a line break."""
    return "".join(f"{line}\n" for line in _lines(report, language))


def _lines(report: PracticeReport, language: Language) -> Iterator[str]:
    yield UNSCORED.said_in(language)
    yield ""
    yield from _unread(report, language)
    told = {rule: list(places) for rule, places in groupby(report.places, key=lambda place: place.rule)}
    if "" in told:
        yield word("fhir", language)
        yield f"    {word('fix', language)}: {word('fhir-fix', language)}"
        yield from _places(told[""], report.hidden.get("", 0), language)
    for row in report.rules:
        if row.counted.failed:
            places = told.get(row.counted.rule.id, [])
            yield from _rule(row, places, report.hidden.get(row.counted.rule.id, 0), language)
    if not report.rules and report.records:
        yield word("nothing-asked", language)
    elif not any(row.counted.failed for row in report.rules):
        yield word("all-kept", language)
    yield _closing(report, language)


def _rule(row: RuleRow, places: Sequence[Place], hidden: int, language: Language) -> Iterator[str]:
    counted, rule = row.counted, row.counted.rule
    yield f"{rule.dimension} {word(rule.severity, language)}  {rule.title.said_in(language)}"
    where = " ".join(part for part in (counted.clause.standard, counted.clause.clause) if part)
    yield f"    {' · '.join(part for part in (counted.title, where, rule.id) if part)}"
    yield f"    {_figures(row, language)}"
    yield f"    {word('fix', language)}: {rule.fix.said_in(language)}"
    yield from _places(places, hidden, language)


def _figures(row: RuleRow, language: Language) -> str:
    counted = row.counted
    figures = [("asked", row.asked), ("passed", counted.passed), ("failed", counted.failed)]
    figures += [("errors", counted.errors)] if counted.errors else []
    told = [f"{word(name, language)} {many}" for name, many in figures]
    shares = [f"{word('lower', language)} {row.lower:.4f}", f"{word('cost', language)} {row.cost:.2f}"]
    return ", ".join(told + shares)


def _places(places: Sequence[Place], hidden: int, language: Language) -> Iterator[str]:
    for place in places[:_SHOWN]:
        yield f"      {place.record}{_line(place.issue)}  {place.issue.path}"
        yield f"          {place.issue.text(language)}"
    hidden += max(0, len(places) - _SHOWN)
    if hidden:
        yield f"      {word('more', language, count=hidden)}"
    yield ""


def _unread(report: PracticeReport, language: Language) -> Iterator[str]:
    if not report.unread:
        return
    yield word("unread", language)
    for each in report.unread:
        yield f"      {each.record}{_line(each.issue)}  {each.issue.text(language)}"
    if report.not_read > len(report.unread):
        yield f"      {word('unread-more', language, count=report.not_read - len(report.unread))}"
    yield ""


def _closing(report: PracticeReport, language: Language) -> str:
    """The whole in a sentence."""
    broken = sum(row.counted.failed > 0 for row in report.rules)
    return word(
        "closing",
        language,
        records=report.records,
        refused=report.refused,
        asked=len(report.rules),
        broken=broken,
    )


def _line(issue: Issue) -> str:
    return f":{issue.line}:{issue.column}" if issue.line is not None else ""
