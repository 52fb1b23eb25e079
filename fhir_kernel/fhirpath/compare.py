"""Equality, equivalence and order of items and collections (https://hl7.org/fhirpath/N1/index.html#equality)."""

from __future__ import annotations

import json
from collections.abc import Hashable
from decimal import Decimal
from typing import Any

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath.convert import system_value, type_of
from fhir_kernel.fhirpath.decimals import arithmetic_context, rounded
from fhir_kernel.fhirpath.quantities import are_comparable, in_unit_of, ucum_unit
from fhir_kernel.fhirpath.temporal import Date, DateTime, Time, in_utc
from fhir_kernel.fhirpath.temporal import compare as compare_temporal
from fhir_kernel.fhirpath.values import Item, Items, Node, Quantity

_SURE_DIGITS = 24
_DATES = (Date, DateTime)
_SIMPLE = frozenset({str, int, Decimal})


def equal_collections(left: Items, right: Items) -> bool | None:
    """`=`: the same items in the same order; None (empty) where a side is empty or it cannot be told."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    answer: bool | None = True
    for a, b in zip(left, right, strict=True):
        same = equal(a, b)
        if same is False:
            return False
        if same is None:
            answer = None
    return answer


def equal(a: Item, b: Item) -> bool | None:
    """Whether two items are equal; None where their precision or units do not tell."""
    if a.__class__ is Node and b.__class__ is Node:
        return _equal_nodes(a, b)
    x, y = system_value(a), system_value(b)
    if x is None or y is None:
        return False
    return _equal_values(x, y)


def equivalent_collections(left: Items, right: Items) -> bool:
    """`~`: equivalent items in any order; two empty collections are equivalent."""
    if len(left) != len(right):
        return False
    rest = list(right)
    for a in left:
        at = next((i for i, b in enumerate(rest) if equivalent(a, b)), None)
        if at is None:
            return False
        del rest[at]
    return True


def equivalent(a: Item, b: Item) -> bool:
    """Whether two items are equal up to case, white space and the precision of the less precise."""
    x, y = system_value(a), system_value(b)
    if x is None or y is None:
        return isinstance(a, Node) and isinstance(b, Node) and _equivalent_json(a.value, b.value)
    return _equivalent_values(x, y)


def compare(a: Item, b: Item) -> int | None:
    """-1, 0 or 1 as `a` is less than, equal to or greater than `b`; None where it cannot be told.

    Raises FhirPathEvaluationError where the two have no order.
    """
    x, y = system_value(a), system_value(b)
    if x is None or y is None:
        if (x is None and _is_complex(a)) or (y is None and _is_complex(b)):
            raise _no_order(a, b)
        return None
    kind, other = x.__class__, y.__class__
    if (kind is str and other is str) or (kind in _SIMPLE and other in _SIMPLE and str not in (kind, other)):
        return -1 if x < y else int(x > y)
    if (kind in _DATES and other in _DATES) or (kind is Time and other is Time):
        return compare_temporal(x, y)
    if kind is Quantity or other is Quantity:
        return _compare_quantities(_as_quantity(x), _as_quantity(y), a, b)
    raise _no_order(a, b)


def identity(item: Item) -> Hashable:
    """A key that equal items share, for sets and `distinct()`."""
    value = system_value(item)
    if value is None:
        return ("node", _canonical_json(item.value), _canonical_json(item.sibling))
    if isinstance(value, bool | str):
        return (value.__class__, value)
    if isinstance(value, int | Decimal):
        return ("number", value)
    if isinstance(value, Quantity):
        return _quantity_identity(value)
    if isinstance(value, Date):
        return (DateTime, value.parts, None)
    if isinstance(value, DateTime):
        in_zone = in_utc(value)
        return (DateTime, in_zone.parts, None if value.zone is None else 0)
    return (value.__class__, value)


def distinct(items: Items) -> Items:
    """The items without those equal to an earlier one."""
    if len(items) < 2:
        return items
    unique: dict[Hashable, Item] = {}
    for item in items:
        unique.setdefault(identity(item), item)
    return list(unique.values())


def _equal_nodes(a: Node, b: Node) -> bool | None:
    x, y = system_value(a), system_value(b)
    if x is None or y is None:
        return bool(a.value == b.value and (a.value is not None or a.sibling == b.sibling))
    return _equal_values(x, y)


def _equal_values(x: Item, y: Item) -> bool | None:
    kind, other = x.__class__, y.__class__
    if kind in _SIMPLE and other in _SIMPLE:
        return bool(x == y)
    if kind in _DATES and other in _DATES:
        order = compare_temporal(x, y)
        return None if order is None else order == 0
    if kind is not other and Quantity in (kind, other):
        x, y = _as_quantity(x), _as_quantity(y)
        return x is not None and y is not None and _equal_quantities(x, y)
    if kind is not other:
        return False
    if kind is Quantity:
        return _equal_quantities(x, y)
    if kind is Time:
        order = compare_temporal(x, y)
        return None if order is None else order == 0
    return bool(x == y)


def _equal_quantities(x: Quantity, y: Quantity) -> bool | None:
    converted = in_unit_of(y, x)
    if converted is not None:
        return _without_noise(converted) == _without_noise(x.value)
    if x.is_calendar != y.is_calendar and are_comparable(x, y):
        return None
    return False


def _without_noise(value: Decimal) -> Decimal:
    """Conversion factors are exact only to the working precision: the last digits of it do not count."""
    return arithmetic_context(_SURE_DIGITS).plus(value)


def _compare_quantities(x: Quantity | None, y: Quantity | None, a: Item, b: Item) -> int | None:
    if x is None or y is None:
        raise _no_order(a, b)
    converted = in_unit_of(y, x)
    if converted is None:
        return None
    if _equal_quantities(x, y):
        return 0
    return -1 if x.value < converted else 1


def _as_quantity(value: Item) -> Quantity | None:
    """A number is a quantity of unit '1' where it meets one."""
    if isinstance(value, Quantity):
        return value
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return Quantity(Decimal(value), "1") if is_number else None


def _quantity_identity(value: Quantity) -> Hashable:
    from fhir_kernel import ucum

    if value.is_calendar and value.unit in ("year", "month"):
        return ("calendar", value.value * (12 if value.unit == "year" else 1))
    return ("quantity", ucum.canonical(value.value, ucum_unit(value)) or (value.value, value.unit))


def _equivalent_values(x: Item, y: Item) -> bool:
    if isinstance(x, str) and isinstance(y, str):
        return _folded(x) == _folded(y)
    if isinstance(x, Quantity) and isinstance(y, Quantity):
        converted = in_unit_of(y, x, exactly=False)
        return converted is not None and _equivalent_decimals(x.value, y.value, converted)
    if isinstance(x, int | Decimal) and isinstance(y, int | Decimal) and bool not in (type(x), type(y)):
        return _equivalent_decimals(Decimal(x), Decimal(y), Decimal(y))
    return _equal_values(x, y) is True


def _equivalent_decimals(x: Decimal, y: Decimal, converted: Decimal) -> bool:
    """Equal when rounded to the digits after the point of the less precise of `x` and `y`."""
    places = min(-int(x.as_tuple().exponent), -int(y.as_tuple().exponent))
    return rounded(x, max(places, 0)) == rounded(converted, max(places, 0))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _equivalent_json(a: Any, b: Any) -> bool:
    """Complex elements: the same children, up to the order of lists."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_equivalent_json(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return sorted(map(_canonical_json, a)) == sorted(map(_canonical_json, b))
    if isinstance(a, str) and isinstance(b, str):
        return _folded(a) == _folded(b)
    return bool(a == b)


def _canonical_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=lambda number: format(number.normalize(), "f"))


def _is_complex(item: Item) -> bool:
    return isinstance(item, Node) and isinstance(item.value, dict) and "comparator" not in item.value


def _no_order(a: Item, b: Item) -> FhirPathEvaluationError:
    return FhirPathEvaluationError(f"{type_of(a)} and {type_of(b)} cannot be compared by order")
