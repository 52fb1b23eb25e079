"""LOINC as released: its table, parts, hierarchy, answers and linguistic variants (https://loinc.org/kb/users-guide/).

Properties are named as in https://terminology.hl7.org/LOINC.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.resource import Resource
from terminology.importers.archives import Release, open_release
from terminology.importers.checks import Read, checked
from terminology.importers.digest import source_name
from terminology.importers.imported import Findings, Import, ImportRefused
from terminology.importers.release_tables import read_columns
from terminology.importers.table_header import standard_property
from terminology.tables.index_build import ConceptRow

URL = "http://loinc.org"
_AXES = ("COMPONENT", "PROPERTY", "TIME_ASPCT", "SYSTEM", "SCALE_TYP", "METHOD_TYP")
_TEXTS = ("CLASS", "STATUS", "CLASSTYPE", "ORDER_OBS", "EXAMPLE_UCUM_UNITS", "VersionLastChanged")
_TABLE = r"(LoincTable/)?Loinc\.csv"
_NOTES = (
    "Of Loinc.csv the columns of names, axes, class, status, type, order, UCUM units and last change are read.",
    "Panels, groups, document ontology and mappings are left out.",
)


@dataclass(slots=True)
class _Gathered:
    """What the accessory files say, by code."""

    parents: dict[str, list[str]] = field(default_factory=dict)
    parts: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    """By term, then axis: the number and the name of its part."""
    variants: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By term its languages with the name in each."""


def import_loinc(
    path: Path,
    limits: ArchiveLimits,
    *,
    version: str | None = None,
    languages: Sequence[str] = ("zh",),
    progress: Progress = silent,
) -> Import:
    """The release in a folder or zip. `languages` are the beginnings of the variants to read.

    Raises ImportRefused, ArchiveError, OSError.
    """
    release = open_release(path, limits)
    tables = release.find(_TABLE)
    if not tables:
        raise ImportRefused(f"{path.name}: found no Loinc.csv; expected the folder or the zip of a LOINC release")
    stated = version or _version(release, tables[0], progress)
    gathered = _Gathered()
    _read_hierarchy(release, gathered, progress)
    _read_parts(release, gathered, progress)
    _read_variants(release, gathered, languages, progress)
    findings = Findings()
    header = _header(stated, source_name([path], version, tuple(languages)), linked=bool(gathered.parts))
    rows = _rows(release, tables[0], gathered, progress)
    return Import(header, checked(rows, findings), findings, _NOTES)


def is_loinc(release: Release) -> bool:
    """Whether a folder or zip is a release of LOINC."""
    return bool(release.find(_TABLE))


def _version(release: Release, table: str, progress: Progress) -> str:
    """From the name of the folder or zip, such as Loinc_2.77; else the last version in which a term was changed."""
    named = re.search(r"loinc[_-]?v?(\d+\.\d+)", release.path.name, re.IGNORECASE)
    if named:
        return named[1]
    versions = (cells[0] for _, cells in read_columns(release, table, ["VersionLastChanged"], progress))
    found = max((each for each in versions if re.fullmatch(r"\d+\.\d+\w?", each)), key=_numbers, default=None)
    if found is None:
        raise ImportRefused(f"{release.path.name}: found no version; expected it in the name or as an option")
    return found


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _header(version: str, source: str, *, linked: bool) -> Resource:
    properties = [standard_property("parent", "code"), standard_property("inactive", "boolean")]
    kinds = [*((axis, "Coding" if linked else "string") for axis in _AXES), *((text, "string") for text in _TEXTS)]
    properties += [{"code": code, "uri": f"{URL}/property/{code}", "type": kind} for code, kind in kinds]
    return {
        "resourceType": "CodeSystem",
        "meta": {"source": source},
        "language": "en",
        "url": URL,
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.16.840.1.113883.6.1"}],
        "version": version,
        "name": "LOINC",
        "title": "Logical Observation Identifiers, Names and Codes (LOINC)",
        "status": "active",
        "publisher": "Regenstrief Institute, Inc.",
        "caseSensitive": False,
        "hierarchyMeaning": "is-a",
        "content": "complete",
        "property": properties,
    }


def _read_hierarchy(release: Release, gathered: _Gathered, progress: Progress) -> None:
    columns = ["CODE", "IMMEDIATE_PARENT"]
    for name in release.find(r"(ComponentHierarchyBySystem|MultiAxialHierarchy)\.csv")[:1]:
        for _, (code, parent) in read_columns(release, name, columns, progress):
            above = gathered.parents.setdefault(code, [])
            if parent and parent not in above:
                above.append(parent)


def _read_parts(release: Release, gathered: _Gathered, progress: Progress) -> None:
    axes = {f"{URL}/property/{axis}": axis for axis in _AXES}
    columns = ["LoincNumber", "PartNumber", "PartName", "Property"]
    for name in release.find(r"LoincPartLink_Primary\.csv"):
        for _, (code, number, text, uri) in read_columns(release, name, columns, progress):
            if (axis := axes.get(uri)) is not None:
                gathered.parts.setdefault(code, {})[axis] = (number, text)


def _read_variants(release: Release, gathered: _Gathered, languages: Sequence[str], progress: Progress) -> None:
    columns = ["LOINC_NUM", *(f"?{axis}" for axis in _AXES), "?LONG_COMMON_NAME", "?LinguisticVariantDisplayName"]
    for name in release.find(r"LinguisticVariants/[a-z]{2}[A-Z]{2}\d*LinguisticVariant\.csv"):
        file = name.rpartition("/")[2]
        language = f"{file[:2]}-{file[2:4]}"
        if not language.lower().startswith(tuple(each.lower() for each in languages)):
            continue
        for _, (code, *axes, long_name, shown) in read_columns(release, name, columns, progress):
            text = shown or long_name or ":".join(axes).rstrip(":")
            if text:
                gathered.variants.setdefault(code, []).append((language, text))


def _rows(release: Release, table: str, gathered: _Gathered, progress: Progress) -> Iterator[Read]:
    columns = ["LOINC_NUM", "LONG_COMMON_NAME", "SHORTNAME", *_AXES, *(f"?{each}" for each in _TEXTS)]
    for group in _groups(release, progress):
        yield _read(0, group, gathered.parents)
    for number, (code, display, short, *rest) in read_columns(release, table, columns, progress):
        concept: Resource = {"code": code}
        if display:
            concept["display"] = display
        designations = [_designation("en", "SHORTNAME", short)] if short else []
        designations += [{"language": lang, "value": text} for lang, text in gathered.variants.get(code, ())]
        if designations:
            concept["designation"] = designations
        concept["property"] = _properties(rest, gathered.parts.get(code, {}))
        yield _read(number, concept, gathered.parents)


def _read(number: int, concept: Resource, parents: Mapping[str, list[str]]) -> Read:
    row = ConceptRow(concept, tuple(parents.get(concept["code"], ())))
    return Read(number, hash(repr(row)), row)


def _groups(release: Release, progress: Progress) -> Iterator[Resource]:
    """Parts, the groups of the hierarchy that are not among them, and answers."""
    seen: set[str] = set()
    for name in release.find(r"Part\.csv"):
        columns = ["PartNumber", "PartName", "?PartDisplayName", "?Status"]
        for _, (code, text, shown, status) in read_columns(release, name, columns, progress):
            seen.add(code)
            yield _named(code, shown or text, status)
    for name in release.find(r"(ComponentHierarchyBySystem|MultiAxialHierarchy)\.csv")[:1]:
        for _, (code, text) in read_columns(release, name, ["CODE", "CODE_TEXT"], progress):
            if code.startswith("LP") and code not in seen:
                seen.add(code)
                yield _named(code, text)
    for name in release.find(r"AnswerList\.csv"):
        columns = ["AnswerListId", "AnswerListName", "AnswerStringId", "DisplayText"]
        for _, (list_id, list_name, code, text) in read_columns(release, name, columns, progress):
            for each, label in ((list_id, list_name), (code, text)):
                if each and each not in seen:
                    seen.add(each)
                    yield _named(each, label)


def _named(code: str, text: str, status: str = "") -> Resource:
    concept: Resource = {"code": code, "display": text} if text else {"code": code}
    return {**concept, "property": _status(status)} if status else concept


def _status(status: str) -> list[Resource]:
    found: list[Resource] = [{"code": "STATUS", "valueString": status}]
    return [*found, {"code": "inactive", "valueBoolean": True}] if status in ("DEPRECATED", "INACTIVE") else found


def _properties(cells: Sequence[str], parts: Mapping[str, tuple[str, str]]) -> list[Resource]:
    found: list[Resource] = []
    for axis, text in zip(_AXES, cells, strict=False):
        if axis in parts:
            number, name = parts[axis]
            found.append({"code": axis, "valueCoding": {"system": URL, "code": number, "display": name}})
        elif text:
            found.append({"code": axis, "valueString": text})
    for name, text in zip(_TEXTS, cells[len(_AXES) :], strict=True):
        if text:
            found += _status(text) if name == "STATUS" else [{"code": name, "valueString": text}]
    return found


def _designation(language: str, use: str, text: str) -> Resource:
    return {"language": language, "use": {"system": URL, "code": use}, "value": text}
