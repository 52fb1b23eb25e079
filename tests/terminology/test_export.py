"""Exports import as what they were exported from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.packages.documents import parse_json
from fhir_kernel.resource import Resource
from terminology.diff import parent_codes
from terminology.export import code_system_json
from terminology.export_csv import write_csv
from terminology.importers.csv_source import CsvSource
from terminology.importers.fhir import import_resource
from terminology.importers.imported import Import
from terminology.importers.mapping import parse_mapping
from terminology.importers.tabular import import_table
from terminology.tables.index_build import ConceptRow, build_index
from terminology.tables.installed import InstalledTables
from terminology.tables.table import Table

HEADER: Resource = {
    "resourceType": "CodeSystem",
    "url": "https://example.org/CodeSystem/t",
    "version": "1",
    "title": '表 \\ "t"',
    "status": "active",
    "caseSensitive": True,
    "hierarchyMeaning": "is-a",
    "content": "complete",
    "property": [
        {"code": "parent", "uri": "http://hl7.org/fhir/concept-properties#parent", "type": "code"},
        {"code": "size", "description": "how\nlarge", "type": "decimal"},
        {"code": "kind", "uri": "urn:k", "type": "Coding"},
        {"code": "leaf", "type": "boolean"},
    ],
}
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n"), min_size=1, max_size=8)
TRIMMED = TEXTS.map(str.strip).filter(bool)
CODINGS = st.builds(lambda system, code: {"system": system, "code": code}, st.just("urn:s"), st.sampled_from("xy"))


def _properties(size: Any, kind: Any, leaf: Any) -> list[Resource]:
    values = (("size", "valueDecimal", size), ("kind", "valueCoding", kind), ("leaf", "valueBoolean", leaf))
    return [{"code": code, element: value} for code, element, value in values if value is not None]


@st.composite
def tables(draw: st.DrawFn) -> list[ConceptRow]:
    """Rows in any order, of which each has any number of parents."""
    codes = draw(st.lists(TRIMMED, max_size=12, unique=True))
    rows = []
    for number, code in enumerate(codes):
        concept: Resource = {"code": code}
        for name in ("display", "definition"):
            if (text := draw(st.none() | TRIMMED)) is not None:
                concept[name] = text
        names = [(language, draw(st.none() | TRIMMED)) for language in ("en", "zh-Latn-pinyin")]
        if designations := [{"language": language, "value": text} for language, text in names if text is not None]:
            concept["designation"] = designations
        size = draw(st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=2))
        properties = _properties(size, draw(st.none() | CODINGS), draw(st.none() | st.booleans()))
        if properties:
            concept["property"] = properties
        parents = draw(st.lists(st.sampled_from(codes[:number]), max_size=3, unique=True)) if number else []
        rows.append(ConceptRow(concept, tuple(parents)))
    return draw(st.permutations(rows))


def built(header: Resource, rows: Sequence[ConceptRow], folder: str) -> Table:
    build_index(header, rows, Path(folder))
    return InstalledTables(Path(folder)).open(header["url"], header["version"])


def content(table: Table) -> list[tuple[Resource, list[str]]]:
    return [(table.concept(each), parent_codes(table, each)) for each in range(len(table))]


def by_code(table: Table) -> dict[str, tuple[Resource, list[str]]]:
    return {row["code"]: (row, parents) for row, parents in content(table)}


def described(header: Resource) -> Resource:
    return {key: value for key, value in header.items() if key not in ("meta", "count")}


def reimported(imported: Import, folder: str) -> Table:
    return built(imported.header, list(imported.rows), folder)


@given(tables(), st.booleans())
def test_json_and_back_is_the_same_table(rows, nested):
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        table = built(HEADER, rows, one)
        resource = parse_json(b"".join(code_system_json(table, nested=nested)))
        again = reimported(import_resource(resource), two)
        assert resource["count"] == len(table)
        assert described(again.header) == described(table.header)
        if nested:
            assert content(again) == content(table)
        else:
            assert by_code(again) == by_code(table)


@given(tables())
def test_csv_and_back_is_the_same_table(rows):
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        table = built(HEADER, rows, one)
        path = Path(two) / "t.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            written = write_csv(table, file)
        mapping = parse_mapping(written.mapping.encode(), "t.toml")
        again = reimported(import_table(CsvSource(path, mapping.encoding, mapping.separator), mapping, ""), two)
        assert not written.lost
        assert content(again) == content(table)
        assert {each: again.header.get(each) for each in ("url", "version", "title", "status")} == {
            each: HEADER[each] for each in ("url", "version", "title", "status")
        }


@pytest.fixture
def table(tmp_path: Path) -> Table:
    rows = [
        ConceptRow({"code": "a", "display": "A"}),
        ConceptRow({"code": "b", "display": "B"}),
        ConceptRow({"code": "c", "display": "C", "extension": [{"url": "u", "valueCode": "x"}]}, ("a", "b")),
    ]
    return built({**HEADER, "meta": {"source": "ni:///sha-256;x", "tag": [{"code": "t"}]}}, rows, str(tmp_path))


def test_a_concept_stands_in_its_first_parent_and_names_the_others(table):
    resource = json.loads(b"".join(code_system_json(table)))
    (child,) = resource["concept"][0]["concept"]
    assert child["property"] == [{"code": "parent", "valueCode": "b"}]


def test_what_a_table_was_imported_from_is_not_exported(table):
    assert json.loads(b"".join(code_system_json(table)))["meta"] == {"tag": [{"code": "t"}]}


def test_what_csv_cannot_hold_is_counted(table, tmp_path):
    with (tmp_path / "t.csv").open("w", newline="") as file:
        assert write_csv(table, file).lost == {"extension": 1}


def test_a_deep_hierarchy_is_written_flat(tmp_path):
    rows = [ConceptRow({"code": str(n)}, (str(n - 1),) if n else ()) for n in range(300)]
    resource = json.loads(b"".join(code_system_json(built(HEADER, rows, str(tmp_path)))))
    assert len(resource["concept"]) == 300
