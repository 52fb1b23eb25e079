"""Tokens to a syntax tree, by precedence (https://hl7.org/fhirpath/N1/index.html#operator-precedence)."""

from __future__ import annotations

from decimal import Decimal

from fhir_kernel.errors import FhirPathSyntaxError
from fhir_kernel.fhirpath.ast import (
    KEYWORDS,
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
    children,
)
from fhir_kernel.fhirpath.lexer import Token, tokenize
from fhir_kernel.fhirpath.values import CALENDAR_UNITS, Quantity


def parse(text: str, *, max_length: int = 100_000, max_depth: int = 150) -> Expr:
    """The tree of `text`. Raises FhirPathSyntaxError, also where it is longer or deeper than allowed."""
    if len(text) > max_length:
        raise FhirPathSyntaxError(f"expression of {len(text)} characters; at most {max_length} are allowed")
    parser = _Parser(text, max_depth)
    tree = parser.expression(0)
    if parser.current.kind != "end":
        raise parser.error(f"unexpected '{parser.current.text}'")
    if _depth(tree) > max_depth:
        raise FhirPathSyntaxError(f"expression nested deeper than {max_depth}", expression=text[:80])
    return tree


_BINARY = {
    "implies": 1,
    **dict.fromkeys(("or", "xor"), 2),
    "and": 3,
    **dict.fromkeys(("in", "contains"), 4),
    **dict.fromkeys(("=", "~", "!=", "!~"), 5),
    **dict.fromkeys(("<=", "<", ">", ">="), 6),
    "|": 7,
    **dict.fromkeys(("is", "as"), 8),
    **dict.fromkeys(("+", "-", "&"), 9),
    **dict.fromkeys(("*", "/", "div", "mod"), 10),
}
_UNARY = 11
_NAMES_TOO = frozenset({"as", "contains", "in", "is"})
CHAINS = frozenset({"and", "or", "|", "&"})
"""Associative operators, which the compiler takes as one operation over all their operands."""


class _Parser:
    def __init__(self, text: str, max_depth: int) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._at = 0
        self._room = max_depth

    @property
    def current(self) -> Token:
        return self._tokens[self._at]

    def error(self, message: str) -> FhirPathSyntaxError:
        return FhirPathSyntaxError(message, expression=self._text, offset=self.current.offset)

    def expression(self, floor: int) -> Expr:
        """An expression whose operators all bind tighter than `floor`."""
        self._room -= 1
        if self._room < 0:
            raise self.error("expression nested too deep")
        left = self._unary()
        while (power := self._operator_power()) > floor:
            token = self._next()
            if power == _BINARY["is"]:
                left = TypeTest(token.text, left, self._type_name(), token.offset)
            else:
                left = Binary(token.text, left, self.expression(power), token.offset)
        self._room += 1
        return left

    def _operator_power(self) -> int:
        token = self.current
        return _BINARY.get(token.text, 0) if token.kind in ("symbol", "name") and not token.is_quoted else 0

    def _unary(self) -> Expr:
        token = self.current
        if token.kind == "symbol" and token.text in "+-":
            self._next()
            return Unary(token.text, self.expression(_UNARY), token.offset)
        return self._postfix(self._primary())

    def _postfix(self, left: Expr) -> Expr:
        while self.current.kind == "symbol" and self.current.text in ".[":
            token = self._next()
            if token.text == "[":
                left = Indexer(left, self.expression(0), token.offset)
                self._expect("]")
            else:
                left = self._invocation(left)
        return left

    def _primary(self) -> Expr:
        token = self.current
        match token.kind:
            case "literal":
                return self._literal()
            case "special":
                return Special(self._next().text, token.offset)
            case "variable":
                return Variable(self._next().text, token.offset)
            case "name" if token.text in ("true", "false") and not token.is_quoted:
                return Literal(self._next().text == "true", token.offset)
            case "name":
                return self._invocation(None)
            case "symbol" if token.text in "({":
                return self._enclosed()
        raise self.error("unexpected end" if token.kind == "end" else f"unexpected '{token.text}'")

    def _enclosed(self) -> Expr:
        token = self._next()
        if token.text == "{":
            self._expect("}")
            return Literal(None, token.offset)
        inner = self.expression(0)
        self._expect(")")
        return inner

    def _literal(self) -> Expr:
        """A literal; a number with a unit after it is a quantity."""
        token, unit = self._next(), self.current
        if type(token.value) not in (int, Decimal):
            return Literal(token.value, token.offset)
        if unit.kind == "literal" and isinstance(unit.value, str):
            self._next()
            return Literal(Quantity(Decimal(token.text), unit.value), token.offset)
        if unit.kind == "name" and unit.text in CALENDAR_UNITS and not unit.is_quoted:
            self._next()
            return Literal(Quantity(Decimal(token.text), CALENDAR_UNITS[unit.text], True), token.offset)
        return Literal(token.value, token.offset)

    def _invocation(self, target: Expr | None) -> Expr:
        token = self.current
        name = self._name()
        if self.current.text != "(" or self.current.kind != "symbol":
            return Member(target, name, token.offset)
        self._next()
        arguments: list[Expr] = []
        while self.current.text != ")" or self.current.kind != "symbol":
            if arguments:
                self._expect(",")
            arguments.append(self._sort_key() if name == "sort" else self.expression(0))
        self._next()
        return Call(target, name, tuple(arguments), token.offset)

    def _sort_key(self) -> Expr:
        """`key desc` is the same as `-key`."""
        key, token = self.expression(0), self.current
        if token.kind != "name" or token.text not in ("asc", "desc"):
            return key
        self._next()
        return Unary("-", key, token.offset) if token.text == "desc" else key

    def _type_name(self) -> str:
        name = self._name()
        while self.current.kind == "symbol" and self.current.text == ".":
            following = self._tokens[self._at + 2]
            if following.kind == "symbol" and following.text == "(":
                break
            self._next()
            name = f"{name}.{self._name()}"
        return name

    def _name(self) -> str:
        token = self.current
        if token.kind != "name" or (token.text in KEYWORDS - _NAMES_TOO and not token.is_quoted):
            raise self.error(
                "a name is missing" if token.kind == "end" else f"'{token.text}' where a name should stand"
            )
        if not token.text:
            raise self.error("an empty name")
        return self._next().text

    def _expect(self, symbol: str) -> None:
        if self.current.kind != "symbol" or self.current.text != symbol:
            found = f"'{self.current.text}'" if self.current.kind != "end" else "the end"
            raise self.error(f"'{symbol}' expected, {found} found")
        self._next()

    def _next(self) -> Token:
        token = self.current
        self._at += 1
        return token


def _depth(tree: Expr) -> int:
    """How deep the tree is; a chain of one associative operator counts once."""
    deepest = 0
    pending = [(tree, 1)]
    while pending:
        expr, depth = pending.pop()
        deepest = max(deepest, depth)
        for child in children(expr):
            pending.append((child, depth if _is_chain(expr, child) else depth + 1))
    return deepest


def _is_chain(expr: Expr, child: Expr) -> bool:
    if not isinstance(expr, Binary) or not isinstance(child, Binary):
        return False
    return expr.operator in CHAINS and expr.operator == child.operator and expr.left is child
