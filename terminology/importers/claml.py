"""Classifications in ClaML 2 and 3, as ICD-10 comes (EN 14463; https://www.iso.org/standard/85973.html).

Chapters, blocks and categories become concepts. Modifiers, which make further codes, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fhir_kernel.codec.xml_stream import line_of, local_name, read_elements, text_of
from fhir_kernel.resource import Resource
from terminology.importers.checks import Read, checked
from terminology.importers.digest import source_name
from terminology.importers.imported import Findings, Import, ImportFinding, ImportRefused, Severity
from terminology.importers.table_header import standard_property
from terminology.tables.index_build import ConceptRow

if TYPE_CHECKING:
    from fhir_kernel.codec.xml_tree import Element

_READ = frozenset({"Title", "Class", "Modifier", "ModifierClass"})
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_GROUPS = frozenset({"chapter", "block"})
_TEXTS = ("inclusion", "exclusion", "coding-hint", "note")
"""Kinds of rubrics that become properties; the names are ICD's."""
_NOTES = (
    "Modifiers and the codes that they make are left out.",
    "Rubrics other than names, inclusion, exclusion, coding-hint, note and definition are left out.",
)


@dataclass(slots=True)
class _Beginning:
    """What stands before the classes."""

    title: str = ""
    name: str = ""
    version: str = ""
    date: str = ""
    language: str = ""
    modifiers: int = field(default=0)


def import_claml(path: Path, *, url: str | None, version: str | None = None, language: str | None = None) -> Import:
    """The classification in a ClaML file; `version` and `language` are taken from the file where not given.

    Raises ImportRefused, CodecError, OSError.
    """
    if url is None:
        raise ImportRefused(f"{path.name}: found no url; ClaML has none, so it is expected as an option")
    start = _beginning(path)
    stated = version or start.version or start.date
    if not stated:
        raise ImportRefused(f"{path.name}: found no version; expected it in the title of the file or as an option")
    spoken = language or start.language
    header: Resource = {"resourceType": "CodeSystem", "meta": {"source": source_name([path], url, version, language)}}
    header |= {"language": spoken} if spoken else {}
    header |= {"url": url, "version": stated}
    header |= {key: text for key, text in (("name", start.name), ("title", start.title)) if text}
    header |= {"status": "active", "caseSensitive": True, "hierarchyMeaning": "is-a", "content": "complete"}
    declared = [{"code": code, "type": "code"} for code in ("kind", "usage")]
    declared += [{"code": code, "type": "string"} for code in _TEXTS]
    header["property"] = [standard_property("parent", "code"), standard_property("notSelectable", "boolean"), *declared]
    findings = Findings()
    return Import(header, checked(_classes(path, spoken, findings), findings), findings, _NOTES)


def _beginning(path: Path) -> _Beginning:
    found = _Beginning()
    with path.open("rb") as stream:
        elements = read_elements(stream, _READ)
        root = next(elements)
        if local_name(root) != "ClaML":
            raise ImportRefused(f"{path.name}: found the element {local_name(root)!r}; expected 'ClaML'")
        found.language = root.get(_LANGUAGE, "")
        for element in elements:
            if local_name(element) == "Title":
                found.title = text_of(element)
                found.name, found.version = element.get("name", ""), element.get("version", "")
                found.date = element.get("date", "")
            elif local_name(element) == "Class":
                label = next((each for each in element.iter() if local_name(each) == "Label"), None)
                found.language = found.language or ("" if label is None else label.get(_LANGUAGE, ""))
                break
    return found


def _classes(path: Path, language: str, findings: Findings) -> Iterator[Read]:
    modifiers = 0
    with path.open("rb") as stream:
        elements = read_elements(stream, _READ)
        next(elements)
        for element in elements:
            name = local_name(element)
            modifiers += name == "ModifierClass"
            if name == "Class":
                parents = (each.get("code", "") for each in element if local_name(each) == "SuperClass")
                row = ConceptRow(_concept(element, language), tuple(dict.fromkeys(filter(None, parents))))
                yield Read(line_of(element), hash(repr(row)), row)
    if modifiers:
        found, expected = f"{modifiers} classes of modifiers", "to be added by hand where their codes are needed"
        findings.add(ImportFinding("modifiers", Severity.INFORMATION, found, expected))


def _concept(element: Element, language: str) -> Resource:
    labels = _labels(element)
    kind, usage = element.get("kind", ""), element.get("usage", "")
    concept: Resource = {"code": element.get("code", "")}
    names = [*labels.get("preferred", ()), *labels.get("preferredLong", ())]
    own = [text for spoken, text in names if spoken in ("", language)]
    if own or names:
        concept["display"] = own[0] if own else names[0][1]
    if definitions := labels.get("definition"):
        concept["definition"] = "\n".join(text for _, text in definitions)
    others = [each for each in dict.fromkeys(names) if each[1] != concept.get("display")]
    if others:
        concept["designation"] = [{**({"language": lang} if lang else {}), "value": text} for lang, text in others]
    properties: list[Resource] = [{"code": "kind", "valueCode": kind}] if kind else []
    if kind in _GROUPS:
        properties.append({"code": "notSelectable", "valueBoolean": True})
    if usage:
        properties.append({"code": "usage", "valueCode": usage})
    properties += [{"code": each, "valueString": text} for each in _TEXTS for _, text in labels.get(each, ())]
    return {**concept, "property": properties} if properties else concept


def _labels(element: Element) -> Mapping[str, list[tuple[str, str]]]:
    """By kind of rubric, the texts of its labels with their languages."""
    found: dict[str, list[tuple[str, str]]] = {}
    for rubric in element:
        if local_name(rubric) == "Rubric":
            for label in rubric:
                if local_name(label) == "Label" and (text := text_of(label)):
                    found.setdefault(rubric.get("kind", ""), []).append((label.get(_LANGUAGE, ""), text))
    return found
