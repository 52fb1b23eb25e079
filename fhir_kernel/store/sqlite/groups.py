"""A page in the order of codes (https://hl7.org/fhir/R4/search.html#sort): those of the first code, of the next, ….

The index of tokens finds resources by hashes, which have no order; but where there are few codes, the resources of each
are a question of its own, in the order of the further sort keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from fhir_kernel.store.criteria import All, Criterion, Match, Missing, Not, Position, Query, TokenTest
from fhir_kernel.store.sqlite.codes import Code, codes_of
from fhir_kernel.store.sqlite.rows import KINDS
from fhir_kernel.store.sqlite.world import World
from fhir_kernel.store.values import TokenValue

Page = Callable[[Query], Sequence[Sequence[Any]]]
"""Type, id and sort values of the resources of a page and one more."""

_MOST_CODES = 100
"""Of more codes it is quicker to sort all that is found."""


def page_by_codes(query: Query, types: Sequence[str], world: World, page: Page) -> list[Any] | None:
    """The page of a query that is sorted by a token of one type; None where it is not, or there are many codes."""
    if not query.sort or len(types) > 1:
        return None
    kinds = world.names.kinds(types[0], parameter := query.sort[0].parameter)
    if len(kinds) != 1 or kinds[0].kind != KINDS[TokenValue]:
        return None
    known = list(islice(codes_of(world.connection, parameter, kinds[0].sp), _MOST_CODES + 1))
    if len(known) > _MOST_CODES:
        return None
    rows: list[Any] = []
    for value, criterion in _groups(query, known):
        if len(rows) <= query.count:
            asked = _within(query, value, criterion, query.count - len(rows))
            rows.extend((*row[:2], value, *row[2:]) for row in page(asked))
    return rows


def _groups(query: Query, known: Sequence[Code]) -> Iterator[tuple[str | None, Criterion]]:
    """The codes in order, from that of the position on, and what tells the resources of each; none comes last."""
    key = query.sort[0]
    codes = sorted({each.code for each in known if each.code}, reverse=key.descending)
    position = query.after.values[0] if query.after is not None else None
    if query.after is None or position is not None:
        for at, code in enumerate(codes):
            if position is None or code == position or (code > str(position)) != key.descending:
                before = frozenset(codes[:at])
                yield code, All((_some(key.parameter, known, {code}), Not(_some(key.parameter, known, before))))
    without_code = any(not each.code for each in known)
    yield None, Not(_some(key.parameter, known, frozenset(codes))) if without_code else Missing(key.parameter)


def _some(parameter: str, known: Sequence[Code], codes: frozenset[str] | set[str]) -> Criterion:
    return Match(parameter, tuple(TokenTest(each.system, each.code) for each in known if each.code in codes))


def _within(query: Query, value: str | None, criterion: Criterion, count: int) -> Query:
    """The query of one group; only that of the position begins after it."""
    after = query.after
    if after is not None:
        after = Position(after.values[1:], after.key) if after.values[0] == value else None
    return replace(
        query, criterion=All((criterion, query.criterion)), sort=query.sort[1:], count=count, after=after, total=False
    )
