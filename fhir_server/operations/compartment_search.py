"""The resources of a compartment, found by as few searches as its definition allows.

https://hl7.org/fhir/R4/compartmentdefinition.html: types that belong by the same parameters are searched together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from conformance.care_dates import CARE_DATES
from fhir_kernel.store.base import Reader
from fhir_kernel.store.criteria import All, Criterion, DateTest, Match, Query, ReferenceTest, Some, WithId
from fhir_kernel.store.records import Key
from fhir_server.operations.care_dates import in_time
from fhir_server.operations.page_token import PageToken
from fhir_server.search.compartments import Compartment

_ITSELF = "{def}"
"""How a CompartmentDefinition says that the resource at the centre belongs, too."""


def searches(
    compartment: Compartment, centre: Key, ids: Sequence[str], bounds: tuple[DateTest, ...]
) -> Sequence[Query]:
    """Searches that find each resource of the compartments of `ids` once; the centre is in the first of them.

    `bounds` are those of the time of care; the resource at the centre, and those of its type, are found at any time.
    """
    groups: dict[tuple[bool, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for type_ in sorted({*compartment.parameters, centre.type}, key=lambda each: (each != centre.type, each)):
        parameters = tuple(each for each in compartment.parameters.get(type_, ()) if each != _ITSELF)
        dates = tuple(CARE_DATES.get(type_, ())) if bounds else ()
        groups.setdefault((type_ == centre.type, parameters, dates), []).append(type_)
    tests = tuple(ReferenceTest(centre.type, each) for each in ids)
    found = []
    for (is_centre, parameters, _), types in groups.items():
        belongs: list[Criterion] = [Match(each, tests) for each in parameters]
        if is_centre:
            belongs.append(WithId(frozenset((centre.id,))))
        in_scope = All() if is_centre else in_time(types[0], bounds)
        found.append(Query(tuple(types), All((Some(tuple(belongs)), in_scope))))
    return found


async def found_from(
    reader: Reader, queries: Sequence[Query], token: PageToken, count: int
) -> tuple[Sequence[Key], PageToken | None]:
    """Up to `count` resources from a place on, and where the next page begins; None where nothing is left."""
    keys: list[Key] = []
    group, after = token.group, token.after
    while group < len(queries):
        # One more than fits is not asked for: a page that ends with its group looks whether the next one has anything.
        missing = count - len(keys)
        query = replace(queries[group], count=max(missing, 1), after=after, as_of=token.as_of)
        page = await reader.search(query)
        if not missing:
            if page.keys:
                return keys, PageToken(token.as_of, group, after)
        else:
            keys += page.keys
            if page.last is not None:
                return keys, PageToken(token.as_of, group, page.last)
        group, after = group + 1, None
    return keys, None
