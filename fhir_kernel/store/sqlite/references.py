"""Tests of references as SQL (https://hl7.org/fhir/R4/search.html#reference)."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.records import Key
from fhir_kernel.store.sqlite.hashes import hash_of
from fhir_kernel.store.sqlite.lookups import Held, exists, found, hashed_condition, hashed_source
from fhir_kernel.store.sqlite.sql import Source, Sql, any_of, one_of, union
from fhir_kernel.store.sqlite.world import World


def _reference_parts(tests: Sequence[asked.ReferenceTest], world: World) -> tuple[list[int], list[int]]:
    """The numbers of targets, and hashes for what is asked by URL or with a version."""
    targets, hashes = [], []
    for test in tests:
        if test.url:
            hashes.append(hash_of("u", test.url, *([test.version] if test.version else [])))
            continue
        for each in (test.type,) if test.type else world.names.types():
            if test.version:
                hashes.append(hash_of("v", each, test.id, test.version))
            elif test.id and (target := world.names.resource(Key(each, test.id))) is not None:
                targets.append(target)
    return list(dict.fromkeys(targets)), list(dict.fromkeys(hashes))


def reference_condition(tests: Sequence[asked.ReferenceTest], sps: Sequence[int], held: Held, world: World) -> Sql:
    """Some reference passes one of the tests."""
    targets, hashes = _reference_parts(tests, world)
    parts = [hashed_condition(hashes, sps, held)]
    if targets:
        same = one_of(targets)
        parts.append(exists("reference", sps, Sql(f"v.target {same.text} AND v.res = {held.res}", same.values)))
    return any_of(parts)


def reference_source(tests: Sequence[asked.ReferenceTest], sps: Sequence[int], world: World) -> Source:
    """What has such a reference."""
    targets, hashes = _reference_parts(tests, world)
    arms = [hashed_source(hashes, sps)] if hashes else []
    if targets:
        same = one_of(targets)
        arms.append(found("reference", sps, Sql(f"target {same.text}", same.values), exact=True))
    return union(arms)
