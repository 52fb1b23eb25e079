"""Which profiles, tags and security labels the resources of some types have."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store
from fhir_kernel.store.criteria import Missing, Not, Query
from fhir_server.outcomes import refused

_PAGE = 500


async def meta_in_use(store: Store, types: Sequence[str], most: int) -> Resource:
    """A Meta with each label once, in order.

    Tags and labels are asked of the store's index; profiles, of which it has no list, are read from the resources that
    have any. Raises RequestRefused where those are more than `most`.
    """
    found: Resource = {}
    profiles = {each async for each in _profiles(store, types, most)}
    if profiles:
        found["profile"] = sorted(profiles)
    for name in ("security", "tag"):
        codings = {(each.system, each.code) for type_ in types for each in await store.tokens(type_, f"_{name}")}
        if codings:
            found[name] = [_coding(*each) for each in sorted(codings)]
    return found


async def _profiles(store: Store, types: Sequence[str], most: int) -> AsyncIterator[str]:
    query = Query(tuple(types), Not(Missing("_profile")), count=_PAGE)
    seen = 0
    while True:
        page = await store.search(query)
        seen += len(page.keys)
        if seen > most:
            text = f"More than {most} resources have profiles; $meta can be asked for a type that has fewer"
            raise refused("too-costly", text)
        for version in (await store.read_many(page.keys)).values():
            for profile in parse_json(version.body or b"{}").get("meta", {}).get("profile", ()):
                yield profile
        if page.last is None:
            return
        query = replace(query, after=page.last)


def _coding(system: str, code: str) -> Resource:
    return {name: value for name, value in (("system", system), ("code", code)) if value}
