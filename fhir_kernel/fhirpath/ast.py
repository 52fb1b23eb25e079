"""The syntax tree of a FHIRPath expression (https://hl7.org/fhirpath/N1/grammar.html).

`str()` of a tree is an expression, fully parenthesised, that parses to the same tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from fhir_kernel.fhirpath.values import Item, literal_text, quoted

_OFFSET = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal value; `value` None is the empty collection `{}`."""

    value: Item
    offset: int = _OFFSET

    def __str__(self) -> str:
        return "{}" if self.value is None else literal_text(self.value)


@dataclass(frozen=True, slots=True)
class Special:
    """`$this`, `$index` or `$total`; `name` without the dollar."""

    name: str
    offset: int = _OFFSET

    def __str__(self) -> str:
        return "$" + self.name


@dataclass(frozen=True, slots=True)
class Variable:
    """`%name`."""

    name: str
    offset: int = _OFFSET

    def __str__(self) -> str:
        return "%" + identifier(self.name)


@dataclass(frozen=True, slots=True)
class Member:
    """`target.name`; without a target, `name` of `$this`, or the type that the expression starts at."""

    target: Expr | None
    name: str
    offset: int = _OFFSET

    def __str__(self) -> str:
        return identifier(self.name) if self.target is None else f"{self.target}.{identifier(self.name)}"


@dataclass(frozen=True, slots=True)
class Call:
    """`target.name(arguments)`; without a target the input is `$this`."""

    target: Expr | None
    name: str
    arguments: tuple[Expr, ...]
    offset: int = _OFFSET

    def __str__(self) -> str:
        call = f"{identifier(self.name)}({', '.join(map(str, self.arguments))})"
        return call if self.target is None else f"{self.target}.{call}"


@dataclass(frozen=True, slots=True)
class Indexer:
    """`target[index]`."""

    target: Expr
    index: Expr
    offset: int = _OFFSET

    def __str__(self) -> str:
        return f"{self.target}[{self.index}]"


@dataclass(frozen=True, slots=True)
class Unary:
    """`+x` or `-x`."""

    operator: str
    operand: Expr
    offset: int = _OFFSET

    def __str__(self) -> str:
        return f"({self.operator}{self.operand})"


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    operator: str
    left: Expr
    right: Expr
    offset: int = _OFFSET

    def __str__(self) -> str:
        return f"({self.left} {self.operator} {self.right})"


@dataclass(frozen=True, slots=True)
class TypeTest:
    """`operand is Type` or `operand as Type`; `type_name` may have a namespace: `System.Integer`."""

    operator: str
    operand: Expr
    type_name: str
    offset: int = _OFFSET

    def __str__(self) -> str:
        return f"({self.operand} {self.operator} {'.'.join(map(identifier, self.type_name.split('.')))})"


Expr: TypeAlias = Literal | Special | Variable | Member | Call | Indexer | Unary | Binary | TypeTest


def children(expr: Expr) -> Iterator[Expr]:
    """The expressions directly inside `expr`."""
    match expr:
        case Member(target=target) if target is not None:
            yield target
        case Call(target=target, arguments=arguments):
            if target is not None:
                yield target
            yield from arguments
        case Indexer(target=target, index=index):
            yield target
            yield index
        case Unary(operand=operand) | TypeTest(operand=operand):
            yield operand
        case Binary(left=left, right=right):
            yield left
            yield right


def walk(expr: Expr) -> Iterator[Expr]:
    """`expr` and everything inside it; needs no stack however deep it is."""
    pending = [expr]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(children(current))


KEYWORDS = frozenset({"and", "as", "contains", "div", "false", "implies", "in", "is", "mod", "or", "true", "xor"})


def identifier(name: str) -> str:
    """`name` as FHIRPath writes it: plain where it can be, else between backticks."""
    plain = name.isascii() and name.replace("_", "a").isalnum() and not name[0].isdigit() and name not in KEYWORDS
    return name if plain else quoted(name, "`")
