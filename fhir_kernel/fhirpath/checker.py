"""Whether an expression can be right for the type it starts at (https://hl7.org/fhirpath/N1/index.html#type-safety-and-strict-evaluation).

Types are inferred from the model; what cannot be known, such as the type of `%resource`, is let pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import FhirPathTypeError
from fhir_kernel.fhirpath.ast import (
    Binary,
    Call,
    Expr,
    Indexer,
    Literal,
    Member,
    Special,
    TypeTest,
    Unary,
    Variable,
)
from fhir_kernel.fhirpath.code import kind_of
from fhir_kernel.fhirpath.environment import fixed_variable
from fhir_kernel.fhirpath.functions.signature import Function
from fhir_kernel.fhirpath.functions.types import is_known_type
from fhir_kernel.fhirpath.values import system_type


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a collection before there is one."""

    types: frozenset[str] | None
    """The types that its items may have; None if anything, none at all if it is always empty."""
    is_ordered: bool = True


_ANYTHING = Shape(None)
_BOOLEAN = Shape(frozenset({"System.Boolean"}))
_BOOLEAN_OPERATORS = frozenset(
    {"=", "!=", "~", "!~", "<", "<=", ">", ">=", "and", "or", "xor", "implies", "in", "contains"}
)
_UNORDERED = frozenset({"children", "descendants"})
_TYPE_FUNCTIONS = frozenset({"is", "as", "ofType"})
_PROPERTIES = {"System.Quantity": ("value", "unit"), "System.TypeInfo": ("namespace", "name")}


def check(tree: Expr, context_type: str | None, model: Model, functions: Mapping[str, Function], text: str) -> None:
    """Raises FhirPathTypeError where `tree` cannot be right for `context_type` (None: any)."""
    known = context_type if context_type in model.types else None
    start = _ANYTHING if known is None else Shape(frozenset({known}))
    _Checker(model, functions, text).shape(tree, start)


class _Checker:
    def __init__(self, model: Model, functions: Mapping[str, Function], text: str) -> None:
        self._model = model
        self._functions = functions
        self._text = text

    def shape(self, expr: Expr, this: Shape) -> Shape:
        match expr:
            case Literal(value=value):
                return Shape(frozenset() if value is None else frozenset({f"System.{system_type(value)}"}))
            case Special(name=name):
                return {"this": this, "index": Shape(frozenset({"System.Integer"}))}.get(name, _ANYTHING)
            case Variable(name=name):
                return _ANYTHING if fixed_variable(name) is None else Shape(frozenset({"System.String"}))
            case Member():
                return self._member(expr, this)
            case Call(name=name) if name in _TYPE_FUNCTIONS:
                return self._type_call(expr, this)
            case Call():
                return self._call(expr, this)
            case Indexer(target=target, index=index):
                self.shape(index, this)
                return self._ordered(self.shape(target, this), expr.offset, "an index")
            case Unary(operand=operand):
                return self.shape(operand, this)
            case Binary():
                return self._binary(expr, this)
            case TypeTest(operator=operator, operand=operand, type_name=type_name):
                self.shape(operand, this)
                return self._of_type(operator, type_name, expr.offset)

    def _member(self, expr: Member, this: Shape) -> Shape:
        target = this if expr.target is None else self.shape(expr.target, this)
        if target.types is None or not target.types:
            return target
        if expr.target is None and expr.name[:1].isupper():
            return self._root(expr, target.types)
        found = [self._child_types(each, expr.name) for each in target.types]
        if all(types is not None and not types for types in found):
            names = ", ".join(sorted(target.types))
            raise self._error(f"{names} has no element '{expr.name}'", expr.offset)
        return Shape(_joined(found), target.is_ordered)

    def _root(self, expr: Member, types: frozenset[str]) -> Shape:
        fitting = frozenset(each for each in types if self._model.is_a(each, expr.name))
        if not fitting:
            raise self._error(f"the path starts at {expr.name}, the context is {', '.join(sorted(types))}", expr.offset)
        return Shape(fitting)

    def _child_types(self, type_name: str, element: str) -> frozenset[str] | None:
        """None for any type, the empty set where there is no such element."""
        if type_name.startswith("System."):
            return None if element in _PROPERTIES.get(type_name, ()) else frozenset()
        schema = self._model.types.get(type_name)
        if schema is None or (schema.is_abstract and schema.kind == "resource"):
            return None
        if element in schema.choices:
            return frozenset(field.type for field in schema.choices[element])
        field = schema.fields.get(element)
        if field is None or field.is_choice:
            return frozenset()
        return None if field.type == "Resource" else frozenset({field.type})

    def _call(self, expr: Call, this: Shape) -> Shape:
        target = this if expr.target is None else self.shape(expr.target, this)
        row = self._functions.get(expr.name)
        if row is None:
            arguments = [self.shape(_unsigned(each), target) for each in expr.arguments]
            return target if expr.name == "sort" else _ANYTHING
        kinds = row.parameters
        arguments = [
            self.shape(each, {"items": this, "again": _ANYTHING}.get(kind, target))
            for each, kind in zip(expr.arguments, kinds, strict=False)
        ]
        self._require_input(row, target, expr)
        if row.needs_order:
            self._ordered(target, expr.offset, f"{expr.name}()")
        if expr.name == "iif" and not _may_be(arguments[0], "Boolean"):
            raise self._error("the criterion of iif() is no Boolean", expr.offset)
        return _result(expr.name, row, target, arguments)

    def _require_input(self, row: Function, target: Shape, expr: Call) -> None:
        kind = {"String": "String", "Boolean": "Boolean", "Decimal": "Number", "Integer": "Number"}.get(row.takes or "")
        if kind is not None and not _may_be(target, kind):
            names = ", ".join(sorted(target.types or ()))
            raise self._error(f"{expr.name}() takes a {row.takes}, the input is {names}", expr.offset)

    def _type_call(self, expr: Call, this: Shape) -> Shape:
        if expr.target is not None:
            self.shape(expr.target, this)
        name = str(expr.arguments[0]).replace("`", "") if len(expr.arguments) == 1 else ""
        return self._of_type(expr.name, name, expr.offset)

    def _of_type(self, operator: str, type_name: str, offset: int) -> Shape:
        if not is_known_type(type_name, self._model) and not type_name.startswith("System."):
            raise self._error(f"there is no type '{type_name}'", offset)
        if operator == "is":
            return _BOOLEAN
        name = type_name.removeprefix("FHIR.")
        return Shape(frozenset({name if name in self._model.types else f"System.{name.removeprefix('System.')}"}))

    def _binary(self, expr: Binary, this: Shape) -> Shape:
        """Operands of a long chain are checked one after another, not one inside the other."""
        shapes: list[Shape] = []
        current: Expr = expr
        while isinstance(current, Binary) and current.operator == expr.operator:
            shapes.append(self.shape(current.right, this))
            current = current.left
        shapes.append(self.shape(current, this))
        if expr.operator in _BOOLEAN_OPERATORS:
            return _BOOLEAN
        return Shape(_joined(each.types for each in shapes)) if expr.operator == "|" else _ANYTHING

    def _ordered(self, shape: Shape, offset: int, what: str) -> Shape:
        if not shape.is_ordered:
            raise self._error(f"{what} needs an order, which children() and descendants() do not have", offset)
        return shape

    def _error(self, message: str, offset: int) -> FhirPathTypeError:
        return FhirPathTypeError(message, expression=self._text, offset=offset)


def _result(name: str, row: Function, target: Shape, arguments: list[Shape]) -> Shape:
    match row.returns:
        case "input":
            return target
        case "argument":
            return Shape(arguments[0].types, target.is_ordered)
        case None | "Resource":
            return Shape(None, name not in _UNORDERED)
    return Shape(frozenset({row.returns}))


def _may_be(shape: Shape, kind: str) -> bool:
    return not shape.types or any(kind_of(each) == kind for each in shape.types)


def _joined(types: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found: frozenset[str] = frozenset()
    for each in types:
        if each is None:
            return None
        found |= each
    return found


def _unsigned(expr: Expr) -> Expr:
    return expr.operand if isinstance(expr, Unary) else expr
