"""Tables in CSV and Excel, with and without a mapping."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fhir_kernel.errors import ArchiveError
from terminology.importers.csv_source import CsvSource
from terminology.importers.imported import Findings, Import, ImportRefused, Severity
from terminology.importers.mapping import TableMapping, overridden, parse_mapping, presets
from terminology.importers.tabular import PINYIN, import_table
from terminology.importers.xlsx_source import XlsxSource

URL = "https://example.org/CodeSystem/t"


def mapping(text: str = "") -> TableMapping:
    return parse_mapping(f'url = "{URL}"\nversion = "1"\n{text}'.encode(), "mapping.toml")


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Import]:
    def write(content: str | bytes, said: str = "") -> Import:
        path = tmp_path / "t.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        known = mapping(said)
        return import_table(CsvSource(path, known.encoding, known.separator), known, "ni:///sha-256;x")

    return write


def kinds(imported: Import) -> list[str]:
    list(imported.rows)
    return [each.kind for each in imported.findings]


def concepts(imported: Import) -> list[Any]:
    return [row.concept for row in imported.rows]


def test_usual_chinese_headings_are_recognised(table):
    imported = table("代码,名称,说明,上级代码\n1,男,,\n11,男童,未满 14 岁,1\n")
    one, two = imported.rows
    assert one.concept == {"code": "1", "display": "男"}
    assert two.concept == {"code": "11", "display": "男童", "definition": "未满 14 岁"}
    assert (one.parents, two.parents) == ((), ("1",))


def test_the_header_is_a_complete_code_system_without_concepts(table):
    header = table("code,display\n1,x\n", 'title = "T"\noid = "1.2.3"\nlanguage = "zh-CN"').header
    assert header["resourceType"] == "CodeSystem"
    assert header["content"] == "complete"
    assert header["language"] == "zh-CN"
    assert header["identifier"] == [{"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"}]
    assert "concept" not in header


def test_headings_may_stand_below_a_title(table):
    assert concepts(table("表 1 性别代码,,\n代码,名称,备注\n1,男,\n"))[0]["display"] == "男"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found(table, separator):
    lines = [("code", "display"), ("1", '"a,;\tb"')]
    imported = table("\n".join(separator.join(line) for line in lines))
    assert concepts(imported) == [{"code": "1", "display": "a,;\tb"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_the_encoding_is_found(table, encoding):
    imported = table("编码,名称\n1,慢性支气管炎\n2,联通\n".encode(encoding))
    assert concepts(imported)[0]["display"] == "慢性支气管炎"
    assert not imported.findings


def test_lines_in_another_encoding_are_errors_at_their_line(table):
    content = "编码,名称\n1,慢性支气管炎\n2,肺炎\n".encode() + "3,高血压\n".encode("gb18030")
    imported = table(content)
    assert kinds(imported) == ["mixed-encodings"]
    assert next(iter(imported.findings)).row == 4


def test_bytes_in_no_known_encoding_are_refused_with_their_line(table):
    with pytest.raises(ImportRefused, match="line 2"):
        table(b"code,display\n1,\xff\xff\n")


def test_a_wrong_encoding_is_refused(table):
    with pytest.raises(ImportRefused, match="gb18030"):
        table("代码,名称\n1,a\n", 'encoding = "klingon"')


def test_designations_and_properties_come_from_their_columns(table):
    said = """
    [columns]
    code = "c"
    display = ["no such", "d"]
    [[designations]]
    column = "en"
    language = "en"
    use = "http://snomed.info/sct#900000000000013009"
    [[properties]]
    column = "n"
    code = "order"
    type = "integer"
    [[properties]]
    column = 5
    code = "leaf"
    type = "boolean"
    """
    imported = table("c,d,en,n,x\n1,甲,A,7,是\n2,乙,,,\n", said)
    one, two = concepts(imported)
    use = {"system": "http://snomed.info/sct", "code": "900000000000013009"}
    assert one["designation"] == [{"language": "en", "use": use, "value": "A"}]
    assert one["property"] == [{"code": "order", "valueInteger": 7}, {"code": "leaf", "valueBoolean": True}]
    assert two == {"code": "2", "display": "乙"}
    assert imported.header["property"] == [{"code": "order", "type": "integer"}, {"code": "leaf", "type": "boolean"}]


def test_a_value_of_the_wrong_type_is_an_error_in_its_row(table):
    said = '[[properties]]\ncolumn = "n"\ncode = "order"\ntype = "integer"'
    imported = table("code,display,n\n1,a,x\n", said)
    list(imported.rows)
    (found,) = imported.findings
    assert (found.kind, found.row, found.severity) == ("wrong-value", 2, Severity.ERROR)


def test_concepts_out_of_use_are_inactive(table):
    one, two = concepts(table("代码,名称,状态\n1,a,启用\n2,b,停用\n"))
    assert one["property"] == [{"code": "status", "valueCode": "active"}]
    assert two["property"] == [{"code": "status", "valueCode": "retired"}, {"code": "inactive", "valueBoolean": True}]


def test_several_parents_are_separated(table):
    assert [row.parents for row in table("code,display,parent\n1,a,\n2,b,\n3,c,1|2\n").rows][2] == ("1", "2")


def test_codes_filled_up_with_zeros_give_the_hierarchy(table):
    imported = table(
        "代码,名称\n110000,北京市\n110101,东城区\n130000,河北省\n130100,石家庄市\n130102,长安区\n",
        'code_levels = [2, 4, 6]\ncode_padding = "0"',
    )
    assert [row.parents for row in imported.rows] == [(), ("110000",), (), ("130000",), ("130100",)]


def test_beginnings_of_codes_give_the_hierarchy(table):
    imported = table("编码,名称\nA00,霍乱\nA00.0,x\nA00.000x001,y\n", "code_levels = [3, 5, 7]")
    assert [row.parents for row in imported.rows] == [(), ("A00",), ("A00.0",)]


def test_pinyin_initials_become_a_designation(table):
    (concept,) = concepts(table("代码,名称\n1,重庆长期血液透析 II 型\n", "pinyin = true"))
    assert concept["designation"] == [{"language": PINYIN, "value": "cqcqxytxiix"}]


def test_a_row_twice_is_a_warning_and_is_read_once(table):
    imported = table("code,display\n1,a\n1,a\n")
    assert concepts(imported) == [{"code": "1", "display": "a"}]
    assert [(each.kind, each.severity, each.row) for each in imported.findings] == [
        ("duplicate-row", Severity.WARNING, 3)
    ]


def test_a_code_with_two_meanings_is_an_error(table):
    imported = table("code,display\n1,a\n1,b\n")
    assert kinds(imported) == ["duplicate-code"]
    assert imported.findings.number(Severity.ERROR) == 1


@pytest.mark.parametrize(
    ("row", "kind", "expected"),
    [
        ("Ａ01,a", "full-width", "'A01'"),
        ("A\u200b1,a", "white-space", "'A1'"),
        ("A 1,a", "white-space", "'A 1'"),
        ("\u3000A1,a", "white-space", "'A1'"),
        (",a", "blank-code", ""),
        ("A1,", "blank-display", ""),
    ],
)
def test_suspicious_cells_are_found(table, row, kind, expected):
    imported = table(f"code,display\n{row.replace('A 1', 'A' + chr(0xA0) + '1')}\n")
    assert kind in kinds(imported)
    assert expected in next(each for each in imported.findings if each.kind == kind).expected


def test_an_unknown_parent_is_an_error(table):
    assert kinds(table("code,display,parent\n1,a,9\n")) == ["unknown-parent"]


def test_a_cycle_is_an_error_in_the_row_that_closes_it(table):
    assert kinds(table("code,display,parent\n1,a,3\n2,b,1\n3,c,2\n4,d,\n")) == ["cycle"]


def test_a_concept_is_not_its_own_parent(table):
    assert kinds(table("code,display,parent\n1,a,1\n")) == ["cycle"]


def test_parents_may_stand_below_their_children(table):
    assert kinds(table("code,display,parent\n2,b,1\n1,a,\n")) == []


@pytest.mark.parametrize(("said", "severity"), [("", Severity.WARNING), ("case_sensitive = false", Severity.ERROR)])
def test_codes_that_differ_in_case_alone_are_found(table, said, severity):
    imported = table("code,display\na1,x\nA1,y\n", said)
    assert kinds(imported) == ["case-duplicate"]
    assert imported.findings.number(severity) == 1


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("colums = 1", "colums: found a key that is not known"),
        ('[columns]\ncode = "nope"', r"columns.code: found the headings 'code', 'display'; expected 'nope'"),
        ('[columns]\ncode = "code"\nparent = "up"', r"columns.parent: found the headings .*; expected 'up'"),
        ("code_levels = [4, 2]", r"code_levels: found \[4, 2\]; expected"),
        ('case_sensitive = "no"', "case_sensitive: found 'no'; expected true or false"),
        ('[[properties]]\ncolumn = "code"', r"properties\[1\]: found no code"),
        ('[[properties]]\ncolumn="code"\ncode="p"\ntype="number"', r"properties\[1\].type: found 'number'"),
        ("[[", "is not TOML"),
    ],
)
def test_a_wrong_mapping_is_refused_naming_the_key(table, said, message):
    with pytest.raises(ImportRefused, match=message):
        table("code,display\n1,a\n", said)


def test_url_and_version_must_be_said(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("code,display\n1,a\n")
    with pytest.raises(ImportRefused, match="url and version"):
        import_table(CsvSource(path), TableMapping(), "")


def test_every_preset_is_a_mapping():
    assert set(presets()) == {"icd10-clinical", "icd9cm3"}


def test_the_preset_for_diagnoses_reads_a_hospital_table(tmp_path):
    path = tmp_path / "icd.csv"
    path.write_text("主要编码,附加编码,疾病名称\nA00,,霍乱\nA00.0,,古典生物型霍乱\nA17.0,G01*,结核性脑膜炎\n")
    preset = presets()["icd10-clinical"]
    imported = import_table(CsvSource(path), _located(preset), "")
    rows = list(imported.rows)
    assert rows[1].parents == ("A00",)
    assert rows[2].concept["property"] == [{"code": "additionalCode", "valueCode": "G01*"}]


def _located(preset: TableMapping) -> TableMapping:
    return overridden(preset, url=URL, version="2.0")


def _workbook(path: Path, rows: list[list[Any]], title: str = "代码") -> Path:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_is_read(tmp_path):
    path = _workbook(
        tmp_path / "t.xlsx", [["表 1"], ["代码", "名称"], ["01", "男"], [2, "女"], [None, None], [3.0, "x"]]
    )
    imported = import_table(XlsxSource(path), mapping(), "")
    assert concepts(imported) == [
        {"code": "01", "display": "男"},
        {"code": "2", "display": "女"},
        {"code": "3", "display": "x"},
    ]


def test_a_sheet_is_chosen_by_name(tmp_path):
    path = _workbook(tmp_path / "t.xlsx", [["代码", "名称"], ["1", "男"]])
    assert len(list(XlsxSource(path, "代码").rows(Findings()))) == 2
    with pytest.raises(ImportRefused, match="found the sheets 代码; expected 'x'"):
        list(XlsxSource(path, "x").rows(Findings()))


def test_what_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"PK no zip")
    with pytest.raises(ArchiveError, match="no zip"):
        list(XlsxSource(path).rows(Findings()))


def test_entities_in_a_workbook_do_not_grow_without_end(tmp_path):
    path, hostile = _workbook(tmp_path / "t.xlsx", [["代码", "名称"], ["1", "男"]]), tmp_path / "hostile.xlsx"
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(hostile, "w") as target:
        for name in source.namelist():
            data = source.read(name).decode()
            if name.endswith("sheet1.xml"):
                declared = f'<!DOCTYPE w [<!ENTITY e0 "{"x" * 100}">{entities}]><worksheet'
                data = data.replace("<worksheet", declared, 1).replace("<t>1</t>", "<t>&e9;</t>", 1)
            target.writestr(name, data)
    with pytest.raises(ImportRefused, match="no workbook"):
        list(XlsxSource(hostile).rows(Findings()))


def _edited(path: Path, edit: Callable[[str], str]) -> Path:
    """The same workbook with another first sheet."""
    hostile = path.with_name("hostile.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(hostile, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, edit(data.decode()) if name.endswith("sheet1.xml") else data)
    return hostile


@pytest.mark.parametrize("said", ["A1", "A1:B1", "B2:B2", "A1:XFD1048576", "A1:A2000000000"])
def test_rows_beyond_the_size_that_a_sheet_says_are_read_and_none_is_made_up(tmp_path, said):
    rows = [["代码", "名称"], *([str(n), f"值 {n}"] for n in range(1, 50))]
    path = _edited(
        _workbook(tmp_path / "t.xlsx", rows),
        lambda text: re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{said}"', text),
    )
    assert [cells for _, cells in XlsxSource(path).rows(Findings())] == rows


def test_the_first_sheet_with_rows_is_taken_whatever_it_says_of_its_size(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.create_sheet("b")
    for row in (["代码", "名称"], ["1", "男"]):
        sheet.append(row)
    book.save(tmp_path / "t.xlsx")
    path = _edited(tmp_path / "t.xlsx", lambda text: re.sub(r'ref="A1:A1"', 'ref="A1:C9"', text))
    assert [cells for _, cells in XlsxSource(path).rows(Findings())] == [["代码", "名称"], ["1", "男"]]


def test_a_row_that_claims_to_be_far_down_is_not_waited_for(tmp_path):
    path = _edited(
        _workbook(tmp_path / "t.xlsx", [["代码", "名称"], ["1", "男"]]),
        lambda text: re.sub(r'r="([A-Z]?)2"', r'r="\g<1>2000000000"', text),
    )
    with pytest.raises(ImportRefused, match="found rows after 1048576"):
        list(XlsxSource(path).rows(Findings()))
