"""A code system whose concepts stand in a table (https://hl7.org/fhir/R4/codesystem.html#CodeSystem.content)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, reduce
from operator import or_

from fhir_kernel.issues import issue
from terminology.checks import Verdict
from terminology.codesystems.system import Filter, Selected
from terminology.engine.edition import TableEdition
from terminology.engine.filters import select
from terminology.failures import OperationFailed
from terminology.findings import ABSENT, FOUND, Finding
from terminology.limits import Limits
from terminology.nearest import fold
from terminology.tables.runs import EMPTY, Runs
from terminology.tables.table import Table

_OUTDATED = ("deprecated", "retired")
"""Values of the property `status`."""


class TableConcept:
    """A concept of a table; its names are read when they are asked for."""

    __slots__ = ("_edition", "_position", "abstract", "code", "inactive")

    def __init__(
        self, edition: TableEdition, position: int, code: str, abstract: bool = False, inactive: bool = False
    ) -> None:
        self._edition, self._position = edition, position
        self.code, self.abstract, self.inactive = code, abstract, inactive

    @property
    def displays(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.value for each in self._edition.names(self._position)))

    @property
    def languages(self) -> tuple[str | None, ...]:
        concept = self._edition.concept(self._position)
        stated = {each.get("value"): each.get("language") for each in concept.get("designation", ())}
        own = concept.get("display")
        return tuple(None if text == own else stated.get(text) for text in self.displays)


class TableSystem:
    """Concepts by position. `content` other than `complete` makes an absent code UNKNOWN instead of OUT."""

    def __init__(self, table: Table, limits: Limits) -> None:
        self._edition, self._table, self._limits = TableEdition(table), table, limits
        header = table.header
        self.url, self.version = str(header["url"]), header.get("version")
        self.content = str(header.get("content", "fragment"))
        self._case_sensitive = header.get("caseSensitive") is True
        self._last: tuple[str, int | None] = ("", None)

    def find(self, code: str) -> Finding:
        position = self._table.position(code)
        self._last = (code, position)
        if position is not None:
            return Finding(Verdict.IN, None, self._concept(position, code))
        if not self._case_sensitive and (position := self._table.position_ignoring_case(code)) is not None:
            right = self._concept(position, self._table.code(position))
            return Finding(
                Verdict.IN,
                issue("terminology.case-differs", "", code=code, expected=right.code, system=self.url),
                right,
            )
        if self.content == "complete":
            return Finding(Verdict.OUT, issue("terminology.unknown-code", "", code=code, system=self.url))
        reason = issue("terminology.incomplete-system", "", code=code, system=self.url, content=self.content)
        return Finding(Verdict.UNKNOWN, reason)

    def codes(self) -> frozenset[str] | None:
        if self.content != "complete" or len(self._table) > self._limits.listed_codes:
            return None
        return self._codes

    def select(self, where: Filter, /) -> Selected:
        try:
            selected = select(self._table, where.property, where.op, where.value, self._limits)
        except OperationFailed:  # a pattern that cannot be used: the filter is as good as unknown
            return None
        if selected is None or not self._knows_value(where):
            return None
        if self.content == "complete":
            return self._test(selected) if len(selected) > self._limits.listed_codes else self._list(selected)
        return self._test(selected)

    def named(self, display: str, /) -> str | None:
        return self._by_display.get(fold(display))

    def _knows_value(self, where: Filter) -> bool:
        """A place in the hierarchy that does not exist cannot be filtered by."""
        by_place = where.property in ("concept", "code") and where.op not in ("=", "in", "not-in", "regex", "exists")
        return not by_place or self._table.position(where.value) is not None

    def _list(self, selected: Runs) -> frozenset[str]:
        return frozenset(map(self._table.code, selected))

    def _test(self, selected: Runs) -> Selected:
        def test(code: str) -> Finding:
            # Whether it is a code at all has mostly just been asked; another thread sees either pair whole.
            last, position = self._last
            if last != code:
                position = self._table.position(code)
            if position is None:
                return self.find(code)
            return FOUND if position in selected else ABSENT

        return test

    def _concept(self, position: int, code: str) -> TableConcept:
        if position not in self._remarkable:
            return TableConcept(self._edition, position, code)
        abstract, inactive = position in self._table.abstract, position in self._outdated
        return TableConcept(self._edition, position, code, abstract, inactive)

    @cached_property
    def _remarkable(self) -> Runs:
        return self._table.abstract | self._outdated

    @cached_property
    def _outdated(self) -> Runs:
        """Inactive concepts, and deprecated ones too: a record that is written now should use another code."""
        deprecated = self._table.property_values("deprecated").get("true", EMPTY)
        statuses = self._table.property_values("status")
        return reduce(or_, (statuses.get(each, EMPTY) for each in _OUTDATED), self._table.inactive | deprecated)

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset(map(self._table.code, range(len(self._table))))

    @cached_property
    def _by_display(self) -> Mapping[str, str]:
        """For suggestions only, so not for tables that take long to read."""
        if len(self._table) > self._limits.listed_codes:
            return {}
        positions = range(len(self._table))
        displays = ((self._table.display(each), each) for each in positions)
        return {fold(text): self._table.code(each) for text, each in displays if text}
