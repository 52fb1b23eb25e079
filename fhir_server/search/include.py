"""What a page brings along: `_include` and `_revinclude` (https://hl7.org/fhir/R4/search.html#include)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.store.base import Reader
from fhir_kernel.store.criteria import Criterion, Match, OfTypes, Query, ReferenceTest, Some
from fhir_kernel.store.records import Key, Version
from fhir_server.search.context import SearchLimits, too_much
from fhir_server.search.controls import Include
from fhir_server.search.index import SearchIndex


def _everything(_version: Version) -> bool:
    return True


async def included(
    page: Sequence[Version],
    includes: Sequence[Include],
    revincludes: Sequence[Include],
    index: SearchIndex,
    store: Reader,
    limits: SearchLimits,
    *,
    sees: Callable[[Version], bool] = _everything,
) -> Sequence[Version]:
    """The current versions that come along with a page (`search.mode` include), each once and none that is on it.

    Nothing comes along, nor leads any further, that whoever asks does not see. What is included is gone on from where
    `:iterate` asks for it. Raises RequestRefused where it would be too much.
    """
    if not includes and not revincludes:
        return ()
    gathering = _Gathering(index, store, limits, {each.key: each for each in page}, sees)
    reached: Sequence[Version] = page
    for rounds in range(limits.include_rounds + 1):
        forward = [each for each in includes if rounds == 0 or each.iterate]
        backward = [each for each in revincludes if rounds == 0 or each.iterate]
        if not reached or not (forward or backward):
            return tuple(gathering.found.values())
        reached = [*await gathering.follow(reached, forward), *await gathering.follow_back(reached, backward)]
    if reached:
        raise too_much("_include", f"':iterate' goes on after {limits.include_rounds} rounds; ask for less at once")
    return tuple(gathering.found.values())


@dataclass(slots=True)
class _Gathering:
    """What has been found on the way."""

    index: SearchIndex
    store: Reader
    limits: SearchLimits
    page: Mapping[Key, Version]
    sees: Callable[[Version], bool]
    found: dict[Key, Version] = field(default_factory=dict)

    async def follow(self, reached: Iterable[Version], includes: Sequence[Include]) -> Sequence[Version]:
        """What the references of `reached` lead to."""
        wanted: dict[Key, None] = {}
        for version in reached:
            asked = [each for each in includes if each.source in ("", version.key.type)]
            resource = parse_json(version.body) if asked and version.body is not None else None
            for each in asked if resource is not None else ():
                for code in self._codes(version.key.type, each.parameter):
                    for reference in self.index.references(resource or {}, code):
                        if reference.id and each.target in ("", reference.type):
                            wanted[Key(reference.type, reference.id)] = None
        return await self._take(list(wanted))

    async def follow_back(self, reached: Sequence[Version], includes: Sequence[Include]) -> Sequence[Version]:
        """What refers to `reached`."""
        taken: list[Version] = []
        for each in includes:
            tests = tuple(ReferenceTest(*to.key) for to in reached if each.target in ("", to.key.type))
            if tests:
                types = (each.source,) if each.source else self.index.types
                criterion = Some(tuple(self._referring(name, each.parameter, tests) for name in types))
                found = await self.store.search(
                    Query(types, criterion, count=self.limits.included + len(self.page) + 1)
                )
                taken += await self._take(found.keys)
        return taken

    def _referring(self, resource_type: str, parameter: str, tests: tuple[ReferenceTest, ...]) -> Criterion:
        codes = self._codes(resource_type, parameter)
        return OfTypes((resource_type,), Some(tuple(Match(code, tests) for code in codes)))

    def _codes(self, resource_type: str, parameter: str) -> Sequence[str]:
        if parameter != "*":
            return (parameter,)
        known = self.index.parameters(resource_type)
        return [code for code, each in known.items() if each.type == "reference"]

    async def _take(self, keys: Sequence[Key]) -> Sequence[Version]:
        """Those that are new. Raises RequestRefused where the limit is passed."""
        new = [key for key in keys if key not in self.page and key not in self.found]
        if len(self.found) + len(new) > self.limits.included:
            most = self.limits.included
            raise too_much("_include", f"more than {most} resources would come along; ask for a smaller page (_count)")
        read = await self.store.read_many(new) if new else {}
        taken = {key: each for key, each in read.items() if self.sees(each)}
        self.found.update(taken)
        return list(taken.values())
