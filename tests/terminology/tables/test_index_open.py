"""A table in a file answers as one in memory does, or says that it is damaged."""

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_kernel.errors import DamagedTable
from fhir_kernel.resource import Resource
from terminology.tables.index_open import IndexedTable, open_index
from terminology.tables.memory import MemoryTable
from terminology.tables.table import Table
from terminology.tables.text import fold, texts_of
from tests.terminology.tables.resources import CODE_SYSTEMS, CODES, TEXTS, indexed

PROPERTIES = ("inactive", "status", "notSelectable", "abstract", "parent", "child", "kind", "off", "none")


def told(table: Table) -> dict[str, Any]:
    """Everything that a table says."""
    positions = range(len(table))
    hierarchy = table.hierarchy
    return {
        "header": table.header,
        "codes": [table.code(each) for each in positions],
        "displays": [table.display(each) for each in positions],
        "concepts": [table.concept(each) for each in positions],
        "positions": {code: table.position(code) for code in (*CODES, "", "\ud800")},
        "ignoring case": {code: table.position_ignoring_case(code) for code in (*CODES, "SS", "X Y", "é", "\ud800")},
        "inactive": list(table.inactive),
        "abstract": list(table.abstract),
        "roots": hierarchy.roots(),
        "parents": [hierarchy.parents(each) for each in positions],
        "children": [hierarchy.children(each) for each in positions],
        "below": [list(hierarchy.descendants(each)) for each in positions],
        "above": [list(hierarchy.ancestors(each)) for each in positions],
        "leaves": [hierarchy.is_leaf(each) for each in positions],
        "subsumes": [hierarchy.subsumes(one, other) for one in positions for other in positions],
        "properties": {name: _values(table, name) for name in PROPERTIES},
    }


def _values(table: Table, name: str) -> dict[str, list[int]]:
    return {value: list(runs) for value, runs in table.property_values(name).items()}


def found(table: Table, text: str) -> list[int]:
    """As a search must answer."""
    words = fold(text).split()
    texts = [[fold(each) for each in texts_of(table.concept(at))] for at in range(len(table))]
    return [at for at, each in enumerate(texts) if not words or any(all(w in text for w in words) for text in each)]


@settings(deadline=None, max_examples=60)
@given(CODE_SYSTEMS, st.lists(TEXTS, max_size=6))
def test_it_agrees_with_the_same_table_in_memory(resource: Resource, searches: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        in_file, in_memory = indexed(resource, Path(folder)), MemoryTable.of(resource)
        assert told(in_file) == told(in_memory)
        for text in (*searches, "", "肝", "肝炎", "a b", "\ud800", "\ud800a"):
            assert list(in_file.search(text)) == list(in_memory.search(text)) == found(in_memory, text)


SAMPLE: Resource = {
    "resourceType": "CodeSystem",
    "url": "http://example.org/codes",
    "version": "2.1",
    "concept": [
        {
            "code": "A",
            "display": "慢性肝炎 chronic hepatitis",
            "concept": [{"code": f"A{i}", "display": f"{i}型肝炎", "concept": [{"code": f"A{i}x"}]} for i in range(8)],
            "property": [{"code": "notSelectable", "valueBoolean": True}],
        },
        {
            "code": "B",
            "property": [{"code": "parent", "valueCode": "A3x"}, {"code": "parent", "valueCode": "A1"},
                         {"code": "inactive", "valueBoolean": True}, {"code": "kind", "valueString": "k"}],
        },
    ],
}  # fmt: skip


def everything(table: IndexedTable) -> object:
    return told(table), [list(table.search(text)) for text in ("肝", "肝炎", "慢性肝", "hepatitis chronic")]


def test_it_says_what_it_is_when_it_is_opened(tmp_path: Path) -> None:
    table = indexed(SAMPLE | {"meta": {"source": "ni:///sha-256;x"}}, tmp_path)
    assert (table.url, table.version, len(table)) == ("http://example.org/codes", "2.1", 18)
    assert table.description["source"] == "ni:///sha-256;x"
    table.verify()


def test_the_digits_of_decimals_are_kept(tmp_path: Path) -> None:
    weight = {"code": "weight", "valueDecimal": Decimal("1.10")}
    table = indexed({"url": "http://u", "concept": [{"code": "a", "property": [weight]}, {"code": "b"}]}, tmp_path)
    assert str(table.concept(0)["property"][0]["valueDecimal"]) == "1.10"
    assert list(table.property_values("weight")) == ["1.10"]


@pytest.mark.parametrize("position", [-1, 18])
def test_a_position_that_does_not_exist_is_refused(position: int, tmp_path: Path) -> None:
    table = indexed(SAMPLE, tmp_path)
    for read in (table.code, table.concept):
        with pytest.raises(IndexError):
            read(position)


def test_a_change_in_any_section_is_noticed_by_who_reads_it(tmp_path: Path) -> None:
    table = indexed(SAMPLE, tmp_path)
    whole = table.path.read_bytes()
    sections = [each for each in table.description["sections"] if each[2]]
    assert len(sections) > 20
    for _name, start, length, _ in sections:
        for at in {start, start + length // 2, start + length - 1}:
            content = bytearray(whole)
            content[at] ^= 0x10
            table.path.write_bytes(content)
            with pytest.raises(DamagedTable):
                everything(open_index(table.path))
            with pytest.raises(DamagedTable):
                open_index(table.path, verify=True)


def test_a_change_in_head_or_directory_is_noticed_at_once(tmp_path: Path) -> None:
    table = indexed(SAMPLE, tmp_path)
    whole = table.path.read_bytes()
    last = max(start + length for _, start, length, _ in table.description["sections"])
    for at in (*range(44), *range(last, len(whole), 7)):
        content = bytearray(whole)
        content[at] ^= 0x10
        table.path.write_bytes(content)
        with pytest.raises(DamagedTable, match=r"\.table: .*; import the table again"):
            open_index(table.path)


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.3, 0.9999])
def test_a_file_cut_short_is_noticed_at_once(kept: float, tmp_path: Path) -> None:
    path = indexed(SAMPLE, tmp_path).path
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with pytest.raises(DamagedTable):
        open_index(path)


def test_a_file_with_more_behind_it_is_noticed_at_once(tmp_path: Path) -> None:
    path = indexed(SAMPLE, tmp_path).path
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(DamagedTable, match="bytes of"):
        open_index(path)
