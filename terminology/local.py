"""Code checks over what the loaded packages hold, without any server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fhir_kernel.resource import Resource
from terminology.checks import CodeAnswer, CodeQuery, SystemFault, Verdict
from terminology.engine.installed import Tables
from terminology.findings import Concept
from terminology.limits import Limits
from terminology.nearest import nearest_codes
from terminology.system_fault import find_system_fault
from terminology.systems import Definitions, Systems
from terminology.validate_code import validate_code
from terminology.valuesets import ValueSets


@dataclass(frozen=True, slots=True)
class Membership:
    """The codes of a value set, for a check that needs no call."""

    by_system: Mapping[str, frozenset[str]]
    """The codes that are listed, by system."""
    complete: bool
    """Whether nothing but these codes is a member. Where not, a code that is missing must be asked about."""

    @property
    def codes(self) -> frozenset[str]:
        """The codes whatever their system, as a `code` element has none; made anew each time, so keep it."""
        if len(self.by_system) == 1:
            return next(iter(self.by_system.values()))
        return frozenset().union(*self.by_system.values())


class LocalCodes:
    """A `terminology.checks.CodeChecker` over definitions that do not change. Threads may share it."""

    def __init__(self, definitions: Definitions, limits: Limits | None = None, *, tables: Tables | None = None) -> None:
        """`tables` are code systems too large for `definitions`; they win over what `definitions` say of the same."""
        self._definitions, self._tables = definitions, tables
        self._limits = limits or Limits()
        self._systems = Systems(definitions, self._limits, tables)
        self._value_sets = ValueSets(definitions, self._systems, self._limits)
        self._remembered: dict[CodeQuery, CodeAnswer] = {}
        self._faults: dict[str, SystemFault | None] = {}

    def check(self, queries: Sequence[CodeQuery]) -> list[CodeAnswer]:
        """One answer per query, in order; an identical query is answered from memory."""
        remembered = self._remembered
        suggestions = self._limits.suggestions_per_batch
        answers = []
        for query in queries:
            answer = remembered.get(query)
            if answer is None:
                answer = validate_code(query, self._systems, self._value_sets, self._limits)
                if Verdict.OUT in (answer.in_system, answer.in_value_set) and suggestions > 0:
                    suggestions -= 1
                    if nearest := self._suggest(query, answer):
                        answer = replace(answer, nearest=nearest)
                if len(remembered) >= self._limits.remembered_answers:
                    remembered.clear()
                remembered[query] = answer
            answers.append(answer)
        return answers

    def membership(self, value_set: str) -> Membership | None:
        """The listed codes of a value set; None where it is not loaded."""
        compiled = self._value_sets.get(value_set)
        if not compiled.is_held:
            return None
        return Membership(compiled.selection.listed, not compiled.selection.tests)

    def system_fault(self, system: str) -> SystemFault | None:
        """What is wrong with a URI as `Coding.system`; None where nothing is known against it."""
        try:
            return self._faults[system]
        except KeyError:
            fault = find_system_fault(system, self._definitions)
        if len(self._faults) >= self._limits.remembered_answers:
            self._faults.clear()
        self._faults[system] = fault
        return fault

    def concept(self, system: str, code: str, version: str | None = None) -> Concept | None:
        """The concept as the code system writes it; None where it is not known."""
        return self._systems.get(system, version).find(code).concept

    def extended(self, resources: Mapping[str, Resource]) -> LocalCodes:
        """A checker that knows `resources` too, by the canonical (or `#id`) that queries name."""
        return LocalCodes(_Overlay(resources, self._definitions), self._limits, tables=self._tables)

    def _suggest(self, query: CodeQuery, answer: CodeAnswer) -> tuple[str, ...]:
        by_system = self._candidates(query, answer.system)
        codes = Membership(by_system, complete=True).codes
        named = [self._systems.get(url).named(query.code) for url in by_system]
        return nearest_codes(query.code, codes, filter(None, named), self._limits.suggestion_candidates)

    def _candidates(self, query: CodeQuery, system: str | None) -> Mapping[str, frozenset[str]]:
        """The codes that may have been meant, by system."""
        by_system: Mapping[str, frozenset[str]] = {}
        if query.value_set is not None:
            by_system = self._value_sets.get(query.value_set).selection.listed
        if not system:
            return by_system
        codes = by_system.get(system) or self._systems.get(system, query.version).codes()
        return {system: codes} if codes else by_system


@dataclass(frozen=True, slots=True)
class _Overlay:
    """Definitions laid over others."""

    resources: Mapping[str, Resource]
    below: Definitions

    def find(self, canonical: str, resource_type: str | None = None) -> Resource | None:
        found = self.resources.get(canonical)
        if found is not None and resource_type in (None, found["resourceType"]):
            return found
        return self.below.find(canonical, resource_type)
