"""What an expression compiles to: closures over `$this` and the environment, in the shapes that callers can use.

Every code has `items`. The other shapes say the same without making a list, where that is possible.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath.convert import truth
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.values import Item, Items, Node

Run = Callable[[Any, Environment], Items]
One = Callable[[Any, Environment], Item]
Value = Callable[[Any, Environment], Item]
Test = Callable[[Any, Environment], bool | None]
Some = Callable[[Any, Environment], bool]
Size = Callable[[Any, Environment], int]


class _NoValue:
    """The value of an element that has none, only extensions: equal to nothing."""

    def __repr__(self) -> str:
        return "NO_VALUE"


NO_VALUE: Final = _NoValue()


@dataclass(frozen=True, slots=True)
class Code:
    """One compiled expression."""

    items: Run
    type: str | None = None
    """The type of every item, a key of the model or `System.X`; None where only the data tell."""
    is_single: bool = False
    one: One | None = None
    """The only item or None; there is never a second."""
    value: Value | None = None
    """The only item as a System value, None for empty, NO_VALUE for an element without a value."""
    test: Test | None = None
    """True, False or, for empty, None."""
    some: Some | None = None
    """Whether there is any item."""
    size: Size | None = None
    """The number of items."""
    constant: Items | None = None
    """The result, where it is always the same."""
    is_this: bool = False


def this_code(type_name: str | None) -> Code:
    """`$this`."""
    return Code(
        items=lambda this, _env: [] if this is None else [this],
        type=type_name,
        is_single=True,
        one=lambda this, _env: this,
        some=lambda this, _env: this is not None,
        is_this=True,
    )


def constant_code(items: Items, type_name: str | None) -> Code:
    """Always `items`, System values."""
    if len(items) > 1:
        return Code(lambda _this, _env: items, type_name, constant=items)
    value = items[0] if items else None
    is_boolean = not items or isinstance(value, bool)
    return Code(
        items=lambda _this, _env: items,
        type=type_name,
        is_single=True,
        one=lambda _this, _env: value,
        value=lambda _this, _env: value,
        test=(lambda _this, _env: value) if is_boolean else None,
        some=lambda _this, _env: bool(items),
        constant=items,
    )


def test_code(test: Test) -> Code:
    """A boolean."""

    def items(this: Any, env: Environment) -> Items:
        answer = test(this, env)
        return [] if answer is None else [answer]

    return Code(items, "System.Boolean", True, one=test, value=test, test=test)


def value_code(value: Value, type_name: str | None) -> Code:
    """A single System value."""

    def items(this: Any, env: Environment) -> Items:
        found = value(this, env)
        return [] if found is None else [found]

    return Code(items, type_name, True, one=value, value=value)


def as_test(code: Code) -> Test:
    """The boolean shape of any code."""
    if code.test is not None:
        return code.test
    if code.value is not None and code.type in ("boolean", "System.Boolean"):
        return _test_of_value(code.value)
    items = code.items
    return lambda this, env: truth(items(this, env))


def as_some(code: Code) -> Some:
    """The existence shape of any code."""
    if code.some is not None:
        return code.some
    if code.one is not None:
        one = code.one
        return lambda this, env: one(this, env) is not None
    items = code.items
    return lambda this, env: bool(items(this, env))


def as_one(code: Code) -> One:
    """The single item of any code; raises FhirPathEvaluationError at run time where there are several."""
    if code.one is not None:
        return code.one
    items = code.items

    def one(this: Any, env: Environment) -> Item:
        found = items(this, env)
        if len(found) > 1:
            raise FhirPathEvaluationError(f"a single item is needed, found {len(found)}")
        return found[0] if found else None

    return one


def kind_of(type_name: str | None) -> str | None:
    """`String`, `Boolean`, `Number` for the types whose values Python compares as FHIRPath does, else None."""
    return _KINDS.get(type_name) if type_name is not None else None


def is_node_type(type_name: str | None) -> bool:
    """Whether items of the type are elements."""
    return type_name is not None and not type_name.startswith("System.")


def _test_of_value(value: Value) -> Test:
    def test(this: Any, env: Environment) -> bool | None:
        found = value(this, env)
        return found if found.__class__ is bool else None

    return test


_TEXTS = ("string", "code", "uri", "url", "canonical", "oid", "uuid", "id", "markdown", "base64Binary", "xhtml")
_KINDS = {
    **dict.fromkeys((*_TEXTS, "System.String"), "String"),
    **dict.fromkeys(("boolean", "System.Boolean"), "Boolean"),
    **dict.fromkeys(("integer", "positiveInt", "unsignedInt", "decimal"), "Number"),
    **dict.fromkeys(("System.Integer", "System.Decimal"), "Number"),
}

__all__ = [
    "NO_VALUE",
    "Code",
    "Node",
    "Run",
    "Test",
    "as_one",
    "as_some",
    "as_test",
    "constant_code",
    "is_node_type",
    "kind_of",
    "test_code",
    "this_code",
    "value_code",
]
