"""The score of a group in a MeasureReport: whether it may be there, its value, its unit.

https://hl7.org/fhir/R4/measurereport-definitions.html#MeasureReport.group.measureScore
"""

from __future__ import annotations

from conformance.validator.context import Context
from conformance.validator.rules.knowledge_values import extension, number, part, text
from fhir_kernel.resource import Resource

_UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
_ALTERNATIVE = "http://hl7.org/fhir/us/davinci-deqm/StructureDefinition/extension-alternateScoreType"
_SCORED = ("proportion", "ratio", "continuous-variable")


def check_score(
    group: Resource, measure: Resource, report_type: str | None, scoring: str | None, path: str, context: Context
) -> None:
    """The measureScore of `group` as the report's type and the Measure's scoring want it."""
    place = f"{path}.measureScore"
    has_score = "measureScore" in group
    if report_type == "data-collection" or scoring == "cohort":
        if has_score:
            why = report_type if report_type == "data-collection" else scoring
            context.report("measure-report.score-not-allowed", place, expected=why)
    elif scoring in _SCORED:
        if has_score:
            _check_value(part(group, "measureScore"), measure, str(scoring), place, context)
        else:
            context.report("measure-report.no-score", path, scoring=scoring)


def _check_value(score: Resource, measure: Resource, scoring: str, path: str, context: Context) -> None:
    value = number(score.get("value"))
    alternative = extension(score, _ALTERNATIVE)
    if value is None and alternative is None:
        context.report("measure-report.score-without-value", path, scoring=scoring)
    if scoring != "proportion":
        _check_unit(score, measure, scoring, path, context)
        return
    for name in ("unit", "system", "code"):
        if name in score:
            context.report("measure-report.proportion-with-unit", f"{path}.{name}", found=score[name])
    if value is not None and not 0 <= value <= 1:
        context.report("measure-report.proportion-range", f"{path}.value", found=score["value"])


def _check_unit(score: Resource, measure: Resource, scoring: str, path: str, context: Context) -> None:
    fixed = extension(measure, _UNIT)
    code = text(score, "code")
    if fixed is None or not isinstance(fixed.value, dict):
        if code is None and scoring == "ratio":
            context.report("measure-report.ratio-without-unit", path)
        return
    for name in ("code", "system"):
        expected = text(fixed.value, name)
        if expected is not None and text(score, name) != expected:
            place = f"{path}.{name}" if name in score else path
            context.report("measure-report.unit-differs", place, found=text(score, name) or "-", expected=expected)
