"""FHIRPath of search parameters to plain walks through JSON, as far as it is a path, and few are more.

https://hl7.org/fhir/R4/searchparameter-registry.html; what is no path is evaluated by the FHIRPath engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import FhirPathError
from fhir_kernel.fhirpath.ast import Binary, Call, Expr, Indexer, Literal, Member, TypeTest
from fhir_kernel.store.values import Value
from fhir_server.search.elements.references import Read, type_of_reference
from fhir_server.search.extractors import Extract


@dataclass(frozen=True, slots=True)
class Where:
    """Keeps the elements for which `holds`."""

    holds: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class At:
    """Keeps the element at one place."""

    index: int


Step: TypeAlias = str | Where | At
"""Into a property, or a choice among what was reached."""


@dataclass(frozen=True, slots=True)
class Path:
    """The steps to elements of one type. `place` is the path of their definition: `Patient.gender`."""

    steps: tuple[Step, ...]
    type: str
    place: str


Walk: TypeAlias = Callable[[Any, list[Value]], None]
"""Appends the values of everything that a path leads to."""


class NoPath(FhirPathError):
    """The expression is more than a path."""


@dataclass(frozen=True, slots=True)
class PathReader:
    """Reads expressions that start at one type."""

    model: Model
    read: Read

    def paths(self, tree: Expr, start: str) -> list[Path]:
        """The paths from a type, each choice of types in one of its own. Raises NoPath."""
        match tree:
            case Binary("|", left, right):
                return [*self.paths(left, start), *self.paths(right, start)]
            case Member(None, name):
                return self._first(name, start)
            case Member(target, name) if target is not None:
                return [each for path in self.paths(target, start) for each in self._into(path, name)]
            case TypeTest("as", operand, name):
                return self._only(self.paths(operand, start), name)
            case Call(target, "as" | "ofType", (Member(None, name),)) if target is not None:
                return self._only(self.paths(target, start), name)
            case Call(target, "where", (condition,)) if target is not None:
                return _then(self.paths(target, start), self._condition(condition))
            case Call(target, "extension", (Literal(str(url)),)) if target is not None:
                extensions = self.paths(Member(target, "extension"), start)
                return _then(extensions, Where(lambda element: _get(element, "url") == url))
            case Indexer(target, Literal(int(index))):
                return _then(self.paths(target, start), At(index))
        raise NoPath(f"{tree} is no path")

    def _first(self, name: str, start: str) -> list[Path]:
        root = Path((), start, start)
        if name[:1].islower():
            return self._into(root, name)
        return [root] if name in self.model.types and self.model.is_a(start, name) else []

    def _into(self, path: Path, name: str) -> list[Path]:
        if path.type == "Resource":
            raise NoPath(f"{name} depends on the resource")
        schema = self.model.types.get(path.type)
        fields = [each for each in schema.fields.values() if each.element == name] if schema is not None else []
        return [Path((*path.steps, each.name), each.type, f"{path.type}.{name}") for each in fields]

    def _only(self, paths: Iterable[Path], name: str) -> list[Path]:
        """R4 writes `DateTime` where it means its own `dateTime`."""
        wanted = name if name in self.model.types else name[:1].lower() + name[1:]
        return [each for each in paths if self.model.is_a(each.type, wanted)]

    def _condition(self, tree: Expr) -> Where:
        match tree:
            case TypeTest("is", Call(None, "resolve", ()), name):
                return Where(lambda element: type_of_reference(element, self.read) == name)
            case Binary("=", Member(None, name), Literal(str(text))):
                return Where(lambda element: _get(element, name) == text)
            case Call(None, "hasExtension", (Literal(str(url)),)):
                return Where(lambda element: any(_get(each, "url") == url for each in _get(element, "extension") or ()))
        raise NoPath(f"{tree} is no condition of a path")


def walk(steps: Sequence[Step], extract: Extract) -> Walk:
    """Goes from what the first step is taken from to what the last one leads to."""
    made: Walk = _last(extract)
    for step in reversed(steps):
        made = _into(step, made) if isinstance(step, str) else _choose(step, made)
    return made


def _last(extract: Extract) -> Walk:
    def run(value: Any, out: list[Value]) -> None:
        if value.__class__ is list:
            for each in value:
                extract(each, out)
        else:
            extract(value, out)

    return run


def _into(key: str, following: Walk) -> Walk:
    def run(value: Any, out: list[Value]) -> None:
        if value.__class__ is dict:
            child = value.get(key)
            if child is not None:
                following(child, out)
        elif value.__class__ is list:
            for each in value:
                child = each.get(key) if each.__class__ is dict else None
                if child is not None:
                    following(child, out)

    return run


def _choose(step: Where | At, following: Walk) -> Walk:
    def run(value: Any, out: list[Value]) -> None:
        listed = value if value.__class__ is list else [value]
        if isinstance(step, Where):
            kept = [each for each in listed if step.holds(each)]
        else:
            kept = listed[step.index : step.index + 1]
        if kept:
            following(kept, out)

    return run


def _then(paths: Iterable[Path], step: Step) -> list[Path]:
    return [Path((*each.steps, step), each.type, each.place) for each in paths]


def _get(element: Any, key: str) -> Any:
    return element.get(key) if element.__class__ is dict else None
