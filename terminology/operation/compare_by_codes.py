"""Compares two value sets by all their codes (https://hl7.org/fhir/tools/valueset-comparison.html)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from terminology.engine.block import Block, common, without
from terminology.engine.compose import Composition, compose
from terminology.engine.definition import Definition
from terminology.engine.edition import version_of
from terminology.engine.message_table import MESSAGES
from terminology.engine.scope import Scope
from terminology.failures import OperationFailed
from terminology.operation.relation import Indeterminate, Relation

_MOST = 1_000
"""Codes that are listed by their names; the comparison itself is of all."""


def compare_by_codes(this: Definition, other: Definition, scope: Scope) -> Relation | Indeterminate:
    """How the codes relate; Indeterminate where those of one cannot all be listed."""
    made: list[Composition] = []
    for each in (this, other):
        if each.compose is None and "expansion" not in each.resource:
            reason = MESSAGES["compare-no-definition"].text(scope.options.chinese, {"value_set": each.canonical})
            return Indeterminate(reason)
        try:
            composition = compose(each, scope)
        except OperationFailed as failed:
            return Indeterminate(str(failed))
        if composition.open_reasons:
            return Indeterminate("; ".join(dict.fromkeys(composition.open_reasons)))
        made.append(composition)
    return _relation(*(list(each.blocks) for each in made))


def _relation(this: list[Block], other: list[Block]) -> Relation:
    missing = [without(each, _comparable(each, other), by_version=False) for each in this]
    extra = [without(each, _comparable(each, this), by_version=False) for each in other]
    shared = [common(each, _comparable(each, other)) for each in this]
    in_this, in_other, in_both = (any(len(each) for each in blocks) for blocks in (missing, extra, shared))
    return Relation(in_this, in_other, in_both, _codes(missing), _codes(extra), _codes(shared))


def _comparable(block: Block, others: Iterable[Block]) -> Iterator[Block]:
    """The others whose codes may be the same: where a code system needs its version, only those of the same one."""
    if block.edition.header.get("versionNeeded") is not True:
        return iter(others)
    return (each for each in others if version_of(each.edition) == version_of(block.edition))


def _codes(blocks: list[Block]) -> frozenset[str]:
    """The codes; none where they are too many to be named."""
    if sum(len(each) for each in blocks) > _MOST:
        return frozenset()
    refs = ((each, each.page(0, len(each))) for each in blocks)
    return frozenset(chain.from_iterable((block.edition.code(ref) for ref in page) for block, page in refs))
