"""Rules for Measure beyond its StructureDefinition: libraries, codes of its parts, CQL criteria.

https://hl7.org/fhir/R4/measure.html
"""

from __future__ import annotations

from dataclasses import dataclass

from conformance.validator.context import Context, RuleTable
from conformance.validator.rules.knowledge_values import concept_codings, part, rows, text
from conformance.validator.rules.measure_library import Definitions, read_library
from fhir_kernel.resource import Resource

_CQL = ("text/cql", "text/cql.identifier", "text/cql-identifier")
_REQUIRED_POPULATIONS = {
    "proportion": ("numerator", "denominator"),
    "ratio": ("numerator", "denominator"),
    "continuous-variable": ("measure-population",),
}


@dataclass(frozen=True, slots=True)
class Libraries:
    """The libraries of a Measure."""

    known: list[Definitions]
    is_complete: bool
    """Whether every library that is named is known; where not, a missing definition proves nothing."""

    @property
    def severity(self) -> str:
        return "error" if self.is_complete else "warning"


def check_measure(measure: Resource, path: str, context: Context) -> None:
    """The libraries that are named, and every group."""
    libraries = _libraries(measure, path, context)
    groups = list(rows(measure, "group"))
    if not groups:
        context.report("measure.no-groups", path)
    scoring = next((code for _, code in concept_codings(measure.get("scoring"))), None)
    for at, group in groups:
        place = f"{path}.group[{at}]"
        if len(groups) > 1 and "code" not in group:
            context.report("measure.group-without-code", place)
        _check_populations(group, scoring, place, context)
        _check_stratifiers(group, libraries, place, context)


RULES: RuleTable = {"Measure": (check_measure,)}


def _libraries(measure: Resource, path: str, context: Context) -> Libraries:
    known: list[Definitions] = []
    is_complete = True
    named = measure.get("library")
    for at, canonical in enumerate(named if isinstance(named, list) else ()):
        if not isinstance(canonical, str):
            continue
        place = f"{path}.library[{at}]"
        library = context.catalog.find(canonical, "Library")
        if library is None and canonical.startswith("#"):
            library = context.resolve(canonical, place)
        if library is None:
            context.report("measure.library-unknown", place, found=canonical)
            is_complete = False
        else:
            known.append(read_library(library))
    return Libraries(known, is_complete)


def _check_populations(group: Resource, scoring: str | None, path: str, context: Context) -> None:
    populations = list(rows(group, "population"))
    if not populations:
        context.report("measure.no-populations", path)
        return
    seen = {code for _, row in populations for _, code in concept_codings(row.get("code"))}
    for at, population in populations:
        if len(populations) > 1 and "code" not in population:
            context.report("measure.population-without-code", f"{path}.population[{at}]")
    missing = [code for code in _REQUIRED_POPULATIONS.get(scoring or "", ()) if code not in seen]
    if seen and missing:
        context.report("measure.population-missing", path, expected=", ".join(missing), scoring=scoring)


def _check_stratifiers(group: Resource, libraries: Libraries, path: str, context: Context) -> None:
    stratifiers = list(rows(group, "stratifier"))
    for at, stratifier in stratifiers:
        place = f"{path}.stratifier[{at}]"
        components = list(rows(stratifier, "component"))
        if len(stratifiers) > 1 and "code" not in stratifier and not components:
            context.report("measure.stratifier-without-code", place)
        _check_criteria(stratifier, libraries, place, context)
        for inner, component in components:
            inner_place = f"{place}.component[{inner}]"
            if len(components) > 1 and "code" not in component:
                context.report("measure.component-without-code", inner_place)
            _check_criteria(component, libraries, inner_place, context)


def _check_criteria(holder: Resource, libraries: Libraries, path: str, context: Context) -> None:
    criteria = part(holder, "criteria")
    language = text(criteria, "language")
    if language is None:
        return
    place = f"{path}.criteria"
    if language not in _CQL:
        context.report("measure.language-not-checked", place, found=language)
        return
    expression = text(criteria, "expression")
    if not libraries.known:
        context.report("measure.no-cql-library", place, severity=libraries.severity)
    elif expression is not None:
        _check_cql(expression, libraries, place, context)


def _check_cql(expression: str, libraries: Libraries, path: str, context: Context) -> None:
    """`Library.Definition`, or a definition's name alone where there is one library."""
    name, dot, definition = expression.partition(".")
    if dot:
        named = [library for library in libraries.known if library.name == name]
    else:
        named, definition = libraries.known, expression
    if len(named) == 1:
        _check_definition(named[0], definition, path, context)
    elif named:
        context.report("measure.library-ambiguous", path, found=name if dot else expression)
    else:
        context.report("measure.library-not-listed", path, found=name, severity=libraries.severity)


def _check_definition(library: Definitions, definition: str, path: str, context: Context) -> None:
    told = {"library": library.url or library.name or "-", "found": definition}
    if library.problem is not None:
        context.report("measure.elm-unreadable", path, reason=library.problem, **told)
    elif library.names is None:
        context.report("measure.no-elm", path, **told)
    elif definition.strip('"') not in library.names:
        context.report("measure.definition-unknown", path, **told)
