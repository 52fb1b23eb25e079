"""Operators compiled (https://hl7.org/fhirpath/N1/index.html#operations)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath import compare
from fhir_kernel.fhirpath.arithmetic import calculate, negate
from fhir_kernel.fhirpath.code import NO_VALUE, Code, Test, as_some, as_test, constant_code, kind_of, test_code
from fhir_kernel.fhirpath.convert import single, single_value
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.strings import checked
from fhir_kernel.fhirpath.values import Item, Items, Quantity

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def binary(symbol: str, left: Code, right: Code) -> Code:
    """`left symbol right`."""
    if symbol in ("=", "!="):
        return test_code(_equality(left, right, is_negated=symbol == "!="))
    if symbol in ("~", "!~"):
        return test_code(_equivalence(left, right, is_negated=symbol == "!~"))
    if symbol in _ORDERS:
        return test_code(_order(symbol, left, right))
    if symbol == "in":
        return test_code(_membership(left, right))
    if symbol == "contains":
        return test_code(_membership(right, left))
    if symbol in ("xor", "implies"):
        return test_code((_xor if symbol == "xor" else _implies)(as_test(left), as_test(right)))
    return _arithmetic(symbol, left, right)


def chain(symbol: str, operands: Sequence[Code]) -> Code:
    """`a symbol b symbol c …` for one associative symbol."""
    if symbol in ("and", "or"):
        tests = [as_test(each) for each in operands]
        return test_code((_two if len(tests) == 2 else _many)(tests, decisive=symbol == "or"))
    return _union(operands) if symbol == "|" else _concatenation(operands)


def sign(symbol: str, operand: Code) -> Code:
    """`+x` and `-x`."""

    def items(this: Any, env: Environment) -> Items:
        value = single_value(operand.items(this, env))
        if value is None:
            return []
        negated = negate(value)
        return [negated if symbol == "-" else value]

    is_number = operand.constant and operand.constant[0].__class__ in (int, Decimal, Quantity)
    if operand.constant and is_number:
        return constant_code([negate(operand.constant[0]) if symbol == "-" else operand.constant[0]], operand.type)
    return Code(items, operand.type if str(operand.type).startswith("System.") else None, True)


def _equality(left: Code, right: Code, *, is_negated: bool) -> Test:
    kind = kind_of(left.type)
    if kind is not None and kind == kind_of(right.type) and left.value is not None and right.value is not None:
        return _equal_values(left, right, is_negated=is_negated)
    of_left, of_right, equal = left.items, right.items, compare.equal_collections

    def test(this: Any, env: Environment) -> bool | None:
        answer = equal(of_left(this, env), of_right(this, env))
        return answer if answer is None else answer is not is_negated

    return test


def _equal_values(left: Code, right: Code, *, is_negated: bool) -> Test:
    """Values of one simple kind: Python's `==` is right, and NO_VALUE equals nothing."""
    assert left.value is not None
    assert right.value is not None
    first, second, same = left.value, right.value, not is_negated
    if right.constant:
        wanted = right.constant[0]

        def test_constant(this: Any, env: Environment) -> bool | None:
            found = first(this, env)
            return None if found is None else (found == wanted) is same

        return test_constant

    def test(this: Any, env: Environment) -> bool | None:
        a, b = first(this, env), second(this, env)
        if a is None or b is None:
            return None
        return (a == b and a is not NO_VALUE) is same

    return test


def _equivalence(left: Code, right: Code, *, is_negated: bool) -> Test:
    def test(this: Any, env: Environment) -> bool:
        a, b = left.items(this, env), right.items(this, env)
        env.spend(len(a) * len(b))
        return compare.equivalent_collections(a, b) != is_negated

    return test


def _order(symbol: str, left: Code, right: Code) -> Test:
    holds, kind = _ORDERS[symbol], kind_of(left.type)
    if kind not in (None, "Boolean") and kind == kind_of(right.type) and left.value and right.value:
        first, second = left.value, right.value

        def fast(this: Any, env: Environment) -> bool | None:
            a, b = first(this, env), second(this, env)
            if a is None or b is None or a is NO_VALUE or b is NO_VALUE:
                return None
            try:
                return holds(a, b)
            except TypeError:
                raise FhirPathEvaluationError(f"'{symbol}' cannot compare {a!r} and {b!r}") from None

        return fast

    def test(this: Any, env: Environment) -> bool | None:
        a = single(left.items(this, env), f"the left of '{symbol}'")
        b = single(right.items(this, env), f"the right of '{symbol}'")
        if a is None or b is None:
            return None
        order = compare.compare(a, b)
        return None if order is None else holds(order, 0)

    return test


def _membership(element: Code, collection: Code) -> Test:
    if collection.constant is not None and element.value is not None and _all_text(collection, element):
        value, texts = element.value, frozenset(collection.constant)

        def fast(this: Any, env: Environment) -> bool | None:
            found = value(this, env)
            return None if found is None else found.__class__ is str and found in texts

        return fast

    def test(this: Any, env: Environment) -> bool | None:
        item = single(element.items(this, env), "the element looked for")
        if item is None:
            return None
        found = collection.items(this, env)
        env.spend(len(found))
        return any(compare.equal(item, each) for each in found)

    return test


def _all_text(collection: Code, element: Code) -> bool:
    return kind_of(element.type) == "String" and all(isinstance(each, str) for each in collection.constant or ())


def _two(tests: list[Test], *, decisive: bool) -> Test:
    first, second = tests

    def test(this: Any, env: Environment) -> bool | None:
        a = first(this, env)
        if a is decisive:
            return decisive
        b = second(this, env)
        if b is decisive:
            return decisive
        return None if a is None or b is None else not decisive

    return test


def _many(tests: list[Test], *, decisive: bool) -> Test:
    """`and` is decided by the first False, `or` by the first True; otherwise an empty operand makes it empty."""

    def test(this: Any, env: Environment) -> bool | None:
        answer: bool | None = not decisive
        for each in tests:
            found = each(this, env)
            if found is decisive:
                return decisive
            if found is None:
                answer = None
        return answer

    return test


def _xor(left: Test, right: Test) -> Test:
    def test(this: Any, env: Environment) -> bool | None:
        a, b = left(this, env), right(this, env)
        return None if a is None or b is None else a is not b

    return test


def _implies(left: Test, right: Test) -> Test:
    def test(this: Any, env: Environment) -> bool | None:
        a = left(this, env)
        if a is False:
            return True
        b = right(this, env)
        if a is True or b is True:
            return b
        return None

    return test


def _union(operands: Sequence[Code]) -> Code:
    types = {each.type for each in operands}
    type_name = types.pop() if len(types) == 1 else None
    if all(each.constant is not None for each in operands):
        merged = compare.distinct([item for each in operands for item in each.constant or ()])
        return constant_code(merged, type_name)
    runs = [each.items for each in operands]

    def items(this: Any, env: Environment) -> Items:
        found: Items = []
        for run in runs:
            found = found + run(this, env)
        env.spend(len(found))
        return compare.distinct(found)

    somes = [as_some(each) for each in operands]
    return Code(items, type_name, some=lambda this, env: any(some(this, env) for some in somes))


def _concatenation(operands: Sequence[Code]) -> Code:
    def items(this: Any, env: Environment) -> Items:
        return [checked("".join(_text(each.items(this, env)) for each in operands))]

    return Code(items, "System.String", True)


def _text(items: Items) -> str:
    value = single_value(items, "an operand of '&'")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FhirPathEvaluationError(f"'&' joins strings, found '{value}'")
    return value


def _arithmetic(symbol: str, left: Code, right: Code) -> Code:
    def items(this: Any, env: Environment) -> Items:
        a: Item = single_value(left.items(this, env), f"the left of '{symbol}'")
        b: Item = single_value(right.items(this, env), f"the right of '{symbol}'")
        if a is None or b is None:
            return []
        found = calculate(symbol, a, b)
        if isinstance(found, str):
            checked(found)
        return [] if found is None else [found]

    return Code(items, None, True)
