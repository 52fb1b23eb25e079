"""Which edition replaces which, within a ledger and what the registry has already: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from registry.ledger.known import Known
from registry.ledger.row import COLUMNS
from registry.ledger.sheet import fault
from registry.model.edition import Edition
from registry.model.relation import Relation, RelationKind
from registry.records.numbers import key_of, number_of
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Planned:
    """An edition that a row makes, and the numbers of what it replaces."""

    line: int
    edition: Edition
    replaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """The editions of the rows, and those that were here and end now, by the keys of their numbers."""

    editions: Mapping[str, Edition]
    ending: Mapping[str, Edition]
    faults: tuple[tuple[int, Sentence], ...]
    """What is wrong, by line."""


def resolve(planned: Mapping[str, Planned], known: Known) -> Resolved:
    """Relations with the ids of what they mean; what is replaced ends when the first that replaces it is in force."""
    there = {**known.editions, **{key: each.edition for key, each in planned.items()}}
    successors = _successors(planned, known)
    editions = {
        key: replace(_ending(each.edition, successors.get(key)), relations=tuple(_relations(each, there)))
        for key, each in planned.items()
    }
    replaced = {key_of(number) for each in planned.values() for number in each.replaces}
    ending = {
        key: _ending(known.editions[key], successors[key])
        for key in sorted(replaced & set(known.editions))
        if known.editions[key].imported is not None and not known.editions[key].replaced_by
    }
    return Resolved(editions, ending, tuple(_faults(planned, there)))


def _successors(planned: Mapping[str, Planned], known: Known) -> Mapping[str, Edition]:
    """By key, the edition that replaces it first."""
    found: dict[str, list[Edition]] = {}
    for each in planned.values():
        for number in each.replaces:
            found.setdefault(key_of(number), []).append(each.edition)
    for other in known.editions.values():
        for relation in other.related("replaces"):
            if other.published is not None and relation.number:
                found.setdefault(key_of(relation.number), []).append(other)
    return {key: min(others, key=_order) for key, others in found.items()}


def _order(its: Edition) -> tuple[date, str]:
    return its.in_force or date.max, its.number


def _ending(its: Edition, successor: Edition | None) -> Edition:
    if successor is None:
        return its
    return replace(its, ends=its.ends or successor.in_force, replaced_by=f"{successor.standard}/{successor.id}")


def _relations(planned: Planned, there: Mapping[str, Edition]) -> Iterator[Relation]:
    for each in planned.replaces:
        yield _relation("replaces", each, there)
    number = number_of(planned.edition.number)
    if number.amendment:
        yield _relation("amends", str(replace(number, amendment="")), there)


def _relation(kind: RelationKind, number: str, there: Mapping[str, Edition]) -> Relation:
    found = there.get(key_of(number))
    return Relation(kind, "" if found is None else f"{found.standard}/{found.id}", number)


def _faults(planned: Mapping[str, Planned], there: Mapping[str, Edition]) -> Iterator[tuple[int, Sentence]]:
    for each in planned.values():
        for number in each.replaces:
            before = there.get(key_of(number))
            expected = None if before is None else _expected(before, each.edition)
            if expected is not None:
                yield each.line, fault(COLUMNS["replaces"], number, expected)


def _expected(before: Edition, its: Edition) -> Sentence | None:
    """What is expected where `its` cannot replace `before`."""
    if before.imported is None:
        return Sentence(
            "no edition that was published here, since what replaces it is published here, too",
            "非本系统发布的标准；在此发布的标准，其代替标准也须在此发布",
        )
    if before.published is None or its.published is None or before.published > its.published:
        said = f"published before {its.number}", f"早于 {its.number} 发布"
        return Sentence(f"an edition that was {said[0]}", f"{said[1]}的标准")
    return None
