"""SNOMED CT's Release Format 2, the snapshot (https://confluence.ihtsdotools.org/display/DOCRELFMT).

Concepts with their names, is-a parents, attributes and status; as https://hl7.org/fhir/R4/snomedct.html shows them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern

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

URL = "http://snomed.info/sct"
_IS_A, _FSN, _PREFERRED = "116680003", "900000000000003001", "900000000000548007"
_DEFINED, _STATED = "900000000000073002", "900000000000010007"
_CORE_MODULE = "900000000000207008"
_CONCEPT = r"(Snapshot/Terminology/)?sct2_Concept_Snapshot_.*\.txt"
_NOTES = (
    "Reference sets other than those of languages, stated relationships, concrete values and text definitions "
    "are left out.",
)


@dataclass(slots=True)
class _Gathered:
    """What the other files say, by concept; only what is active."""

    names: dict[str, list[tuple[str, str, str, str]]] = field(default_factory=dict)
    """Identifier, language, type and term."""
    preferred: set[str] = field(default_factory=set)
    """The descriptions that a language reference set prefers."""
    parents: dict[str, list[str]] = field(default_factory=dict)
    attributes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Type and destination."""
    kinds: Counter[str] = field(default_factory=Counter)


def import_rf2(
    path: Path,
    limits: ArchiveLimits,
    *,
    version: str | None = None,
    module: str | None = None,
    language: str = "en",
    progress: Progress = silent,
) -> Import:
    """The snapshot in a folder or zip. `module` is that of the edition, found out where not given; displays are in
    `language`, or English where there are none. Raises ImportRefused, ArchiveError, OSError.
    """
    release = open_release(path, limits)
    concepts = release.find(_CONCEPT)
    if not concepts:
        raise ImportRefused(f"{path.name}: found no sct2_Concept_Snapshot file; expected the snapshot of a release")
    edition = version or _edition(release, concepts, module, progress)
    gathered = _Gathered()
    _read_names(release, gathered, progress)
    _read_relationships(release, gathered, progress)
    findings = Findings()
    header = _header(edition, source_name([path], version, module, language), language, gathered)
    rows = _rows(release, concepts, gathered, language, progress)
    return Import(header, checked(rows, findings), findings, _NOTES)


def is_rf2(release: Release) -> bool:
    """Whether a folder or zip is a release of SNOMED CT with a snapshot."""
    return bool(release.find(_CONCEPT))


def _edition(release: Release, concepts: tuple[str, ...], module: str | None, progress: Progress) -> str:
    columns = ["effectiveTime"]
    times = (c[0] for name in concepts for _, c in read_columns(release, name, columns, progress, tabs=True))
    time = max(times, default="")
    if not time.isdecimal():
        raise ImportRefused(f"{release.path.name}: found no effectiveTime; expected concepts with one")
    return f"{URL}/{module or _top_module(release, progress)}/version/{time}"


def _top_module(release: Release, progress: Progress) -> str:
    """The module on which no other depends; the core where that is not just one."""
    sources: set[str] = set()
    targets: set[str] = set()
    columns = ["active", "moduleId", "referencedComponentId"]
    for name in release.find(r"der2_ssRefset_ModuleDependencySnapshot.*\.txt"):
        for _, (active, source, target) in read_columns(release, name, columns, progress, tabs=True):
            if active == "1":
                sources.add(source)
                targets.add(target)
    top = sources - targets
    return top.pop() if len(top) == 1 else _CORE_MODULE


def _header(version: str, source: str, language: str, gathered: _Gathered) -> Resource:
    declared = [standard_property("parent", "code"), standard_property("inactive", "boolean")]
    declared += [
        {"code": code, "uri": f"{URL}#{code}" if code.isdecimal() else f"http://snomed.info/field/{code}", "type": kind}
        for code, kind in (("sufficientlyDefined", "boolean"), ("moduleId", "code"), ("effectiveTime", "string"))
    ]
    declared += [{"code": kind, "uri": f"http://snomed.info/id/{kind}", "type": "code"} for kind in gathered.kinds]
    return {
        "resourceType": "CodeSystem",
        "meta": {"source": source},
        "language": language,
        "url": URL,
        "version": version,
        "name": "SNOMED_CT",
        "title": "SNOMED CT",
        "status": "active",
        "publisher": "SNOMED International",
        "caseSensitive": True,
        "hierarchyMeaning": "is-a",
        "content": "complete",
        "property": declared,
    }


def _read_names(release: Release, gathered: _Gathered, progress: Progress) -> None:
    columns = ["active", "referencedComponentId", "acceptabilityId"]
    for name in release.find(r"der2_cRefset_LanguageSnapshot.*\.txt"):
        for _, (active, description, acceptability) in read_columns(release, name, columns, progress, tabs=True):
            if active == "1" and acceptability == _PREFERRED:
                gathered.preferred.add(description)
    columns = ["id", "active", "conceptId", "languageCode", "typeId", "term"]
    for name in release.find(r"sct2_Description_Snapshot.*\.txt"):
        for _, (id_, active, concept, lang, kind, term) in read_columns(release, name, columns, progress, tabs=True):
            if active == "1":
                gathered.names.setdefault(concept, []).append((id_, intern(lang), intern(kind), term))


def _read_relationships(release: Release, gathered: _Gathered, progress: Progress) -> None:
    columns = ["active", "sourceId", "destinationId", "typeId", "characteristicTypeId"]
    for name in release.find(r"sct2_Relationship_Snapshot.*\.txt"):
        for _, (active, source, target, kind, how) in read_columns(release, name, columns, progress, tabs=True):
            if active != "1" or how == _STATED:
                continue
            if kind == _IS_A:
                gathered.parents.setdefault(source, []).append(intern(target))
            else:
                gathered.attributes.setdefault(source, []).append((intern(kind), intern(target)))
                gathered.kinds[intern(kind)] += 1


def _rows(
    release: Release, concepts: tuple[str, ...], gathered: _Gathered, language: str, progress: Progress
) -> Iterator[Read]:
    columns = ["id", "effectiveTime", "active", "moduleId", "definitionStatusId"]
    for name in concepts:
        for number, (code, *status) in read_columns(release, name, columns, progress, tabs=True):
            concept: Resource = {"code": code, **_names(code, gathered, language)}
            concept["property"] = _properties(status, gathered.attributes.get(code, []))
            row = ConceptRow(concept, tuple(dict.fromkeys(gathered.parents.get(code, ()))))
            yield Read(number, hash(repr(row)), row)


def _properties(status: list[str], attributes: list[tuple[str, str]]) -> list[Resource]:
    time, active, module, definition = status
    found: list[Resource] = [{"code": "inactive", "valueBoolean": True}] if active != "1" else []
    found.append({"code": "sufficientlyDefined", "valueBoolean": definition == _DEFINED})
    found.append({"code": "moduleId", "valueCode": intern(module)})
    found.append({"code": "effectiveTime", "valueString": intern(time)})
    return found + [{"code": kind, "valueCode": target} for kind, target in dict.fromkeys(attributes)]


def _names(code: str, gathered: _Gathered, language: str) -> Resource:
    names = gathered.names.get(code, [])
    ranked = sorted(names, key=lambda each: _rank(each, gathered.preferred, language))
    if not ranked:
        return {}
    return {"display": ranked[0][3], "designation": [_designation(each) for each in names]}


def _rank(name: tuple[str, str, str, str], preferred: set[str], language: str) -> tuple[bool, bool, bool]:
    id_, lang, kind, _ = name
    return lang != language, id_ not in preferred, kind == _FSN


def _designation(name: tuple[str, str, str, str]) -> Resource:
    _, language, kind, term = name
    return {"language": language, "use": {"system": URL, "code": kind}, "value": term}
