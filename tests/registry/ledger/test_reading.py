from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ledger.cells import day_of
from registry.ledger.reading import read_ledger
from registry.ledger.row import ledger_table
from registry.refusal import Refused
from registry.tables.xlsx import as_xlsx
from tests.registry.ledger.world import LOCAL, NEW, OLD

HEADINGS = ("标准编号", "标准名称", "标准类别", "状态", "发布日期", "实施日期", "代替标准")


@pytest.fixture
def write(tmp_path):
    def written(rows, headings=HEADINGS):
        book = openpyxl.Workbook()
        for row in (("标准台账",), headings, *rows):
            book.active.append(row)
        book.save(tmp_path / "ledger.xlsx")
        return tmp_path / "ledger.xlsx"

    return written


def edited(path, edit):
    """The same workbook with another sheet."""
    made = path.with_name("edited.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, edit(content) if "sheet1" in name else content)
    return made


def faults(path):
    return {each.line: [said.en for said in each.faults] for each in read_ledger(path) if each.faults}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_written_is_read_back(tmp_path, language):
    path, rows = tmp_path / "ledger.xlsx", [OLD, NEW, LOCAL, replace(NEW, number="T/CHIA 1-2020", kind="T")]
    path.write_bytes(as_xlsx(ledger_table(rows, language)))
    assert [each.row for each in read_ledger(path)] == rows


def test_cells_are_read_as_people_write_them(write):
    (row,) = read_ledger(
        write(
            [
                (
                    "ｗｓ/t 788 – 2021",
                    "规范",
                    "管理",
                    "现行",
                    datetime(2021, 10, 27),
                    "2022年4月1日",
                    "WS 1-2000；WS 2—2000",
                )
            ]
        )
    )
    assert (row.number, row.row.kind, row.row.replaces) == ("WS/T 788-2021", "WS/T", ("WS 1-2000", "WS 2-2000"))
    assert (row.row.published.isoformat(), row.row.in_force.isoformat()) == ("2021-10-27", "2022-04-01")


def test_each_fault_says_where_it_is_what_was_found_and_what_is_expected(write):
    good = ("WS 1-2020", "甲", "数据", "现行", "2020-01-01", "2020-02-01", "")
    path = write(
        [
            good,
            ("WS 9-2020", "甲", "数据", "现行", "2020-13-01", "2020-01-01", "旧的"),
            ("WS 9", "", "别的", "在用", "", "", ""),
            ("WS 9-2020", "甲", "数据", "现行", "2020-05-01", "2020-04-01", "WS 9-2020"),
            ("WS 8-2020", "甲", "数据", "现行", "", "", ""),
        ]
    )
    told = faults(path)
    assert sorted(told) == [4, 5, 6, 7]
    assert told[4] == [
        "Replaces: found '旧的'; expected a number such as WS/T 788-2021",
        "Published: found '2020-13-01'; expected a day such as 2021-10-27",
    ]
    assert told[5][0].startswith("Status: found '在用'; expected one of being drafted, ")
    assert told[5][1] == "Number: found 'WS 9'; expected a number such as WS/T 788-2021"
    assert told[6] == [
        "Replaces: found 'WS 9-2020'; expected another standard",
        "In force: found '2020-04-01'; expected a day from 2020-05-01 on",
    ]
    assert told[7] == [
        f"{name}: found '-'; expected the day, since it is published" for name in ("Published", "In force")
    ]


def test_kind_and_jurisdiction_have_to_be_those_of_the_number(write):
    headings = (*HEADINGS[:6], "标准代号", "适用地区")
    days = ("数据", "现行", "2020-01-01", "2020-02-01")
    path = write([("WS 9-2020", "甲", *days, "GB", ""), ("DB31/T 9-2020", "甲", *days, "DB31/T", "320000")], headings)
    assert faults(path) == {
        3: ["Kind: found 'GB'; expected WS, as the number says"],
        4: ["Jurisdiction: found '320000'; expected a division of 31, as the number says"],
    }
    (row,) = read_ledger(write([("DB3101/T 9-2020", "甲", *days, "", "")], headings))
    assert row.row.jurisdiction == "310100"


def test_what_is_being_drafted_is_told_apart_whatever_else_its_row_says(write):
    (row,) = read_ledger(write([("", "甲", "", "制订中", "", "", "")]))
    assert (row.is_unpublished, row.row, row.faults) == (True, None, ())


def test_headings_that_are_missing_or_stand_twice_are_told(write):
    with pytest.raises(Refused, match="found the headings 标准编号, 状态; expected at least Number, Chinese") as caught:
        read_ledger(write([], ("标准编号", "状态")))
    assert caught.value.where == "row 2"
    with pytest.raises(Refused, match="each once"):
        read_ledger(write([], ("标准编号", *HEADINGS)))
    with pytest.raises(Refused, match="found the headings -"):
        read_ledger(write([], ()))


def test_what_is_no_workbook_is_refused(tmp_path):
    text, bomb = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    text.write_text("no")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (300 << 20))
    for path in (text, bomb):
        with pytest.raises(Refused, match="no table can be read"):
            read_ledger(path)


def test_a_row_far_down_is_refused_and_not_waited_for(write):
    path = write([("WS 9-2020", "甲", "数据", "制订中")])
    far = edited(path, lambda text: re.sub(rb'r="([A-Z]?)3"', rb'r="\g<1>2000000000"', text))
    with pytest.raises(Refused, match="more than 20000 rows") as caught:
        read_ledger(far)
    assert caught.value.kind == "too-large"


@pytest.mark.parametrize("said", [b"A1:B2", b"A1:XFD1048576"])
def test_no_row_is_lost_where_the_sheet_lies_about_its_size(write, said):
    days = ("甲", "数据", "现行", "2020-01-01", "2020-02-01", "")
    path = write([(f"WS {n}-2020", *days) for n in range(1, 200)])
    lying = edited(path, lambda text: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="' + said + b'"', text))
    assert [each.number for each in read_ledger(lying)] == [f"WS {n}-2020" for n in range(1, 200)]


@given(st.dates())
def test_a_day_is_read_in_each_way_of_writing(day):
    year = f"{day.year:04}"
    for text in (
        day.isoformat(),
        f"{year}/{day.month}/{day.day}",
        f"{year}.{day.month}.{day.day}",
        f"{year}年{day.month}月{day.day}日",
    ):
        assert day_of(text) == day
