from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

import terminology.code_tables
from terminology.code_tables import canonical_of
from terminology.code_tables.table import rows, tables

FOLDER = Path(terminology.code_tables.__file__).parent
OWN = [table for table in tables() if not table.system]


@pytest.fixture(params=OWN, ids=lambda table: table.id)
def table(request):
    return request.param


def _has_full_width_alphanumeric(text: str) -> bool:
    """Whether a digit or letter is written as wide as a Chinese character, as a typist's slip."""
    return any(each.isalnum() and unicodedata.east_asian_width(each) == "F" for each in text)


def test_no_code_stands_twice(table):
    codes = [row.code for row in rows(table)]
    assert codes
    assert len(codes) == len(set(codes))


def test_every_code_has_a_chinese_and_an_english_display(table):
    assert not [row.code for row in rows(table) if not row.display or not row.display_en]


def test_no_text_has_blanks_around_it_or_full_width_letters_and_digits(table):
    texts = [text for row in rows(table) for text in (row.code, row.display, row.display_en, row.parent)]
    assert not [text for text in texts if text != text.strip() or _has_full_width_alphanumeric(text)]


def test_codes_are_of_plain_digits(table):
    assert not [row.code for row in rows(table) if not re.fullmatch(r"[0-9]+", row.code)]


def test_the_code_above_stands_earlier_in_the_table(table):
    seen = {""}
    for row in rows(table):
        assert row.parent in seen
        seen.add(row.code)


def test_every_file_begins_with_the_standard_and_with_where_the_codes_were_seen(table):
    first, second, third = (FOLDER / f"{table.id}.csv").read_text(encoding="utf-8").splitlines()[:3]
    assert first.startswith(f"# source: {table.standard.partition(' CV')[0]} ")
    assert second.startswith("# seen in: ")
    assert third.startswith("code,display,display_en,parent")


def test_every_file_is_listed():
    written = {path.stem for path in FOLDER.glob("cn-*.csv")}
    assert written == {table.id for table in OWN}


def test_no_two_tables_share_a_name_an_oid_or_a_canonical():
    for values in ([t.id for t in tables()], [t.oid for t in tables()], [t.canonical for t in tables()]):
        assert len(values) == len(set(values))


def test_what_is_said_of_a_table_is_well_formed():
    for table in tables():
        assert re.fullmatch(r"2\.16\.156\.10011\.2\.3\.[13]\.[0-9]+", table.oid)
        assert re.fullmatch(r"[0-9]{4}", table.version)
        assert table.version in table.standard
        assert re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?", table.in_force)
        assert table.content in (("",) if table.system else ("complete", "fragment"))
        assert table.title
        assert table.title_en


def test_an_oid_leads_to_the_canonical_of_its_table():
    assert canonical_of("urn:oid:2.16.156.10011.2.3.3.4") == "https://plumbline.dev/fhir/CodeSystem/cn-sex"
    assert canonical_of("urn:oid:2.16.156.10011.2.3.3.1") == "urn:iso:std:iso:3166"


@pytest.mark.parametrize("system", ["", "urn:oid:1.2.3", "2.16.156.10011.2.3.3.4", "http://example.org/cs"])
def test_other_systems_lead_nowhere(system):
    assert canonical_of(system) is None


def test_the_page_on_the_tables_lists_each():
    page = (Path(__file__).parents[3] / "docs" / "code-tables.md").read_text(encoding="utf-8")
    for table in tables():
        oid = table.oid.removeprefix("2.16.156.10011")
        count = "–" if table.system else len(rows(table))
        assert f"| `{table.id}` | {table.title} | {table.standard} | `{oid}` | {count} |" in page
