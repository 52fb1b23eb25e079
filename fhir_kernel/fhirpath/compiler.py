"""Syntax trees to closures (https://hl7.org/fhirpath/N1/index.html), one compilation for one type of `$this`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fhir_kernel.errors import FhirPathSyntaxError
from fhir_kernel.fhirpath import operators
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
    walk,
)
from fhir_kernel.fhirpath.calls import call
from fhir_kernel.fhirpath.code import Code, as_one, constant_code, is_node_type, test_code, this_code, value_code
from fhir_kernel.fhirpath.environment import Environment, fixed_variable
from fhir_kernel.fhirpath.functions import function_table
from fhir_kernel.fhirpath.functions.filtering import sort
from fhir_kernel.fhirpath.functions.signature import Function
from fhir_kernel.fhirpath.functions.subsetting import at_index
from fhir_kernel.fhirpath.functions.types import TypeCheck, as_type, is_known_type, require_known, type_test
from fhir_kernel.fhirpath.navigation import Navigation
from fhir_kernel.fhirpath.parser import CHAINS
from fhir_kernel.fhirpath.paths import children, member, root_type
from fhir_kernel.fhirpath.specials import SPECIALS
from fhir_kernel.fhirpath.values import Item, Items, system_type

_COLLECTION = "a collection"
"""Stands for the type of `$this` where that is not one item but the whole input, as in `defineVariable`."""


class Compiler:
    """What all compilations over one model share."""

    def __init__(self, navigation: Navigation, *, as_filters: bool = False) -> None:
        self.navigation = navigation
        self.functions: Mapping[str, Function] = function_table(navigation)
        self.as_filters = as_filters
        self._type_tests: dict[tuple[str, bool], TypeCheck] = {}

    def type_test(self, type_name: str, *, is_exact: bool) -> TypeCheck:
        """The test for a type, made once."""
        model, key = self.navigation.model, (type_name, is_exact)
        if not is_known_type(type_name, model):
            return type_test(type_name, model, is_exact_for_primitives=is_exact)
        if key not in self._type_tests:
            self._type_tests[key] = type_test(type_name, model, is_exact_for_primitives=is_exact)
        return self._type_tests[key]

    def compile(self, tree: Expr, this_type: str | None) -> Code:
        """The code of `tree` for a `$this` of a type, None for any. Raises FhirPathSyntaxError."""
        defines = any(isinstance(each, Call) and each.name == "defineVariable" for each in walk(tree))
        return _Compilation(self, scopes=defines).code(tree, this_type)


class _Compilation:
    def __init__(self, compiler: Compiler, *, scopes: bool) -> None:
        self._shared = compiler
        self._scopes = scopes

    def code(self, expr: Expr, this: str | None) -> Code:
        match expr:
            case Literal(value=value):
                return constant_code([], None) if value is None else _literal(value)
            case Special(name=name):
                return _this(this) if name == "this" else _SPECIAL[name]
            case Variable(name=name):
                return _variable(name)
            case Member():
                return self._member(expr, this)
            case Call():
                return self._call(expr, this)
            case Indexer(target=target, index=index):
                return _indexer(self.code(target, this), self.code(index, this))
            case Unary(operator=symbol, operand=operand):
                return operators.sign(symbol, self.code(operand, this))
            case Binary():
                return self._binary(expr, this)
            case TypeTest(operator=symbol, operand=operand, type_name=type_name):
                return self._type_test(symbol, self.code(operand, this), type_name)

    def _member(self, expr: Member, this: str | None) -> Code:
        target = _this(this) if expr.target is None else self.code(expr.target, this)
        if expr.target is None and expr.name[:1].isupper():
            return root_type(expr.name, target, self._shared.navigation)
        return member(target, expr.name, self._shared.navigation)

    def _binary(self, expr: Binary, this: str | None) -> Code:
        if expr.operator not in CHAINS:
            return operators.binary(
                expr.operator, self._scoped(self.code(expr.left, this)), self._scoped(self.code(expr.right, this))
            )
        operands: list[Expr] = []
        current: Expr = expr
        while isinstance(current, Binary) and current.operator == expr.operator:
            operands.append(current.right)
            current = current.left
        operands.append(current)
        return operators.chain(expr.operator, [self._scoped(self.code(each, this)) for each in reversed(operands)])

    def _call(self, expr: Call, this: str | None) -> Code:
        if expr.name in ("is", "as", "ofType"):
            target = _this(this) if expr.target is None else self.code(expr.target, this)
            return self._type_test(expr.name, target, _type_argument(expr))
        target = _this(this) if expr.target is None else self.code(expr.target, this)
        if expr.name == "sort":
            return self._sort(target, expr)
        function = self._row(expr)
        types = {"lambda": target.type, "again": None, "collection": _COLLECTION}
        arguments = [
            self._scoped(self.code(each, types.get(kind, this))) if kind != "items" else self.code(each, this)
            for each, kind in zip(expr.arguments, function.parameters, strict=False)
        ]
        if expr.name == "children" and target.one is not None and is_node_type(target.type):
            return children(target.one, self._shared.navigation)
        special = SPECIALS.get(expr.name)
        found = special(target, arguments) if special else None
        return found or call(function, target, arguments)

    def _row(self, expr: Call) -> Function:
        function = self._shared.functions.get(expr.name)
        if function is None:
            raise FhirPathSyntaxError(f"there is no function '{expr.name}'", expression=str(expr), offset=None)
        least, most, given = function.required, len(function.parameters), len(expr.arguments)
        if not least <= given <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise FhirPathSyntaxError(f"{expr.name}() takes {wanted} arguments, found {given}", expression=str(expr))
        return function

    def _sort(self, target: Code, expr: Call) -> Code:
        """A key with a minus before it sorts the other way round, whatever its type."""
        keys = [
            (self._scoped(self.code(each.operand, target.type)).items, True)
            if isinstance(each, Unary) and each.operator == "-"
            else (self._scoped(self.code(each, target.type)).items, False)
            for each in expr.arguments
        ]
        source = target.items
        return Code(lambda this, env: sort(source(this, env), env, *keys), target.type, target.is_single)

    def _type_test(self, symbol: str, target: Code, type_name: str) -> Code:
        model = self._shared.navigation.model
        test = self._shared.type_test(type_name, is_exact=symbol != "is")
        if symbol == "is":
            one = as_one(target)

            def is_type(this: Any, env: Environment) -> bool | None:
                item = one(this, env)
                if item is None:
                    return None
                require_known(type_name, model)
                return test(item)

            return test_code(is_type)
        source, filters = target.items, symbol == "ofType" or self._shared.as_filters

        def items(this: Any, env: Environment) -> Items:
            require_known(type_name, model)
            return as_type(source(this, env), test, filters=filters)

        return Code(items, None, target.is_single or not filters)

    def _scoped(self, code: Code) -> Code:
        """What an operand or an argument defines with `defineVariable` ends with it."""
        if not self._scopes:
            return code
        run = code.items

        def items(this: Any, env: Environment) -> Items:
            outer = env.defined
            try:
                return run(this, env)
            finally:
                env.defined = outer

        return Code(items, code.type, code.is_single, constant=code.constant)


def _literal(value: Item) -> Code:
    return constant_code([value], f"System.{system_type(value)}")


def _this(this: str | None) -> Code:
    return Code(lambda items, _env: items) if this == _COLLECTION else this_code(this)


def _variable(name: str) -> Code:
    fixed = fixed_variable(name)
    if fixed is not None:
        return constant_code([fixed], "System.String")
    if name in ("context", "resource", "rootResource"):

        def one(_this: Any, env: Environment) -> Item:
            found = env.variable(name)
            return found[0] if found else None

        return Code(lambda _this, env: env.variable(name), None, True, one=one)
    return Code(lambda _this, env: env.variable(name))


def _indexer(target: Code, index: Code) -> Code:
    items, at = target.items, index.items
    return Code(lambda this, env: at_index(items(this, env), at(this, env)), target.type, True)


def _type_argument(expr: Call) -> str:
    names: list[str] = []
    current = expr.arguments[0] if len(expr.arguments) == 1 else None
    while isinstance(current, Member):
        names.append(current.name)
        current = current.target
    if not names or current is not None:
        raise FhirPathSyntaxError(f"{expr.name}() takes the name of a type", expression=str(expr))
    return ".".join(reversed(names))


_SPECIAL: Mapping[str, Code] = {
    "index": value_code(lambda _this, env: env.index, "System.Integer"),
    "total": Code(lambda _this, env: env.total),
}
