"""Which rules are asked of a record, by what stands in it, and which elements that should be filled are not.

https://hl7.org/fhir/R4/profiling.html#mustsupport leaves to each specification what must be done for an element; here
it is filled, and a reason why the data is absent is no content.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from conformance.scoring.rules.asking import Spot
from conformance.validator.access import rows_of
from conformance.validator.facets.fixed import equals, fits
from conformance.validator.plan import Test
from fhir_kernel.resource import Resource

_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_ABSENT_CODES = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_Passes = Callable[[Any], bool]


class Probe:
    """Looks at records of one profile; masks are of the numbers of rules in its list."""

    __slots__ = ("_spots", "_top")

    def __init__(self, spots: Sequence[Spot], places: Mapping[str, int]) -> None:
        top, *below = spots or (Spot(()),)
        self._top = _mask(top.with_value, places)
        self._spots = tuple(_Place(each, places) for each in below)

    def look(self, resource: Resource) -> tuple[int, int]:
        """The rules that are asked, and of these the elements that are not filled."""
        asked, empty = _look(resource, self._spots)
        return asked | self._top, empty


class _Place:
    """A Spot with masks in the place of rules."""

    __slots__ = ("all_names", "below", "must", "names", "siblings", "slices", "with_parent", "with_value")

    def __init__(self, spot: Spot, places: Mapping[str, int]) -> None:
        self.names = tuple(name for name, _ in spot.forms)
        self.siblings = tuple(f"_{name}" for name, is_primitive in spot.forms if is_primitive)
        self.all_names = frozenset((*self.names, *self.siblings))
        self.must = _mask([spot.must_support] if spot.must_support else (), places)
        self.with_parent = _mask(spot.with_parent, places) | self.must
        self.with_value = _mask(spot.with_value, places)
        self.slices = tuple((_passes(tests), _mask((rule,), places)) for tests, rule in spot.slices)
        self.below = tuple(_Place(each, places) for each in spot.below)


def _look(holder: Mapping[str, Any], places: Sequence[_Place]) -> tuple[int, int]:
    asked = empty = 0
    for place in places:
        asked |= place.with_parent
        if place.all_names.isdisjoint(holder):
            empty |= place.must
            continue
        asked |= place.with_value
        values = _values(holder, place.names)
        if place.must and not any(map(_is_filled, values)):
            empty |= place.must
        for passes, mask in place.slices:
            if any(map(passes, values)):
                asked |= mask
        if place.below:
            for each in values:
                if type(each) is dict:
                    more, bare = _look(each, place.below)
                    asked |= more
                    empty |= bare
    return asked, empty


def _values(holder: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    found: list[Any] = []
    for name in names:
        value = holder.get(name)
        if type(value) is list:
            found += value
        elif value is not None:
            found.append(value)
    return found


def _is_filled(value: Any) -> bool:
    """Whether a value says anything but that it is absent."""
    if type(value) is not dict:
        return value is not None
    said = value.keys() - {"id", "extension"}
    if not said:
        return any(row.get("url") != _ABSENT for _, row in rows_of(value, "extension"))
    return not (said <= {"coding"} and _are_absent(value.get("coding")))


def _are_absent(codings: Any) -> bool:
    return type(codings) is list and all(type(row) is dict and row.get("system") == _ABSENT_CODES for row in codings)


def _passes(tests: Sequence[Test]) -> _Passes:
    """Whether a value belongs to a slice, where fixed values and patterns tell it; elsewhere any may."""
    ready = [(test, test.path.split(".") if test.path not in ("", "$this") else []) for test in tests]
    if not ready or not all(test.kind == "value" and _is_plain(steps) for test, steps in ready):
        return lambda _value: True
    return lambda value: all(_passes_one(value, steps, test) for test, steps in ready)


def _is_plain(steps: Sequence[str]) -> bool:
    return all(step.isidentifier() for step in steps)


def _passes_one(value: Any, steps: Sequence[str], test: Test) -> bool:
    return any(
        all(equals(each, fixed) for fixed in test.fixed) and all(fits(each, pattern) for pattern in test.patterns)
        for each in _at(value, steps)
    )


def _at(value: Any, steps: Sequence[str]) -> list[Any]:
    found = [value]
    for step in steps:
        found = [below for each in found if type(each) is dict for below in _values(each, (step,))]
    return found


def _mask(rules: Sequence[str], places: Mapping[str, int]) -> int:
    mask = 0
    for each in rules:
        mask |= 1 << places[each]
    return mask
