"""Code systems and value sets as tables: one row a code (https://hl7.org/fhir/R4/codesystem.html, valueset.html)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.resource import Resource
from registry.drafting.render.head import MOST_ROWS, Head, head_of, well_formed
from registry.sentence import Sentence
from terminology.local import LocalCodes
from terminology.tables.memory import nested_concepts


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code. `depth` is 0 for the top of a hierarchy; `note` says where it is out of use or cannot be chosen."""

    system: str
    code: str
    depth: int
    display: Sentence
    definition: str
    note: str

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "system": self.system,
            "code": self.code,
            "depth": self.depth,
            "display": self.display.document(),
            "definition": self.definition,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A code system or a value set for readers."""

    head: Head
    rows: tuple[CodeRow, ...]
    left_off: int
    complete: bool
    """Whether no other codes belong to it."""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        rows = [each.document() for each in self.rows]
        return {"head": self.head.document(), "rows": rows, "leftOff": self.left_off, "complete": self.complete}


def code_system_table(system: Resource) -> CodeTable:
    """The concepts of a CodeSystem in their order, each below its parent. Raises Refused."""
    with well_formed(system):
        rows = list(_rows(system))
        is_complete = system.get("content") == "complete"
        return CodeTable(head_of(system), tuple(rows[:MOST_ROWS]), max(0, len(rows) - MOST_ROWS), is_complete)


def value_set_table(value_set: Resource, catalog: Catalog) -> CodeTable:
    """The members of a ValueSet of `catalog`, as far as they can be listed, by system and code."""
    codes = LocalCodes(catalog)
    url, version = str(value_set.get("url", "")), value_set.get("version")
    found = codes.membership(f"{url}|{version}" if version else url)
    pairs = sorted((system, code) for system, each in found.by_system.items() for code in each) if found else []
    language = _language_of(catalog)
    rows = (_member(system, code, codes, language) for system, code in pairs[:MOST_ROWS])
    is_complete = found is not None and found.complete
    return CodeTable(head_of(value_set), tuple(rows), max(0, len(pairs) - MOST_ROWS), is_complete)


def _rows(system: Resource) -> Iterator[CodeRow]:
    url, language = str(system.get("url", "")), str(system.get("language", ""))
    depths: dict[str, int] = {}
    for row, parent in nested_concepts(system):
        code = str(row["code"])
        depths[code] = depth = depths[parent] + 1 if parent is not None else 0
        names = {_short(each.get("language")): str(each.get("value", "")) for each in _dicts(row, "designation")}
        definition = str(row.get("definition", ""))
        yield CodeRow(url, code, depth, _display(str(row.get("display", "")), names, language), definition, _note(row))


def _member(system: str, code: str, codes: LocalCodes, language: Callable[[str], str]) -> CodeRow:
    concept = codes.concept(system, code)
    displays = concept.displays if concept is not None else ()
    languages = (concept.languages if concept is not None else ()) or (None,) * len(displays)
    names = {_short(each): text for text, each in zip(displays, languages, strict=True) if each}
    return CodeRow(system, code, 0, _display(displays[0] if displays else "", names, language(system)), "", "")


def _language_of(catalog: Catalog) -> Callable[[str], str]:
    known: dict[str, str] = {}

    def language(system: str) -> str:
        if system not in known:
            found = catalog.find(system, "CodeSystem")
            known[system] = str(found.get("language", "")) if found is not None else ""
        return known[system]

    return language


def _display(text: str, names: dict[str, str], language: str) -> Sentence:
    if language.startswith("zh"):
        return Sentence(names.get("en", text), text)
    return Sentence(text, names.get("zh", text))


def _note(row: Resource) -> str:
    notes = []
    for each in _dicts(row, "property"):
        code, value = each.get("code"), next((v for k, v in each.items() if k.startswith("value")), None)
        if (code in ("inactive", "notSelectable") and value is True) or code in ("status", "deprecated", "retired"):
            notes.append(str(code) if value is True else f"{code}: {value}")
    return ", ".join(notes)


def _dicts(row: Resource, name: str) -> list[dict[str, Any]]:
    rows = row.get(name)
    return [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []


def _short(language: Any) -> str:
    return str(language or "").partition("-")[0]
