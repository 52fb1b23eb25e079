"""A code system whose concepts are listed (https://hl7.org/fhir/R4/codesystem.html#CodeSystem.content)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from fhir_kernel.issues import issue
from terminology.checks import Verdict
from terminology.codesystems import filters
from terminology.codesystems.system import Filter, Selected
from terminology.findings import Concept, Finding
from terminology.nearest import fold

Properties = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class ListedSystem:
    """Concepts by code. `content` other than `complete` makes an absent code UNKNOWN instead of OUT."""

    url: str
    version: str | None
    concepts: Mapping[str, Concept]
    content: str = "complete"
    case_sensitive: bool = True
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Direct children by code; a concept may have several parents."""
    properties: Mapping[str, Properties] = field(default_factory=dict)
    """By code, then property: its values as text. Concepts without any are left out."""
    declared: frozenset[str] = frozenset()
    """The properties and filters that the code system declares."""

    def find(self, code: str) -> Finding:
        concept = self.concepts.get(code)
        if concept is not None:
            return Finding(Verdict.IN, None, concept)
        if not self.case_sensitive and (right := self._folded.get(code.casefold())) is not None:
            remark = issue("terminology.case-differs", "", code=code, expected=right, system=self.url)
            return Finding(Verdict.IN, remark, self.concepts[right])
        if self.content == "complete":
            return Finding(Verdict.OUT, issue("terminology.unknown-code", "", code=code, system=self.url))
        reason = issue("terminology.incomplete-system", "", code=code, system=self.url, content=self.content)
        return Finding(Verdict.UNKNOWN, reason)

    def codes(self) -> frozenset[str] | None:
        return self._codes if self.content == "complete" else None

    def select(self, where: Filter, /) -> Selected:
        selected = filters.select(self, where)
        if selected is None or self.content == "complete":
            return selected

        def known(code: str) -> Finding:
            found = self.find(code)
            if found.concept is None or found.concept.code in selected:
                return found
            return Finding(Verdict.OUT)

        return known

    def named(self, display: str, /) -> str | None:
        return self._by_display.get(fold(display))

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset(self.concepts)

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {code.casefold(): code for code in reversed(tuple(self.concepts))}

    @cached_property
    def _by_display(self) -> Mapping[str, str]:
        return {fold(each.displays[0]): code for code, each in self.concepts.items() if each.displays}

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, ...]]:
        """Direct parents by code."""
        found: dict[str, list[str]] = {}
        for parent, children in self.children.items():
            for child in children:
                found.setdefault(child, []).append(parent)
        return {child: tuple(parents) for child, parents in found.items()}
