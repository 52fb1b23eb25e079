"""What records are held against: the published standards of a store, or the profiles of packages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from conformance.rules_in_force import ALWAYS, Rule
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.policy_file import shipped_policy
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.index import Entry
from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.package import Package
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store
from registry.enforcement.published import published
from registry.packages.contents import definitions_in
from registry.scores.practice.report import Clause
from registry.scores.practice.standards import clauses_of, policy_of

_ABSTRACT = frozenset(("Resource", "DomainResource"))


@dataclass(frozen=True, slots=True)
class Standards:
    """Rules with the definitions that they need, beside those that are loaded anyway."""

    names: tuple[str, ...]
    rules: tuple[Rule, ...]
    definitions: tuple[Resource, ...]
    clauses: Mapping[str, Clause]
    policy: ScorePolicy


async def standards_in(store: Store, limits: ArchiveLimits, now: datetime) -> Standards:
    """Those that are published in a store. Raises StoreError."""
    sets = (await published(store)).sets
    definitions: list[Resource] = []
    for digest in sorted({each.digest for each in sets}):
        content = await store.kept(digest)
        if content is None:
            raise StoreUnavailable(f"the archive {digest} is not in the store; restore it from a backup")
        definitions += definitions_in(content, limits)
    rules = tuple(row.rule for each in sets for row in each.rules)
    names = tuple(each.name for each in sets)
    return Standards(names, rules, tuple(definitions), clauses_of(sets), await policy_of(store, now.date()))


def standards_of(catalog: Catalog) -> Standards:
    """A rule for each profile on a type of resource in the packages that were named.

    Those that others depend on are left out; where there are several profiles of a type, each is asked of those records
    that claim it, as when a package is published.
    """
    packages = [each.source for each in _named(catalog.packages)]
    profiles = [each for each in catalog.entries("StructureDefinition") if each.source in packages and _is_rule(each)]
    types = Counter(each.type for each in profiles)
    rules = tuple(
        Rule(each.canonical, each.type, reject_from=ALWAYS, applies="all" if types[each.type] == 1 else "claimed")
        for each in profiles
    )
    return Standards(tuple(packages), rules, (), {}, shipped_policy())


def together(one: Standards, other: Standards) -> Standards:
    """Both; shares are weighed by the policy of the first."""
    return Standards(
        (*one.names, *other.names),
        (*one.rules, *other.rules),
        (*one.definitions, *other.definitions),
        {**other.clauses, **one.clauses},
        one.policy,
    )


def _named(packages: Sequence[Package]) -> Iterator[Package]:
    """Without FHIR's own, which comes first, and those on which another depends."""
    needed = set(_dependencies(packages))
    for each in packages[1:]:
        if each.manifest is None or each.manifest.id.name not in needed:
            yield each


def _dependencies(packages: Iterable[Package]) -> Iterator[str]:
    for each in packages:
        if each.manifest is not None:
            yield from each.manifest.dependencies


def _is_rule(entry: Entry) -> bool:
    return entry.kind == "resource" and entry.derivation == "constraint" and entry.type not in _ABSTRACT
