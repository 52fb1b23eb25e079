"""fixed[x] and pattern[x] (https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.fixed_x_)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple


class Difference(NamedTuple):
    """Where a value departs from what is fixed: steps below the element, what is there and what should be."""

    steps: tuple[tuple[str, int], ...]
    found: Any
    expected: Any


def equals(found: Any, expected: Any) -> bool:
    """Whether two JSON values are the same; 1.0 and 1.00 are not, nor are true and 1."""
    return next(_differences(found, expected, (), exact=True), None) is None


def fits(found: Any, pattern: Any) -> bool:
    """Whether `found` holds at least what `pattern` holds; an array must have a match for each item."""
    return next(_differences(found, pattern, (), exact=False), None) is None


def fixed_differences(found: Any, expected: Any) -> Iterator[Difference]:
    """Where `found` is not exactly `expected`."""
    return _differences(found, expected, (), exact=True)


def pattern_differences(found: Any, pattern: Any) -> Iterator[Difference]:
    """Where `found` lacks what `pattern` holds."""
    return _differences(found, pattern, (), exact=False)


_Steps = tuple[tuple[str, int], ...]


def _differences(found: Any, expected: Any, steps: _Steps, *, exact: bool) -> Iterator[Difference]:
    if isinstance(expected, dict):
        yield from _object(found, expected, steps, exact=exact)
    elif isinstance(expected, list):
        yield from _array(found, expected, steps, exact=exact)
    elif not _same_primitive(found, expected):
        yield Difference(steps, found, expected)


def _object(found: Any, expected: dict[str, Any], steps: _Steps, *, exact: bool) -> Iterator[Difference]:
    if not isinstance(found, dict):
        yield Difference(steps, found, expected)
        return
    for name, value in expected.items():
        if name in found:
            yield from _differences(found[name], value, (*steps, (name, -1)), exact=exact)
        else:
            yield Difference((*steps, (name, -1)), None, value)
    if exact:
        for name in found.keys() - expected.keys() - {"id"}:
            yield Difference((*steps, (name, -1)), found[name], None)


def _array(found: Any, expected: list[Any], steps: _Steps, *, exact: bool) -> Iterator[Difference]:
    if not isinstance(found, list) or (exact and len(found) != len(expected)):
        yield Difference(steps, found, expected)
        return
    name = steps[-1][0] if steps else ""
    for index, value in enumerate(expected):
        if exact:
            yield from _differences(found[index], value, (*steps[:-1], (name, index)), exact=True)
        elif not any(fits(each, value) for each in found):
            yield Difference(steps, found, expected)
            return


def _same_primitive(found: Any, expected: Any) -> bool:
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(expected, (int, Decimal)) and isinstance(found, (int, Decimal)):
        return str(found) == str(expected)
    return bool(found == expected)
