"""Reads the rows of a table, whatever file it stands in, as concepts of a code system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

from fhir_kernel.resource import Resource
from terminology.importers.checks import Read, checked, stripped
from terminology.importers.headings import INACTIVE, STATUSES
from terminology.importers.imported import Findings, Import, ImportFinding, ImportRefused, Severity
from terminology.importers.layout import Layout, Row, find_layout
from terminology.importers.levels import parent_by_levels
from terminology.importers.mapping import DesignationColumn, PropertyColumn, TableMapping
from terminology.importers.table_header import table_header
from terminology.importers.values import CONVERSIONS
from terminology.tables.index_build import ConceptRow

PINYIN = "zh-Latn-pinyin"
"""The language of initials (https://www.iana.org/assignments/language-subtag-registry)."""


class TableSource(Protocol):
    """A table that can be read from its beginning more than once."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def rows(self, findings: Findings) -> Iterator[Row]:
        """The rows from the first on; what is wrong with them is added to `findings`."""


def import_table(source: TableSource, mapping: TableMapping, content: str) -> Import:
    """The code system in a table; `content` names what it was made from. Raises ImportRefused."""
    if mapping.url is None or mapping.version is None:
        missing = " and ".join(key for key in ("url", "version") if getattr(mapping, key) is None)
        raise ImportRefused(f"{source.name}: found no {missing}; expected it in the mapping file or as an option")
    findings = Findings()
    layout = find_layout(source.rows(Findings()), mapping, source.name)
    read = _read(source, layout, mapping, findings)
    return Import(
        table_header(mapping, layout, content),
        checked(read, findings, case_sensitive=mapping.case_sensitive),
        findings,
    )


def _read(source: TableSource, layout: Layout, mapping: TableMapping, findings: Findings) -> Iterator[Read]:
    concept_of = _concept_reader(layout, mapping, findings)
    parents_of = _parents_reader(source, layout, mapping)
    width, place = layout.width, layout.code
    for line, cells in source.rows(findings):
        if line < layout.first_row:
            continue
        if len(cells) != width and width:
            if not any(cells):
                continue
            cells = _fitted(cells, line, width, findings)
        elif place >= len(cells) or (not cells[place] and not any(cells)):
            continue
        code = cells[place]
        if code[:1].isspace() or code[-1:].isspace():
            code = stripped(code, line, findings)
        parents = parents_of(code, cells) if code else ()
        yield Read(line, hash(tuple(cells)), ConceptRow(concept_of(code, cells, line), parents))


def _fitted(cells: Sequence[str], line: int, width: int, findings: Findings) -> Sequence[str]:
    if any(cells[width:]) or len(cells) < width - 1:
        found, expected = f"{len(cells)} cells", f"{width}, as there are headings"
        findings.add(ImportFinding("cell-count", Severity.WARNING, found, expected, line))
    return [*cells[:width], *[""] * (width - len(cells))]


def _concept_reader(
    layout: Layout, mapping: TableMapping, findings: Findings
) -> Callable[[str, Sequence[str], int], Resource]:
    display_at, definition_at = layout.display, layout.definition
    default_display, default_definition = mapping.defaults.get("display", ""), mapping.defaults.get("definition", "")
    designations = [(place, _designation(column)) for place, column in layout.designations]
    initials = _initials() if mapping.pinyin else None
    properties = _property_reader(layout, mapping, findings)

    def read(code: str, cells: Sequence[str], line: int) -> Resource:
        concept: Resource = {"code": code}
        display = (cells[display_at].strip() if display_at is not None else "") or default_display
        if display:
            concept["display"] = display
        definition = (cells[definition_at].strip() if definition_at is not None else "") or default_definition
        if definition:
            concept["definition"] = definition
        if designations or initials:
            named = [{**fixed, "value": text} for place, fixed in designations if (text := cells[place].strip())]
            if initials is not None and (letters := initials(display)):
                named.append({"language": PINYIN, "value": letters})
            if named:
                concept["designation"] = named
        if properties is not None and (values := properties(cells, line)):
            concept["property"] = values
        return concept

    return read


def _initials() -> Callable[[str], str]:
    from terminology.importers.pinyin import read_initials  # its dictionaries take a while to load

    return read_initials()


def _designation(column: DesignationColumn) -> Resource:
    fixed: Resource = {"language": column.language} if column.language else {}
    if column.use:
        system, _, code = column.use.rpartition("#")
        fixed["use"] = {"system": system, "code": code} if system else {"code": code}
    return fixed


def _property_reader(
    layout: Layout, mapping: TableMapping, findings: Findings
) -> Callable[[Sequence[str], int], list[Resource]] | None:
    status_at, default_status = layout.status, mapping.defaults.get("status", "")
    columns = [(place, column, *CONVERSIONS[column.type]) for place, column in layout.properties]
    if not columns and status_at is None and not default_status:
        return None
    inactive = INACTIVE.union(each.casefold() for each in mapping.inactive)

    def read(cells: Sequence[str], line: int) -> list[Resource]:
        status = (cells[status_at].strip() if status_at is not None else "") or default_status
        values = _status(status, inactive) if status else []
        for place, column, element, convert, expected in columns:
            text = cells[place].strip() or column.default
            if text:
                try:
                    values.append({"code": column.code, element: convert(text)})
                except ValueError:
                    findings.add(_wrong_value(text, expected, line, column))
        return values

    return read


def _status(text: str, inactive: frozenset[str]) -> list[Resource]:
    word = text.casefold()
    if word not in inactive:
        return [{"code": "status", "valueCode": STATUSES.get(word, text)}]
    status: dict[str, Any] = {"code": "status", "valueCode": STATUSES.get(word, "retired")}
    return [status, {"code": "inactive", "valueBoolean": True}]


def _wrong_value(text: str, expected: str, line: int, column: PropertyColumn) -> ImportFinding:
    return ImportFinding("wrong-value", Severity.ERROR, repr(text), expected, line, f"property {column.code}")


def _parents_reader(
    source: TableSource, layout: Layout, mapping: TableMapping
) -> Callable[[str, Sequence[str]], tuple[str, ...]]:
    place, separator, default = layout.parent, mapping.parent_separator, mapping.defaults.get("parent", "")
    if place is None and mapping.code_levels:
        codes = frozenset(_codes(source.rows(Findings()), layout))
        by_levels = parent_by_levels(codes, mapping.code_levels, mapping.code_padding)
        return lambda code, _: by_levels(code)
    if place is None:
        return lambda code, _: (default,) if default and code != default else ()

    def read(code: str, cells: Sequence[str]) -> tuple[str, ...]:
        text = cells[place] or default
        if not text:
            return ()
        if separator not in text:
            return (text.strip(),) if text.strip() else ()
        return tuple(dict.fromkeys(each for part in text.split(separator) if (each := part.strip())))

    return read


def _codes(rows: Iterable[Row], layout: Layout) -> Iterator[str]:
    for line, cells in rows:
        if line >= layout.first_row and layout.code < len(cells):
            yield cells[layout.code].strip()
