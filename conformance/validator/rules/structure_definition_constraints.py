"""Rules for the invariants of a StructureDefinition: keys and FHIRPath expressions.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.constraint
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.validator.rules.knowledge_values import objects, rows, text
from conformance.validator.rules.structure_definition_subject import Subject
from fhir_kernel.resource import Resource


def check_constraints(subject: Subject, view: str) -> None:
    """One expression a key, keys of the base not taken for something else, expressions that fit their element."""
    known = {} if view == "snapshot" else dict(_expressions_of_base(subject))
    # an expression that stands in both views is read in the snapshot, where its context is certain
    reads_expressions = view == "snapshot" or "snapshot" not in subject.definition
    for place, element in subject.elements(view):
        for at, constraint in rows(element, "constraint"):
            spot = f"{place}.constraint[{at}]"
            _check_key(subject, constraint, known, view, spot)
            if reads_expressions and _is_own(subject, constraint):
                _check_expression(subject, constraint, element, view, spot)


def _expressions_of_base(subject: Subject) -> Iterator[tuple[str, str]]:
    for element in subject.base:
        for constraint in objects(element, "constraint"):
            key, expression = text(constraint, "key"), text(constraint, "expression")
            if key and expression:
                yield key, expression


def _check_key(subject: Subject, constraint: Resource, known: dict[str, str], view: str, place: str) -> None:
    key, expression = text(constraint, "key"), text(constraint, "expression")
    if view == "differential" and not _is_own(subject, constraint):
        subject.report("constraint-source", place, found=constraint["source"], expected=subject.sources.url)
    if key is None or expression is None:
        return
    # R4 itself publishes ele-1 in two spellings
    if known.setdefault(key, expression) != expression and key != "ele-1":
        subject.report("constraint-key", place, key=key, found=expression, expected=known[key])


def _is_own(subject: Subject, constraint: Resource) -> bool:
    source = text(constraint, "source")
    return source is None or source.partition("|")[0] == subject.sources.url


def _check_expression(subject: Subject, constraint: Resource, element: Resource, view: str, place: str) -> None:
    expression = text(constraint, "expression")
    if expression is None:
        return
    whole = subject.in_snapshot(element, view)
    types = subject.context_types(whole) if whole is not None and "path" in whole else []
    reason = subject.fault_of(expression, types)
    if reason is not None:
        subject.report("expression", place, found=expression, reason=reason)
