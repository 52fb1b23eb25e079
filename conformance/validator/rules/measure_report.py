"""A MeasureReport against its Measure: groups, populations, stratifiers, score.

https://hl7.org/fhir/R4/measurereport.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.validator.context import Context, RuleTable
from conformance.validator.rules.knowledge_values import concept_codings, concept_label, integer, objects, rows, text
from conformance.validator.rules.measure_score import check_score
from fhir_kernel.resource import Resource

_SCORINGS = ("proportion", "ratio", "continuous-variable", "cohort")
_CQM_SCORING = "http://hl7.org/fhir/uv/cqm/StructureDefinition/cqm-scoring"


@dataclass(frozen=True, slots=True)
class Report:
    """What stays the same while one report is checked."""

    measure: Resource
    type: str | None
    scoring: str | None
    context: Context


def check_measure_report(report: Resource, path: str, context: Context) -> None:
    """Every group against the Measure that the report names; a warning where that is not known."""
    canonical = text(report, "measure")
    if canonical is None:
        context.report("measure-report.no-measure", path)
        return
    place = f"{path}.measure"
    measure = None if canonical.startswith("#") else context.catalog.find(canonical, "Measure")
    measure = measure or context.resolve(canonical, place)
    if measure is None or measure.get("resourceType") != "Measure":
        context.report("measure-report.unknown-measure", place, found=canonical)
        return
    scoring = next((code for _, code in concept_codings(measure.get("scoring"))), None)
    if scoring not in _SCORINGS:
        context.report("measure-report.scoring-unknown", place, found=scoring or "-", expected=", ".join(_SCORINGS))
    _check_groups(report, path, Report(measure, text(report, "type"), scoring, context))


RULES: RuleTable = {"MeasureReport": (check_measure_report,)}


def _check_groups(resource: Resource, path: str, report: Report) -> None:
    """One group may go without code where the Measure has one too; else groups are matched by code."""
    groups, defined = list(rows(resource, "group")), objects(report.measure, "group")
    if len(groups) == len(defined) == 1:
        at, group = groups[0]
        _check_only_group(group, defined[0], f"{path}.group[{at}]", report)
        return
    matched = _match(groups, defined, "group", path, report)
    for at, group, definition in matched:
        _check_group(group, definition, f"{path}.group[{at}]", report)
    if report.type == "data-collection":
        return
    _report_missing([definition for _, _, definition in matched], defined, "group", path, report)


def _check_only_group(group: Resource, definition: Resource, path: str, report: Report) -> None:
    if "code" in group and "code" in definition:
        found, expected = group["code"], definition["code"]
        if not any(system for system, _ in concept_codings(found)):
            report.context.report("measure-report.group-code-unusable", path)
        elif not _is_same(found, expected):
            told = {"found": concept_label(found), "expected": concept_label(expected)}
            report.context.report("measure-report.group-code-wrong", path, **told)
    _check_group(group, definition, path, report)


def _check_group(group: Resource, definition: Resource, path: str, report: Report) -> None:
    populations = list(rows(group, "population"))
    matched = _match(populations, objects(definition, "population"), "population", path, report)
    for at, population, _ in matched:
        _check_population(population, f"{path}.population[{at}]", report)
    counted = [row for row in objects(definition, "population") if not _is_observation(row)]
    _report_missing([row for _, _, row in matched], counted, "population", path, report)
    check_score(group, report.measure, report.type, report.scoring, path, report.context)
    defined = objects(definition, "stratifier")
    stratified = _match(list(rows(group, "stratifier")), defined, "stratifier", path, report)
    _report_missing([row for _, _, row in stratified], defined, "stratifier", path, report)


def _match(
    found: Sequence[tuple[int, Resource]], defined: Sequence[Resource], kind: str, path: str, report: Report
) -> list[tuple[int, Resource, Resource]]:
    """What the report has, with its definition; what matches none or the same one twice is reported."""
    matched: list[tuple[int, Resource, Resource]] = []
    seen: set[int] = set()
    for at, row in found:
        place = f"{path}.{kind}[{at}]"
        definition = next((each for each in defined if _matches(row, each)), None)
        if definition is None:
            problem = "code-unknown" if "code" in row else "without-code"
            report.context.report(f"measure-report.{problem}", place, kind=kind, found=_label(row))
        elif id(definition) in seen:
            report.context.report("measure-report.code-twice", place, kind=kind, found=_label(row))
        else:
            seen.add(id(definition))
            matched.append((at, row, definition))
    return matched


def _report_missing(
    matched: Sequence[Resource], defined: Sequence[Resource], kind: str, path: str, report: Report
) -> None:
    seen = {id(each) for each in matched}
    for definition in defined:
        if id(definition) not in seen:
            expected = _label(definition) or text(definition, "id") or "-"
            report.context.report("measure-report.missing", path, kind=kind, expected=expected)


def _check_population(population: Resource, path: str, report: Report) -> None:
    """`subjectResults` belongs to a subject-list: it refers to a List of as many subjects as are counted."""
    count = integer(population.get("count"))
    if report.type == "subject-list":
        reference = text(population.get("subjectResults"), "reference")
        subjects = report.context.resolve(reference, f"{path}.subjectResults") if reference else None
        listed = len(objects(subjects, "entry"))
        if count is not None and subjects is not None and listed != count:
            report.context.report("measure-report.count-differs", path, found=count, expected=listed)
        return
    if "subjectResults" in population:
        report.context.report("measure-report.subjects-not-allowed", path, type=report.type)
    if count is None:
        report.context.report("measure-report.no-count", path)


def _codes(row: Resource) -> list[Resource]:
    """The CodeableConcepts in `code`: one for groups and populations, a list for a report's stratifiers."""
    code = row.get("code")
    if isinstance(code, list):
        return [each for each in code if isinstance(each, dict)]
    return [code] if isinstance(code, dict) else []


def _matches(row: Resource, definition: Resource) -> bool:
    return any(_is_same(mine, theirs) for mine in _codes(row) for theirs in _codes(definition))


def _is_same(found: Resource, expected: Resource) -> bool:
    mine, theirs = concept_codings(found), concept_codings(expected)
    if not mine and not theirs:
        shown = text(found, "text")
        return shown is not None and shown == text(expected, "text")
    return not set(mine).isdisjoint(theirs)


def _is_observation(population: Resource) -> bool:
    return any(code == "measure-observation" for _, code in concept_codings(population.get("code")))


def _label(row: Resource) -> str:
    return ", ".join(concept_label(code) for code in _codes(row))
