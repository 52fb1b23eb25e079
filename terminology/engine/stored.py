"""The codes of an expansion that came with a value set (https://hl7.org/fhir/R4/valueset.html#expansion)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fhir_kernel.resource import Resource
from terminology.engine.designations import Designation, designations_of
from terminology.engine.edition import Edition, Ref
from terminology.tables.table import Table


@dataclass(frozen=True, slots=True)
class StoredGroup:
    """Codes of one system that stand together in an expansion, each with its entry."""

    url: str
    version: str | None
    entries: Mapping[str, Resource]


class StoredEdition:
    """The codes of one system as an expansion that came with a value set has them; `base` is the system, if held."""

    __slots__ = ("_base", "entries", "header", "supplements")

    def __init__(self, url: str, version: str | None, entries: Mapping[str, Resource], base: Edition | None) -> None:
        self.header: Resource = {"url": url, "version": version, "content": "complete"}
        self.entries, self._base = entries, base
        self.supplements: tuple[Table, ...] = ()

    def locate(self, code: str) -> str | None:
        return code if code in self.entries else None

    def code(self, ref: Ref) -> str:
        return str(ref)

    def names(self, ref: Ref) -> tuple[Designation, ...]:
        return tuple(designations_of(self.concept(ref), None))

    def concept(self, ref: Ref) -> Resource:
        entry = self.entries[str(ref)]
        return {key: entry[key] for key in ("code", "display", "designation") if key in entry}

    def is_abstract(self, ref: Ref) -> bool:
        return self.entries[str(ref)].get("abstract") is True

    def is_inactive(self, ref: Ref) -> bool:
        """By the expansion, or by now."""
        if self.entries[str(ref)].get("inactive") is True:
            return True
        held = self._base.locate(str(ref)) if self._base is not None else None
        return self._base is not None and held is not None and self._base.is_inactive(held)


def stored_groups(expansion: Resource) -> list[StoredGroup]:
    """The codes of an expansion, in its order, each once."""
    groups: list[tuple[tuple[str, str | None], dict[str, Resource]]] = []
    seen: set[tuple[str, str | None, str]] = set()
    for each in _walk(expansion.get("contains", ())):
        if not isinstance(each.get("code"), str) or not isinstance(each.get("system"), str):
            continue
        key = (each["system"], each.get("version"))
        if (*key, each["code"]) in seen:
            continue
        seen.add((*key, each["code"]))
        if not groups or groups[-1][0] != key:
            groups.append((key, {}))
        groups[-1][1][each["code"]] = each
    return [StoredGroup(url, version, entries) for (url, version), entries in groups]


def _walk(rows: Iterable[Resource]) -> Iterable[Resource]:
    waiting = list(reversed(list(rows)))
    while waiting:
        row = waiting.pop()
        yield row
        waiting.extend(reversed(row.get("contains", ())))
