"""A Match as SQL: values of one parameter, composites among them."""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.criteria import Match, Test
from fhir_kernel.store.sqlite.lookups import Held
from fhir_kernel.store.sqlite.matching import MATCHINGS
from fhir_kernel.store.sqlite.rows import KINDS, component_code
from fhir_kernel.store.sqlite.schema import PART_BITS
from fhir_kernel.store.sqlite.sql import NEVER, NOTHING, Source, Sql, all_of, any_of, one_of, union
from fhir_kernel.store.sqlite.world import World
from fhir_kernel.store.values import CompositeValue

Types = Sequence[str]

_TELLING_APART = (asked.TokenTest, asked.TokenTextTest, asked.ReferenceTest, asked.ReferenceIdentifierTest)
_COMPOSITE = KINDS[CompositeValue]


def match_condition(match: Match, types: Types, row: str, world: World) -> Sql:
    """Whether the row of `resource` that `row` names has a value that passes."""
    held = Held(f"{row}.res", f"({row}.res << {PART_BITS})", match.parameter)
    return any_of([_of_class(cls, each, match.parameter, types, held, world) for cls, each in _classes(match.tests)])


def match_source(match: Match, types: Types, world: World) -> Source | None:
    """What finds resources that have such a value; None where no index does."""
    return either([_class_source(cls, each, match.parameter, types, world) for cls, each in _classes(match.tests)])


def either(arms: Sequence[Source | None]) -> Source | None:
    """What any of them finds; None where one cannot."""
    known = [each for each in arms if each is not None]
    return union(known) if len(known) == len(arms) else None


def numbers_of(parameter: str, kind: str, types: Types, world: World) -> list[int]:
    """The numbers of a parameter of each of the types that has values of a kind."""
    found = (world.names.parameter(each, parameter, kind) for each in types)
    return [each.sp for each in found if each is not None]


def _classes(tests: Sequence[Test]) -> Iterator[tuple[type[Test], list[Test]]]:
    for cls in dict.fromkeys(type(test) for test in tests):
        yield cls, [test for test in tests if type(test) is cls]


def _of_class(cls: type[Test], tests: Sequence[Test], parameter: str, types: Types, held: Held, world: World) -> Sql:
    if cls is asked.CompositeTest:
        return any_of([_composite(each, parameter, types, held, world) for each in tests])
    way = MATCHINGS[cls]
    sps = numbers_of(parameter, way.kind, types, world)
    return way.condition(tests, sps, held, world) if sps else NEVER


def _class_source(cls: type[Test], tests: Sequence[Test], parameter: str, types: Types, world: World) -> Source | None:
    if cls is asked.CompositeTest:
        return either([_composite_source(each, parameter, types, world) for each in tests])
    way = MATCHINGS[cls]
    sps = numbers_of(parameter, way.kind, types, world)
    return way.source(tests, sps, world) if sps else NOTHING


def _composite(test: Test, parameter: str, types: Types, held: Held, world: World) -> Sql:
    sps = numbers_of(parameter, _COMPOSITE, types, world)
    if not sps or not isinstance(test, asked.CompositeTest):
        return NEVER
    sp, part = one_of(sps), world.alias()
    fits = _components(test, parameter, types, Held(f"{part}.item", f"{part}.item"), world)
    return Sql(
        f"EXISTS (SELECT 1 FROM own {part} WHERE {part}.item > {held.item} "
        f"AND {part}.item < {held.item} + {1 << PART_BITS} AND {part}.sp {sp.text} AND {fits.text})",
        sp.values + fits.values,
    )


def _components(test: asked.CompositeTest, parameter: str, types: Types, held: Held, world: World) -> Sql:
    return all_of(
        [
            _of_class(type(each), [each], component_code(parameter, index), types, held, world)
            for index, each in enumerate(test.components)
        ]
    )


def _composite_source(test: Test, parameter: str, types: Types, world: World) -> Source | None:
    """Values that pass the test of the component that finds least, then the other components of the same instances."""
    if not isinstance(test, asked.CompositeTest):
        return None
    components = list(enumerate(test.components))
    # See rows.py: where there are such components, instances are found by them alone.
    apart = [(index, each) for index, each in components if isinstance(each, _TELLING_APART)]
    found = [
        _class_source(type(each), [each], component_code(parameter, index), types, world)
        for index, each in apart or components
    ]
    known = [each.sql for each in found if each is not None]
    if not known:
        return None
    best = min(known, key=lambda each: world.size(each, world.many))
    part = world.alias("f")
    fits = _components(test, parameter, types, Held(f"{part}.res", f"{part}.res"), world)
    return Source(
        Sql(
            f"SELECT {part}.res >> {PART_BITS} AS res FROM ({best.text}) {part} WHERE {fits.text}",
            best.values + fits.values,
        ),
        exact=True,
    )
