"""What all validations with one set of definitions share: compiled types and profiles, and what is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from threading import RLock
from typing import Any

from conformance.validator import walk
from conformance.validator.access import rows_of, text_of
from conformance.validator.builtin_invariants import BUILTINS, SCOPED
from conformance.validator.compile_profile import compile_profile
from conformance.validator.compile_type import compile_type
from conformance.validator.context import ResourceRule
from conformance.validator.definitions import Definitions
from conformance.validator.emit_profile import ProfileEmitter
from conformance.validator.emit_type import TypeEmitter, primitive_function, primitive_source, type_function
from conformance.validator.extension_info import ExtensionInfo, extension_info
from conformance.validator.facets import (
    cardinality,
    datatypes,
    extensions,
    references,
    slicing,
    structure,
    terminology,
    types,
    values,
)
from conformance.validator.facets.invariants import Invariant, broken, hold, hold_item
from conformance.validator.facets.primitives import QUICK_NAMES
from conformance.validator.flaw import STUMBLES, flaw_of
from conformance.validator.narrative_control import NARRATIVE_KEYS, narrative_rule
from conformance.validator.plan import Constraint, ProfilePlan, TypePlan
from conformance.validator.policy import Policy
from conformance.validator.references import Resolver
from conformance.validator.rules import rules_for
from conformance.validator.run import Item, Run
from conformance.validator.source import Names
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import DefinitionError, FhirPathError
from fhir_kernel.fhirpath import Engine
from terminology.checks import CodeChecker

CheckType = Callable[[Any, Any, Run], None]
_REMEMBERED_AT_MOST = 20_000
CheckItem = Callable[[Item, Run], None]


class CompiledProfile:
    """A profile ready to run."""

    __slots__ = ("check", "plan")

    def __init__(self, plan: ProfilePlan, check: CheckItem) -> None:
        self.plan, self.check = plan, check


class Shared:
    """Compiled code and memories, filled as validations ask for them. Threads may share it."""

    def __init__(
        self,
        catalog: Catalog,
        codes: CodeChecker,
        policy: Policy,
        resolver: Resolver | None,
        now: Callable[[], datetime],
    ) -> None:
        self.catalog, self.codes, self.policy, self.resolver, self.now = catalog, codes, policy, resolver, now
        self.model = catalog.model
        self.follows = policy.references == "follow"
        self.resource_types = _ResourceTypes(catalog.model)
        self.engine = Engine(catalog.model)
        self.search_engine = Engine(catalog.model, as_filters=True)
        self.definitions = Definitions(catalog)
        self.known_codings: set[tuple[str | None, str | None, str, str | None]] = set()
        """(system, version, code, display) of codings with which nothing is wrong."""
        self.untold_codings: dict[tuple[str | None, str | None, str, str | None], str] = {}
        """Of codings of which nothing can be told, the reason."""
        self.known_members: set[tuple[str, str | None, str]] = set()
        """(value set, system, code) of members."""
        self.plans: dict[str, TypePlan] = {}
        self._profiles: dict[str, CompiledProfile | DefinitionError] = {}
        self._rules: dict[str, tuple[ResourceRule, ...]] = {}
        self._strangers: dict[str, tuple[str | None, str | None]] = {}
        self._extensions: dict[str, ExtensionInfo | None] = {}
        self._places: dict[tuple[str, str, str], bool] = {}
        self._members: dict[str, frozenset[str] | None] = {}
        self._definition_types: dict[str, str | None] = {}
        self._invariants: dict[tuple[Constraint, str], Invariant] = {}
        self._type_names = {type_function(name): name for name in self.model.types}
        self._primitive_names = {primitive_function(name): name for name in self.model.types}
        self.space: dict[str, Any] = _run_time() | dict(QUICK_NAMES)
        self._names = Names(self.space, self._stand_in)
        self._lock = RLock()
        self._titles: dict[str, str] = {}
        """By type, the name of its function."""
        self._names.call("check_Extension")
        self._texts = _searched_texts(policy)
        self.global_profiles = _global_profiles(catalog)

    def check_type(self, name: str) -> CheckType:
        """The function that checks values of the type `name`."""
        title = self._titles.get(name)
        if title is None:
            title = self._titles[name] = self._names.call(type_function(name))
        check: CheckType = self.space[title]
        return check

    def profile(self, canonical: str) -> CompiledProfile | DefinitionError:
        """The compiled profile `canonical`, or why it cannot be used: UnknownDefinition or another DefinitionError."""
        found = self._profiles.get(canonical)
        if found is None:
            with self._lock:
                found = self._compile_profile(canonical)
                _make_room(self._profiles)
                self._profiles[canonical] = found
        return found

    def _compile_profile(self, canonical: str) -> CompiledProfile | DefinitionError:
        try:
            plan = compile_profile(canonical, self.definitions)
            emitter = ProfileEmitter(plan, self._names, self.invariant)
            return CompiledProfile(plan, self.space[emitter.emit()])
        except DefinitionError as error:
            return error.with_traceback(None)
        except STUMBLES:
            flaw = flaw_of(canonical, self)
            if flaw is None:
                raise
            return flaw

    def rules(self, resource_type: str) -> tuple[ResourceRule, ...]:
        """The rules beyond the StructureDefinition for a resource type."""
        found = self._rules.get(resource_type)
        if found is None:
            found = self._rules[resource_type] = tuple(rules_for(resource_type, self.model))
        return found

    def not_a_profile(self, canonical: str) -> tuple[str | None, str | None]:
        """Of a canonical that names no profile: the type of what it does name, and the nearest profile."""
        if canonical not in self._strangers:
            other = self.type_of_definition(canonical)
            near = () if other is not None else self.catalog.nearest(canonical, "StructureDefinition")
            _make_room(self._strangers)
            self._strangers[canonical] = (other, near[0] if near else None)
        return self._strangers[canonical]

    def type_of_profile(self, canonical: str) -> str | None:
        """The type that a profile is for; None where it is not known."""
        try:
            return text_of(self.catalog.structure(canonical), "type")
        except DefinitionError:
            return None

    def extension(self, url: str) -> ExtensionInfo | None:
        """What the definition of the extension `url` says; None where no loaded package holds it."""
        if url not in self._extensions:
            found = self.catalog.find(url, "StructureDefinition")
            _make_room(self._extensions)
            self._extensions[url] = (
                extension_info(found) if found is not None and found.get("type") == "Extension" else None
            )
        return self._extensions[url]

    def may_stand(self, url: str, path: str, holder_type: str, decide: Callable[[], bool]) -> bool:
        """Whether the contexts of the extension `url` name the element at `path`; `decide` tells where it is new."""
        key = (url, path, holder_type)
        found = self._places.get(key)
        if found is None:
            found = decide()
            _make_room(self._places)
            self._places[key] = found
        return found

    def type_of_definition(self, canonical: str) -> str | None:
        """The resource type of the definition that `canonical` names; None where no loaded package holds it."""
        if canonical not in self._definition_types:
            found = self.catalog.find(canonical)
            _make_room(self._definition_types)
            self._definition_types[canonical] = found["resourceType"] if found is not None else None
        return self._definition_types[canonical]

    def invariant(self, constraint: Constraint, profile: str = "") -> Invariant:
        """`constraint` ready to run: its FHIRPath compiled, its severity as the policy says."""
        key = (constraint, profile)
        if key not in self._invariants:
            self._invariants[key] = self._make_invariant(constraint, profile)
        return self._invariants[key]

    def _make_invariant(self, constraint: Constraint, profile: str) -> Invariant:
        severity = self.policy.best_practice if constraint.is_best_practice else constraint.severity
        if constraint.key in NARRATIVE_KEYS and constraint.is_builtin:
            return Invariant(constraint, severity, narrative_rule(constraint), needs_scope=True, profile=profile)
        if constraint.is_builtin:
            builtin = BUILTINS[constraint.key]
            return Invariant(constraint, severity, builtin, constraint.key in SCOPED, profile=profile)
        try:
            return Invariant(
                constraint, severity, expression=self.engine.compile(constraint.expression), profile=profile
            )
        except FhirPathError as error:
            return Invariant(constraint, severity, fault=str(error), profile=profile)

    def _stand_in(self, title: str) -> Callable[..., None]:
        """A function that compiles the real one at its first call and takes its own place."""

        def compile_and_call(value: Any, at: Any, run: Run) -> None:
            with self._lock:
                if self.space.get(title) is compile_and_call:
                    self._compile(title)
            self.space[title](value, at, run)

        return compile_and_call

    def _compile(self, title: str) -> None:
        if title in self._primitive_names:
            self._names.define(title, primitive_source(self._primitive_names[title]))
            return
        name = self._type_names[title]
        plan = self.plans[name] = compile_type(name, self.definitions)
        self._names.define(title, TypeEmitter(plan, self._names, self.members, self.invariant, self._texts).emit())

    def members(self, value_set: str) -> frozenset[str] | None:
        """All codes of a value set; None where they cannot be listed."""
        if value_set not in self._members:
            found = self.codes.membership(value_set)
            self._members[value_set] = found.codes if found is not None and found.complete else None
        return self._members[value_set]


def _make_room(memory: dict[Any, Any]) -> None:
    """Forget all when a memory keyed by what inputs say has grown large: no input may fill the machine."""
    if len(memory) >= _REMEMBERED_AT_MOST:
        memory.clear()


class _ResourceTypes(dict[str, bool]):
    """Whether a name is that of a resource type; found out when first asked, for no other name is anything kept."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self._model = model

    def __missing__(self, name: str) -> bool:
        found = self._model.is_resource(name)
        if found:
            self[name] = found
        return found


def _searched_texts(policy: Policy) -> frozenset[str]:
    """The primitive types whose values the policy has searched for HTML."""
    levels = {"string": policy.html_in_strings, "markdown": policy.html_in_markdown}
    return frozenset(name for name, level in levels.items() if level != "ignore")


def _global_profiles(catalog: Catalog) -> dict[str, list[str]]:
    """By resource type, the profiles that loaded implementation guides impose on all of its resources."""
    found: dict[str, list[str]] = {}
    for guide in catalog.all("ImplementationGuide"):
        for _, row in rows_of(guide, "global"):
            if (kind := text_of(row, "type")) is not None and (profile := text_of(row, "profile")) is not None:
                found.setdefault(kind, []).append(profile)
    return found


def _run_time() -> dict[str, Any]:
    """The functions that generated code calls."""
    modules = (cardinality, datatypes, extensions, references, slicing, structure, terminology, types, values, walk)
    found: dict[str, Any] = {"hold": hold, "hold_item": hold_item, "broken": broken, "Decimal": Decimal}
    for module in modules:
        for name, each in vars(module).items():
            if callable(each) and getattr(each, "__module__", "") == module.__name__ and not name.startswith("_"):
                found[name] = each
    return found
