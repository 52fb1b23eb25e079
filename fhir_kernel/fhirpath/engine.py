"""Compiled FHIRPath expressions over the types of one FHIR version (https://hl7.org/fhir/R4/fhirpath.html)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any

from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import FhirPathTypeError
from fhir_kernel.fhirpath.ast import Expr
from fhir_kernel.fhirpath.checker import check
from fhir_kernel.fhirpath.code import Code, Test, as_test
from fhir_kernel.fhirpath.compiler import Compiler
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.navigation import Navigation, root_node
from fhir_kernel.fhirpath.parser import parse
from fhir_kernel.fhirpath.values import Items, Node


@dataclass(frozen=True, slots=True)
class Limits:
    """What an expression may cost."""

    max_length: int = 100_000
    """Characters of an expression."""
    max_depth: int = 120
    """Levels of an expression."""
    max_steps: int = 5_000_000
    """Items that one evaluation may go through."""
    max_seconds: float = 20.0
    """Time of one evaluation."""
    max_cached: int = 10_000
    """Expressions that an engine keeps compiled."""


class Expression:
    """A parsed expression, compiled for each type it meets."""

    __slots__ = ("_codes", "_compiler", "_faults", "_limits", "_tests", "text", "tree")

    def __init__(self, text: str, tree: Expr, compiler: Compiler, limits: Limits) -> None:
        self.text = text
        self.tree = tree
        self._compiler = compiler
        self._limits = limits
        self._codes: dict[str | None, Code] = {}
        self._tests: dict[str | None, Test] = {}
        self._faults: dict[str | None, FhirPathTypeError | None] = {}

    def evaluate(self, start: Node | Mapping[str, Any], env: Environment | None = None) -> Items:
        """The result for a node or a resource: a list of nodes and System values.

        Raises FhirPathEvaluationError, FhirPathLimitExceeded.
        """
        node, env = _begin(start, env, self._limits)
        return self._code(node.type).items(node, env)

    def holds(self, node: Node, env: Environment) -> bool:
        """Whether the expression is true for `node`, as a constraint needs it; empty is not true.

        Raises FhirPathEvaluationError, FhirPathLimitExceeded.
        """
        test = self._tests.get(node.type)
        if test is None:
            test = self._tests.setdefault(node.type, as_test(self._code(node.type)))
        env.focus, env.defined = node, {}
        env.steps_left = self._limits.max_steps
        env.deadline = monotonic() + self._limits.max_seconds
        return test(node, env) is True

    def prepare(self, type_name: str | None) -> None:
        """Compile for a type before it is met. Raises FhirPathSyntaxError for an unknown function."""
        self._code(type_name)

    def check(self, context_type: str | None) -> None:
        """Raises FhirPathTypeError where the expression cannot be right for a type of the model (None: any)."""
        known = context_type if context_type in self._compiler.navigation.model.types else None
        if known not in self._faults:
            self._faults[known] = self._fault(known)
        fault = self._faults[known]
        if fault is not None:
            raise fault.with_traceback(None)

    def _fault(self, context_type: str | None) -> FhirPathTypeError | None:
        model, functions = self._compiler.navigation.model, self._compiler.functions
        try:
            check(self.tree, context_type, model, functions, self.text)
        except FhirPathTypeError as fault:
            return fault
        return None

    def _code(self, type_name: str | None) -> Code:
        code = self._codes.get(type_name)
        if code is None:
            known = type_name if type_name in self._compiler.navigation.model.types else None
            code = self._codes.setdefault(type_name, self._compiler.compile(self.tree, known))
        return code


class Engine:
    """Compiles expressions, and keeps them; may be shared between threads."""

    def __init__(self, model: Model, *, limits: Limits | None = None, as_filters: bool = False) -> None:
        """`as_filters`: `as` selects from several items, as R4's search parameters expect, instead of failing."""
        self.limits = limits or Limits()
        self._compiler = Compiler(Navigation(model), as_filters=as_filters)
        self._lock = Lock()
        self._expressions: dict[str, Expression] = {}

    def compile(self, text: str, context_type: str | None = None, *, strict: bool = False) -> Expression:
        """The expression `text`. With `strict`, it is checked against the types from `context_type` on.

        Raises FhirPathSyntaxError, FhirPathTypeError.
        """
        expression = self._expressions.get(text) or self._parsed(text)
        if strict:
            expression.check(context_type)
        return expression

    def _parsed(self, text: str) -> Expression:
        tree = parse(text, max_length=self.limits.max_length, max_depth=self.limits.max_depth)
        expression = Expression(text, tree, self._compiler, self.limits)
        expression.prepare(None)
        with self._lock:
            if len(self._expressions) >= self.limits.max_cached:
                del self._expressions[next(iter(self._expressions))]
            self._expressions[text] = expression
        return expression


def _begin(start: Node | Mapping[str, Any], env: Environment | None, limits: Limits) -> tuple[Node, Environment]:
    node = start if isinstance(start, Node) else root_node(start)
    env = env or Environment()
    env.focus, env.index, env.total, env.defined = node, None, [], {}
    env.steps_left, env.deadline = limits.max_steps, monotonic() + limits.max_seconds
    return node, env
