"""What two generations of tallies say differently, rule by rule."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.scoring.counting.counters import by_field, unpacked
from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from registry.scores.counting.names import DAY, INSTITUTION, day_of, institution_of
from registry.scores.counting.shapes import shapes_of

_PAGE = 1_000
_NOTHING = (0, 0, 0, 0)
Place = tuple[str, str]
"""A collection, and a name without its generation."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two counts of the same: of a rule on a day passed, failed, error, clusters; or how many findings are open."""

    institution: str
    product: str
    day: str
    """Empty for open findings."""
    rule: str
    before: Sequence[int]
    after: Sequence[int]

    def __str__(self) -> str:
        where = " ".join(each for each in (self.institution, self.product, self.day or "open", self.rule) if each)
        return f"{where}: {'/'.join(map(str, self.before))} -> {'/'.join(map(str, self.after))}"


async def suspects(reader: Reader, before: str, after: str) -> AsyncIterator[Place]:
    """The places where generations are not the same; not yet by rule, and while one of them may be moving on."""
    for collection in (DAY, INSTITUTION):
        ours, theirs = _pages(reader, collection, before), _pages(reader, collection, after)
        one, other = await anext(ours, None), await anext(theirs, None)
        while one is not None or other is not None:
            if other is None or (one is not None and one[0] < other[0]):
                assert one is not None  # by the condition of the loop
                yield collection, one[0]
                one = await anext(ours, None)
            elif one is None or other[0] < one[0]:
                yield collection, other[0]
                other = await anext(theirs, None)
            else:
                if one[1] != other[1]:
                    yield collection, one[0]
                one, other = await anext(ours, None), await anext(theirs, None)


async def differences(reader: Reader, before: str, after: str, places: Sequence[Place]) -> Sequence[Difference]:
    """What two generations say differently in these places."""
    made: list[Difference] = []
    for collection in (DAY, INSTITUTION):
        wanted = [name for of, name in places if of == collection]
        ours = await reader.loaded(collection, [f"{before}/{name}" for name in wanted])
        theirs = await reader.loaded(collection, [f"{after}/{name}" for name in wanted])
        for name in wanted:
            rows = [found.get(f"{of}/{name}", {}) for found, of in ((ours, before), (theirs, after))]
            made += await _of_day(reader, name, rows) if collection == DAY else _of_institution(name, rows)
    return made


async def _pages(reader: Reader, collection: str, generation: str) -> AsyncIterator[tuple[str, Document]]:
    after, start = "", len(generation) + 1
    while page := await reader.listed(collection, prefix=f"{generation}/", after=after, count=_PAGE):
        for name, kept in page:
            yield name[start:], kept
        after = page[-1][0]


async def _of_day(reader: Reader, name: str, rows: Sequence[Document]) -> Sequence[Difference]:
    day = day_of(f"/{name}")
    one, other = [await _by_rule(reader, each) for each in rows]
    return [
        Difference(day.institution, day.product, day.day, rule, one.get(rule, _NOTHING), other.get(rule, _NOTHING))
        for rule in sorted({*one, *other})
        if one.get(rule, _NOTHING) != other.get(rule, _NOTHING)
    ]


async def _by_rule(reader: Reader, kept: Document) -> Mapping[str, Sequence[int]]:
    """The counters of a day, those of a rule in several lists added up, those at zero left out."""
    found: dict[str, Sequence[int]] = {rule: tuple(counts) for rule, counts in kept.get("checks", {}).items()}
    lists = kept.get("lists", {})
    shapes = await shapes_of(reader, lists.keys())
    for digest, text in lists.items():
        for rule, *counts in zip(shapes[digest].rules, *by_field(unpacked(text)), strict=True):
            if any(counts):
                before = found.get(rule, _NOTHING)
                found[rule] = tuple(a + b for a, b in zip(before, counts, strict=True))
    return found


def _of_institution(name: str, rows: Sequence[Document]) -> Sequence[Difference]:
    institution = institution_of(f"/{name}")
    one, other = (each.get("open", {}) for each in rows)
    return [
        Difference(institution, "", "", rule, [one.get(rule, 0)], [other.get(rule, 0)])
        for rule in sorted({*one, *other})
        if one.get(rule, 0) != other.get(rule, 0)
    ]
