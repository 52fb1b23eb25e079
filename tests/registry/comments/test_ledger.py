from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.comments.ledger import LedgerRow, ledger_in, ledger_table
from registry.comments.ledger_cells import day_of, number_of
from registry.comments.ledger_import import import_ledger
from registry.comments.ledger_reading import read_ledger
from registry.refusal import Refused
from registry.tables.xlsx import as_xlsx

pytestmark = pytest.mark.anyio
ROW = LedgerRow(
    "WS/T 788—2021",
    "=国家卫生信息资源使用管理规范",
    "Specification",
    "WS/T",
    "management",
    "310000",
    "current",
    date(2021, 10, 27),
    date(2022, 4, 1),
    ("WS 1.2—2000", "GB/T 3—1999"),
    "某中心",
)
DRAFT = replace(ROW, number="T/CHIA 7", kind="T/CHIA", status="drafting", published=None, in_force=None, replaces=())


@pytest.fixture
def write(tmp_path):
    def written(rows, headings=("标准编号", "标准名称", "标准类别", "状态", "发布日期", "实施日期", "代替标准")):
        book = openpyxl.Workbook()
        for row in (("标准台账",), headings, *rows):
            book.active.append(row)
        book.save(tmp_path / "ledger.xlsx")
        return tmp_path / "ledger.xlsx"

    return written


async def imported(store, read, *, dry_run=False):
    return await store.commit(lambda work: import_ledger(work, read, dry_run=dry_run))


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_is_written_is_read_back(tmp_path, language):
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(as_xlsx(ledger_table([ROW, DRAFT], language)))
    assert [each.row for each in read_ledger(path)] == [ROW, DRAFT]


async def test_an_import_is_tried_first_and_then_written(store, tmp_path):
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(as_xlsx(ledger_table([ROW, DRAFT])))
    tried = await imported(store, read_ledger(path), dry_run=True)
    assert ([each.what for each in tried.rows], tried.is_written) == (["new", "new"], False)
    assert await ledger_in(store) == ()
    assert (await imported(store, read_ledger(path))).is_written
    assert set(await ledger_in(store)) == {ROW, DRAFT}
    path.write_bytes(as_xlsx(ledger_table([ROW, replace(DRAFT, title_en="Other")])))
    assert [each.what for each in (await imported(store, read_ledger(path))).rows] == ["same", "changed"]


async def test_one_row_that_is_refused_keeps_all_out(store, write):
    good = ("ws/t 788-2021", "规范", "管理", "现行", datetime(2021, 10, 27), "2022年4月1日", "WS 1-2000；WS 2-2000")
    path = write([good, ("WS 9-2020", "甲", "数据", "现行", "2020-13-01", "2020-01-01", "旧的"), good])
    done = await imported(store, read_ledger(path))
    assert [each.what for each in done.rows] == ["new", "refused", "refused"]
    assert not done.is_written
    assert await ledger_in(store) == ()
    assert [each.en for each in done.rows[1].sentences] == [
        "Published: found '2020-13-01'; expected a day such as 2021-10-27",
        "Replaces: found '旧的'; expected a number such as WS/T 788—2021",
    ]
    assert done.rows[2].sentences[0].zh == "标准编号 WS/T 788—2021 已在第 3 行出现"
    assert done.rows[2].line == 5


async def test_days_that_contradict_are_refused(write):
    (row,) = read_ledger(write([("WS 9-2020", "甲", "数据", "现行", "2020-05-01", "2020-04-01", "")]))
    assert [each.column for each in row.faults] == ["inForce"]


async def test_headings_that_are_missing_or_stand_twice_are_told(write):
    with pytest.raises(
        Refused, match="found the headings 标准编号, 状态; expected at least Number, Chinese title"
    ) as caught:
        read_ledger(write([], ("标准编号", "状态")))
    assert caught.value.where == "row 2"
    with pytest.raises(Refused, match="each once"):
        read_ledger(write([], ("标准编号", "标准编号", "标准名称", "标准类别", "状态")))


async def test_what_is_no_workbook_is_refused(tmp_path):
    text, bomb = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    text.write_text("no")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (300 << 20))
    for path in (text, bomb):
        with pytest.raises(Refused, match="no ledger can be read"):
            read_ledger(path)


async def test_a_row_far_down_is_refused_and_not_waited_for(write, tmp_path):
    path, far = write([("WS 9-2020", "甲", "数据", "制订中")]), tmp_path / "far.xlsx"
    with zipfile.ZipFile(path) as read, zipfile.ZipFile(far, "w") as made:
        for name in read.namelist():
            content = read.read(name)
            if "sheet1" in name:
                content = re.sub(rb"<dimension[^>]*>", b"", content)
                content = re.sub(rb'r="([A-Z]?)3"', rb'r="\g<1>2000000000"', content)
            made.writestr(name, content)
    with pytest.raises(Refused) as caught:
        read_ledger(far)
    assert caught.value.kind == "too-large"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("WS/T 788-2021", "WS/T 788—2021"),
        ("ｗｓ／ｔ788 – 2021", "WS/T 788—2021"),
        ("GB 11714－1997", "GB 11714—1997"),
        ("DB31/T 1—2020", "DB31/T 1—2020"),
        ("T/CHIA 001—2021", "T/CHIA 001—2021"),
        ("788", None),
        ("WS/T 788—21", None),
    ],
)
async def test_a_number_is_written_as_it_is_printed(text, number):
    assert number_of(text) == number


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
