"""Tests of tokens as SQL (https://hl7.org/fhir/R4/search.html#token)."""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.criteria import TokenTest
from fhir_kernel.store.evaluate import token_passes
from fhir_kernel.store.sqlite.functions import Predicate
from fhir_kernel.store.sqlite.hashes import code_hash
from fhir_kernel.store.sqlite.lookups import Held, exists, found, within
from fhir_kernel.store.sqlite.sql import NEVER, Source, Sql, any_of, one_of, union
from fhir_kernel.store.sqlite.world import World
from fhir_kernel.store.values import TokenValue, Value

_MOST_SEEKS = 40
"""So many tokens are looked up for each resource; for more it is quicker to look at those that it has."""


def token_condition(tests: Sequence[TokenTest], sps: Sequence[int], held: Held, world: World) -> Sql:
    """Some token passes one of the tests."""
    if len(tests) > _MOST_SEEKS and held.code:
        return _any_value(held, _passing(tests), world)
    parts = []
    for system, hashes in _by_system(tests, world).items():
        # The system stands before the resource in the index: of any system means of each that there is.
        every = {each for sp in sps for hash_ in hashes for each in world.systems(sp, hash_)}
        codes, systems = one_of(hashes), one_of(sorted(every) if system is None else [system])
        where = f"v.hash {codes.text} AND v.system {systems.text} AND v.res = {held.res}"
        parts.append(exists("token", sps, Sql(where, codes.values + systems.values)))
    return any_of(parts)


def token_source(tests: Sequence[TokenTest], sps: Sequence[int], world: World) -> Source:
    """What has such a token."""
    arms = []
    for system, hashes in _by_system(tests, world).items():
        codes = one_of(hashes)
        of_system = Sql("") if system is None else Sql(" AND system = ?", (system,))
        where = Sql(f"hash {codes.text}{of_system.text}", codes.values + of_system.values)
        arms.append(found("token", sps, where, exact=True))
    return union(arms)


def _by_system(tests: Sequence[TokenTest], world: World) -> Mapping[int | None, list[int]]:
    """The hashes that are asked for with each code system, None: with any; a system that nothing is of is left out."""
    hashes: defaultdict[int | None, dict[int, None]] = defaultdict(dict)
    for test in tests:
        system = None if test.system is None else world.names.system(test.system)
        if test.system is None or system is not None:
            hashes[system][code_hash(test.code, test.type)] = None
    return {system: list(each) for system, each in hashes.items()}


def _passing(tests: Sequence[TokenTest]) -> Predicate:
    """Whether a token passes one of very many tests."""
    pairs = frozenset((test.system, test.code) for test in tests if test.type is None)
    typed = [test for test in tests if test.type is not None]

    def passes(value: Value) -> bool:
        if not isinstance(value, TokenValue):
            return False
        system, code = value.system, value.code
        asked_so = {(system, code), (None, code), (system, None), (None, None)}
        return not pairs.isdisjoint(asked_so) or any(token_passes(value, test) for test in typed)

    return passes


def _any_value(held: Held, predicate: Predicate, world: World) -> Sql:
    return Sql(
        f"any_value((SELECT entries FROM entry WHERE res = {held.res}), ?, ?)",
        (held.code, world.predicates.number(predicate)),
    )


def identifier_condition(
    tests: Sequence[asked.ReferenceIdentifierTest], sps: Sequence[int], held: Held, world: World
) -> Sql:
    """Some reference has an identifier that passes."""
    return token_condition([test.token for test in tests], sps, held._replace(code=""), world)


def identifier_source(tests: Sequence[asked.ReferenceIdentifierTest], sps: Sequence[int], world: World) -> Source:
    """What has such a reference."""
    return token_source([test.token for test in tests], sps, world)


def shown_condition(tests: Sequence[asked.TokenTextTest], _: Sequence[int], held: Held, world: World) -> Sql:
    """The text of some token begins so; components of composites are never asked for their text."""
    starts = tuple(test.text for test in tests)
    if not held.code:
        return NEVER
    return _any_value(held, lambda value: isinstance(value, TokenValue) and value.text.startswith(starts), world)


def shown_source(tests: Sequence[asked.TokenTextTest], sps: Sequence[int], _: World) -> Source:
    """What has a token that was seen with such a text, here or elsewhere."""
    sp = one_of(sps)
    begins = any_of([within("text", test.text) for test in tests])
    return Source(
        Sql(
            "SELECT x.res AS res FROM (SELECT DISTINCT sp, hash, system FROM shown "
            f"WHERE sp {sp.text} AND {begins.text}) f "
            "CROSS JOIN token x ON x.sp = f.sp AND x.hash = f.hash AND x.system = f.system",
            sp.values + begins.values,
        )
    )
