"""One version of a code system as operations see it: its concepts, with what supplements add to them.

A concept is referred to by its position in the table; in a code system that is a grammar, by its code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeAlias

from fhir_kernel.resource import Resource
from terminology.checks import Verdict
from terminology.codesystems.grammar import GrammarSystem
from terminology.engine.designations import STANDARDS_STATUS, Designation, designations_of
from terminology.engine.options import parameter_value
from terminology.tables.table import Table

Ref: TypeAlias = int | str
"""A position, or a code of a grammar."""

STATUS_PROPERTY = "http://hl7.org/fhir/concept-properties#status"
_FLAGS = ("deprecated", "inactive", "retired")


class Edition(Protocol):
    """One version of a code system, with the supplements that apply."""

    @property
    def header(self) -> Resource:
        """The CodeSystem without its concepts."""

    @property
    def supplements(self) -> Sequence[Table]: ...

    def locate(self, code: str) -> Ref | None:
        """The concept of this code; None where there is none."""

    def code(self, ref: Ref) -> str:
        """The code as the code system writes it."""

    def names(self, ref: Ref) -> tuple[Designation, ...]:
        """Display and designations, those of supplements last."""

    def concept(self, ref: Ref) -> Resource:
        """`CodeSystem.concept`, without the concepts below it."""

    def is_abstract(self, ref: Ref) -> bool: ...

    def is_inactive(self, ref: Ref) -> bool: ...


class TableEdition:
    """A code system whose concepts are listed."""

    __slots__ = ("_case_sensitive", "_latest", "header", "language", "supplements", "table")

    def __init__(self, table: Table, supplements: Sequence[Table] = ()) -> None:
        self.table, self.header, self.supplements = table, table.header, tuple(supplements)
        self.language: str | None = self.header.get("language")
        self._case_sensitive = self.header.get("caseSensitive", True) is not False
        self._latest: tuple[Ref, Resource] = ("", {})

    def locate(self, code: str) -> int | None:
        found = self.table.position(code)
        return found if found is not None or self._case_sensitive else self.table.position_ignoring_case(code)

    def code(self, ref: Ref) -> str:
        return self.table.code(_position(ref))

    def names(self, ref: Ref) -> tuple[Designation, ...]:
        own = designations_of(self.concept(ref), self.language)
        if not self.supplements:
            return tuple(own)
        return (*own, *self._added_names(self.code(ref)))

    def concept(self, ref: Ref) -> Resource:
        """Whoever asks for one thing about a concept asks for the next: the latest stays at hand."""
        latest = self._latest
        if latest[0] != ref:
            latest = self._latest = (ref, self.table.concept(_position(ref)))
        return latest[1]

    def is_abstract(self, ref: Ref) -> bool:
        return ref in self.table.abstract

    def is_inactive(self, ref: Ref) -> bool:
        return ref in self.table.inactive

    def _added_names(self, code: str) -> Iterator[Designation]:
        for supplement, concept in added_concepts(self, code):
            source = canonical_of(supplement.header)
            yield from designations_of(concept, supplement.header.get("language"), source)


class GrammarEdition:
    """A code system whose codes follow a grammar: there is no list, but any code can be judged."""

    __slots__ = ("_display", "_system", "header", "supplements", "usual")

    def __init__(
        self, system: GrammarSystem, header: Resource, display: Callable[[str], str | None], usual: str | None = None
    ) -> None:
        """`usual` is the value set that an expansion lists in place of all codes."""
        self._system, self.header, self._display, self.usual = system, header, display, usual
        self.supplements: tuple[Table, ...] = ()

    def named(self, display: Callable[[str], str | None]) -> GrammarEdition:
        """The same grammar, whose codes are shown by `display` where it knows them."""
        return GrammarEdition(self._system, self.header, lambda code: display(code) or self._display(code), self.usual)

    @property
    def system(self) -> GrammarSystem:
        """What judges codes and knows filters."""
        return self._system

    def locate(self, code: str) -> str | None:
        return code if self._system.find(code).verdict is Verdict.IN else None

    def code(self, ref: Ref) -> str:
        return str(ref)

    def names(self, ref: Ref) -> tuple[Designation, ...]:
        return tuple(designations_of(self.concept(ref), self.header.get("language")))

    def concept(self, ref: Ref) -> Resource:
        display = self._display(str(ref))
        return {"code": str(ref), "display": display} if display else {"code": str(ref)}

    def is_abstract(self, _ref: Ref) -> bool:
        return False

    def is_inactive(self, _ref: Ref) -> bool:
        return False


def url_of(edition: Edition) -> str:
    """The URL of the code system."""
    return str(edition.header.get("url", ""))


def version_of(edition: Edition) -> str | None:
    """The version of the code system; None where it has none."""
    version = edition.header.get("version")
    return str(version) if version else None


def content_of(edition: Edition) -> str:
    """How complete the code system is (https://hl7.org/fhir/R4/valueset-codesystem-content-mode.html)."""
    return str(edition.header.get("content", "complete"))


def canonical_of(resource: Resource) -> str:
    """`url|version`, or the URL alone; empty where there is no URL."""
    url, version = resource.get("url", ""), resource.get("version")
    return f"{url}|{version}" if url and version else str(url)


def has_supplement(edition: Edition, canonical: str) -> bool:
    """Whether the supplement, named with its version or without, applies to the edition."""
    return any(canonical in (each.header.get("url"), canonical_of(each.header)) for each in edition.supplements)


def added_concepts(edition: Edition, code: str) -> Iterator[tuple[Table, Resource]]:
    """What each supplement says of the concept `code`."""
    for supplement in edition.supplements:
        position = supplement.position(code)
        if position is not None:
            yield supplement, supplement.concept(position)


def properties_of(edition: Edition, ref: Ref) -> Iterator[tuple[Resource, str | None]]:
    """Each `CodeSystem.concept.property` with the URI under which it is declared, supplements included."""
    sources = [(edition.header, edition.concept(ref))]
    sources += [(table.header, concept) for table, concept in added_concepts(edition, edition.code(ref))]
    for header, concept in sources:
        for each in concept.get("property", ()):
            yield each, property_uri(header, each.get("code", ""))


def property_uri(header: Resource, code: str) -> str | None:
    """The URI of a property that the code system declares."""
    return next((each.get("uri") for each in header.get("property", ()) if each.get("code") == code), None)


def extensions_of(edition: Edition, ref: Ref) -> list[Resource]:
    """The extensions on the concept, those of supplements last."""
    found = list(edition.concept(ref).get("extension", ()))
    for _, concept in added_concepts(edition, edition.code(ref)):
        found += concept.get("extension", ())
    return found


def status_of(edition: Edition, ref: Ref) -> str | None:
    """The status of a concept, from its properties or its standards status; None where nothing says one."""
    properties = edition.concept(ref).get("property", ())
    for each in properties:
        if each.get("code") == "status" or property_uri(edition.header, each.get("code", "")) == STATUS_PROPERTY:
            return str(parameter_value(each))
    for each in properties:
        if each.get("code") in _FLAGS and parameter_value(each) in (True, "true"):
            return str(each["code"])
    extensions = edition.concept(ref).get("extension", ())
    return next((str(parameter_value(each)) for each in extensions if each.get("url") == STANDARDS_STATUS), None)


def is_deprecated(edition: Edition, ref: Ref) -> bool:
    """Whether the concept should no longer be used for new records."""
    for each in edition.concept(ref).get("property", ()):
        code, value = each.get("code"), parameter_value(each)
        if (code == "deprecated" and value in (True, "true")) or (
            code == "status" and value in ("deprecated", "retired")
        ):
            return True
    return False


def _position(ref: Ref) -> int:
    assert isinstance(ref, int), "a table knows its concepts by position"
    return ref
