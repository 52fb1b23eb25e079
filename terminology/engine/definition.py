"""A value set as operations use it: its definition, with what its parts select remembered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from fhir_kernel.resource import Resource
from terminology.engine.edition import Edition, TableEdition, canonical_of, url_of
from terminology.engine.stored import StoredGroup, stored_groups
from terminology.tables.table import Table

SUPPLEMENT = "http://hl7.org/fhir/StructureDefinition/valueset-supplement"
EVERYTHING = "http://hl7.org/fhir/ValueSet/@all"


class Definition:
    """One ValueSet. `is_contained`: it has no canonical of its own; `implied`: it stands for a whole code system."""

    __slots__ = ("_by_grammar", "_by_table", "_contained", "_holder", "_stored", "implied", "resource")

    def __init__(self, resource: Resource, *, holder: Definition | None = None, implied: bool = False) -> None:
        """`holder` is the value set that contains it."""
        self.resource, self._holder, self.implied = resource, holder, implied
        self._contained: dict[str, Definition] = {}
        self._stored: list[StoredGroup] | None = None
        self._by_table: WeakKeyDictionary[Table, dict[str, Any]] = WeakKeyDictionary()
        self._by_grammar: dict[str, dict[str, Any]] = {}

    @property
    def is_contained(self) -> bool:
        return self._holder is not None

    def contained(self, id_: str) -> Definition | None:
        """The value set `#id` that it contains, or that is contained beside it."""
        if self._holder is not None:
            return self._holder.contained(id_)
        if id_ not in self._contained:
            inside = (each for each in self.resource.get("contained", ()) if each.get("resourceType") == "ValueSet")
            found = next((each for each in inside if each.get("id") == id_), None)
            if found is None:
                return None
            self._contained[id_] = Definition(found, holder=self)
        return self._contained[id_]

    def selections(self, edition: Edition) -> dict[str, Any]:
        """What parts of the compose select from the edition, by their path; filled by `terminology.engine.select`.

        They are forgotten with the table: one that came with a request must not outlive it.
        """
        if isinstance(edition, TableEdition):
            return self._by_table.setdefault(edition.table, {})
        return self._by_grammar.setdefault(url_of(edition), {})

    @property
    def url(self) -> str:
        return str(self.resource.get("url", ""))

    @property
    def canonical(self) -> str:
        """`url|version`; `(unidentified)` for one without a URL."""
        return canonical_of(self.resource) or "(unidentified)"

    @property
    def compose(self) -> Resource | None:
        compose = self.resource.get("compose")
        return compose if isinstance(compose, dict) else None

    @property
    def includes(self) -> Sequence[Resource]:
        includes: Sequence[Resource] = (self.compose or {}).get("include", ())
        return includes

    @property
    def excludes(self) -> Sequence[Resource]:
        excludes: Sequence[Resource] = (self.compose or {}).get("exclude", ())
        return excludes

    @property
    def stored(self) -> Sequence[StoredGroup]:
        """The codes of the expansion that came with it."""
        if self._stored is None:
            self._stored = stored_groups(self.resource.get("expansion", {}))
        return self._stored

    @property
    def leaves_out_inactive(self) -> bool:
        """Whether the compose says that inactive concepts are no members."""
        return (self.compose or {}).get("inactive") is False

    @property
    def supplements(self) -> list[str]:
        """The supplements that it cannot do without."""
        values = (
            each.get("valueCanonical") or each.get("valueUri") or each.get("valueString")
            for each in self.resource.get("extension", ())
            if each.get("url") == SUPPLEMENT
        )
        return [str(each) for each in values if each]
