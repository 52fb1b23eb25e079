"""What is to be checked, as frozen and printable data: the output of the compilers, the input of the emitters.

A `TypePlan` says what a FHIR type asks of its JSON; a `ProfilePlan` says what a profile asks beyond its type, so that
nothing is checked twice.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any, Literal

from fhir_kernel.resource import Resource


@dataclass(frozen=True, slots=True)
class Constraint:
    """An invariant (https://hl7.org/fhir/R4/conformance-rules.html#constraints), corrected where R4 is at fault."""

    key: str
    severity: Literal["error", "warning"]
    human: str
    expression: str
    is_best_practice: bool = False
    is_builtin: bool = False
    """Whether hand-written code answers it in place of FHIRPath."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A terminology binding (https://hl7.org/fhir/R4/terminologies.html#strength)."""

    strength: str
    value_set: str
    max_value_set: str | None = None
    """From the extension elementdefinition-maxValueSet: required whatever the strength."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One JSON property of a type."""

    name: str
    element: str
    type: str
    is_list: bool
    is_choice: bool
    is_primitive: bool
    min: int
    max: int | None
    binding: Binding | None = None
    targets: tuple[str, ...] = ()
    """Resource types that a Reference may name, or canonical URLs of the types a canonical may name; empty: any."""
    constraints: tuple[Constraint, ...] = ()
    """Those of the element that its type does not have already."""


@dataclass(frozen=True, slots=True)
class TypePlan:
    """What a type asks: its properties and its own invariants (inherited ones included, each once)."""

    name: str
    kind: str
    profile: str
    """`url|version` of the StructureDefinition."""
    fields: tuple[FieldPlan, ...]
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True)
class TypeChoice:
    """One allowed type of an element, with the profiles it must (one of them) conform to."""

    code: str
    profiles: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    """targetProfile: what a Reference or canonical may point at."""
    aggregation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Test:
    """How one discriminator tells a slice: the values at `path` must pass one of the tests given."""

    kind: Literal["value", "exists", "type", "profile"]
    path: str
    fixed: tuple[Any, ...] = ()
    patterns: tuple[Any, ...] = ()
    bindings: tuple[Binding, ...] = ()
    exists: bool | None = None
    types: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()

    @property
    def is_void(self) -> bool:
        """Whether the slice says nothing that this discriminator could tell it by."""
        stated = (self.fixed, self.patterns, self.bindings, self.types, self.profiles)
        return self.exists is None and not any(stated)


@dataclass(frozen=True, slots=True)
class SlicePlan:
    """One slice: how to tell it, and what it asks."""

    name: str
    tests: tuple[Test, ...]
    element: ElementPlan
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class SlicingPlan:
    """How the repetitions (or types) of an element are told apart."""

    rules: str
    is_ordered: bool
    discriminators: tuple[str, ...]
    slices: tuple[SlicePlan, ...]


@dataclass(frozen=True, slots=True)
class ElementPlan:
    """What a profile asks of one element beyond its type. Absent facets are None or empty and emit nothing."""

    id: str
    path: str
    name: str
    profile: str
    fields: tuple[tuple[str, str, bool], ...] = ()
    """(JSON property, type, is list) of all forms in which the value may stand in its parent."""
    min: int | None = None
    max: int | None = None
    types: tuple[TypeChoice, ...] | None = None
    fixed: Any = None
    pattern: Any = None
    binding: Binding | None = None
    constraints: tuple[Constraint, ...] = ()
    max_length: int | None = None
    min_length: int | None = None
    min_value: Any = None
    max_value: Any = None
    slicing: SlicingPlan | None = None
    children: tuple[ElementPlan, ...] = ()
    content_of: str = ""
    """The id of the element of the same profile whose rules hold here too (contentReference)."""

    @property
    def asks_of_itself(self) -> bool:
        """Whether a value must be looked at, apart from what is in it."""
        stated = (self.types, self.constraints, self.binding, self.max_length, self.min_length)
        values = (self.fixed, self.pattern, self.min_value, self.max_value)
        return any(stated) or any(value is not None for value in values)

    @property
    def asks_of_items(self) -> bool:
        """Whether each value must be looked at, besides their number."""
        return self.asks_of_itself or bool(self.children) or bool(self.content_of)

    @property
    def asks_of_number(self) -> bool:
        """Whether the values must be counted or sorted."""
        return self.min is not None or self.max is not None or self.slicing is not None

    @property
    def asks_anything(self) -> bool:
        return self.asks_of_number or self.asks_of_items


@dataclass(frozen=True, slots=True)
class ProfilePlan:
    """What a profile asks beyond its type."""

    url: str
    version: str
    type: str
    kind: str
    root: ElementPlan

    @property
    def canonical(self) -> str:
        return f"{self.url}|{self.version}" if self.version else self.url


def as_json(plan: TypePlan | ProfilePlan) -> Resource:
    """The plan as JSON, empty facets left out, for people and for snapshot tests."""
    pruned = _prune(plan)
    assert isinstance(pruned, dict)
    return pruned


def _prune(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        rows = ((each.name, getattr(value, each.name), each.default) for each in fields(value))
        return {name: _prune(stated) for name, stated, default in rows if _is_stated(stated, default)}
    if isinstance(value, (tuple, list)):
        return [_prune(each) for each in value]
    return value


def _is_stated(value: Any, default: Any) -> bool:
    """Whether a field says more than its default does; a fixed `false` and a maximum of 0 do."""
    return value != default if default is not MISSING else value not in (None, (), "") and value is not False
