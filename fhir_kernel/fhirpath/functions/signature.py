"""How a function is described: one row of a table, from its name to what runs it and what it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath.convert import single, system_value, type_of
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.values import Date, DateTime, Item, Items, Quantity, Time

Lambda = Callable[[Item, Environment], Items]
"""A compiled argument, to be run for `$this`."""


@dataclass(frozen=True, slots=True)
class Function:
    """`run(input, environment, *arguments)` returns the result collection.

    `parameters` names, by a word each, what arrives: `items` (the evaluated collection), `lambda` (to be run for each
    item), `again` (for its results too), `collection` (to be run for the whole input); parameters after the first
    `required` may be missing and then arrive as None.
    """

    run: Callable[..., Items]
    parameters: tuple[str, ...] = ()
    required: int = 0
    returns: str | None = None
    """The type of the result: `System.Boolean` …, `input` for the input's type, None where the data decide."""
    is_single: bool = False
    """Whether the result has at most one item."""
    takes: str | None = None
    """The System type that the input must be, where it must be one."""
    needs_order: bool = False
    """Whether the result depends on the order of the input."""
    on_value: Callable[..., Item] | None = None
    """For a function of single System values: the same over a value and its arguments, None standing for empty."""
    value_types: tuple[str, ...] = ()
    """The System types of the input and the arguments of `on_value`."""


def function(
    run: Callable[..., Items], parameters: str = "", *, returns: str | None = None, single: bool = False, **more: Any
) -> Function:
    """A row; `parameters` as words, those after `|` optional: `"lambda | items"`."""
    before, _, after = parameters.partition("|")
    words = (*before.split(), *after.split())
    return Function(run, words, len(before.split()), returns, single, **more)


def scalar(takes: str, run: Callable[..., Item], parameters: str = "", *, returns: str | None = None) -> Function:
    """A row for a function of single System values: `run(value, *arguments)` returns a value, None for empty.

    `takes` and the words of `parameters` name System types (`Any` takes all); an empty input or argument makes the
    result empty.
    """
    before, _, after = parameters.partition("|")
    types = (*before.split(), *after.split())

    def wrapped(items: Items, _env: Environment, *arguments: Items | None) -> Items:
        value = typed_value(items, takes, "the input")
        if value is None:
            return []
        values: list[Item] = []
        for argument, type_name in zip(arguments, types, strict=True):
            given = None if argument is None else typed_value(argument, type_name, "the argument")
            if given is None and argument is not None:
                return []
            values.append(given)
        result = run(value, *values)
        return [] if result is None else [result]

    row = Function(wrapped, ("items",) * len(types), len(before.split()), returns, True, takes)
    return replace(row, on_value=run, value_types=(takes, *types))


def typed_value(items: Items, type_name: str, what: str) -> Item:
    """The single System value of a type, None if there is none. Raises FhirPathEvaluationError for another type."""
    item = single(items, what)
    if item is None:
        return None
    value = system_value(item)
    if value is None:
        if isinstance(item.value, dict):
            raise _wrong_type(what, type_name, item)
        return None
    return value if type_name == "Any" else checked_value(value, type_name, what)


def checked_value(value: Item, type_name: str, what: str) -> Item:
    """`value` if it is of the type. Raises FhirPathEvaluationError."""
    if type(value) not in _CLASSES[type_name]:
        raise FhirPathEvaluationError(f"{what} must be a {type_name}, found {type_of(value)}")
    return Decimal(value) if type_name == "Decimal" else value  # an int: 1 is a Decimal too


def _wrong_type(what: str, type_name: str, item: Item) -> FhirPathEvaluationError:
    return FhirPathEvaluationError(f"{what} must be a {type_name}, found {type_of(item)}")


_CLASSES: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Boolean": (bool,),
    "Integer": (int,),
    "Decimal": (int, Decimal),
    "Number": (int, Decimal),
    "Measure": (int, Decimal, Quantity),
    "Quantity": (Quantity,),
    "Temporal": (Date, DateTime, Time),
    "Bounded": (int, Decimal, Quantity, Date, DateTime, Time),
}
