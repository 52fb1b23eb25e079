"""What a page brings along: `_include` and `_revinclude` (https://hl7.org/fhir/R4/search.html#include)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.store.base import Reader
from fhir_kernel.store.criteria import Criterion, Match, OfTypes, Query, ReferenceTest, Some
from fhir_kernel.store.records import Key, Version
from fhir_server.search.canonicals import named_so, names_in, names_of, naming
from fhir_server.search.context import Canonical, SearchLimits, too_much
from fhir_server.search.controls import Include
from fhir_server.search.index import SearchIndex
from fhir_server.search.indexed import check_indexed


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
        named: dict[str, dict[Canonical, None]] = {}
        for version in reached:
            asked = [each for each in includes if each.source in ("", version.key.type)]
            resource = parse_json(version.body) if asked and version.body is not None else None
            for each in asked if resource is not None else ():
                for code in self._codes(version.key.type, each.parameter):
                    for reference in self.index.references(resource or {}, code):
                        if reference.id and each.target in ("", reference.type):
                            wanted[Key(reference.type, reference.id)] = None
                    named.setdefault(each.target, {}).update(dict.fromkeys(names_in(resource or {}, code, self.index)))
        for target, canonicals in named.items():
            wanted.update(dict.fromkeys(await self._named(target, list(canonicals))))
        return await self._take(list(wanted))

    async def _named(self, target: str, canonicals: Sequence[Canonical]) -> Sequence[Key]:
        """What canonicals name: of a type, or of any."""
        types = tuple(each for each in ((target,) if target else self.index.types) if self.index.is_canonical(each))
        if not canonicals or not types:
            return ()
        check_indexed(self.index, types, ("url", "version"))
        most = self.limits.included + len(self.page) + 1
        return (await self.store.search(Query(types, Some(tuple(named_so(canonicals))), count=most))).keys

    async def follow_back(self, reached: Sequence[Version], includes: Sequence[Include]) -> Sequence[Version]:
        """What refers to `reached`."""
        taken: list[Version] = []
        for each in includes:
            targets = [to for to in reached if each.target in ("", to.key.type)]
            if targets:
                types = (each.source,) if each.source else self.index.types
                criterion = Some(tuple(self._referring(name, each.parameter, targets) for name in types))
                found = await self.store.search(
                    Query(types, criterion, count=self.limits.included + len(self.page) + 1)
                )
                taken += await self._take(found.keys)
        return taken

    def _referring(self, resource_type: str, parameter: str, targets: Sequence[Version]) -> Criterion:
        tests = tuple(ReferenceTest(*each.key) for each in targets)
        parts = [Match(code, tests) for code in self._codes(resource_type, parameter)]
        codes = [each.parameter for each in parts if self.index.names_canonicals(resource_type, each.parameter)]
        if codes and (names := self._naming(targets)):
            parts += [Match(code, names) for code in codes]
        return OfTypes((resource_type,), Some(tuple(parts)))

    def _naming(self, targets: Sequence[Version]) -> tuple[ReferenceTest, ...]:
        """Tests of what names the targets."""
        read = [parse_json(each.body or b"{}") for each in targets if self.index.is_canonical(each.key.type)]
        return naming([each for resource in read for each in names_of(resource)])

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
