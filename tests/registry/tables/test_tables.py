from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.tables.csv_text import as_csv
from registry.tables.html import as_html
from registry.tables.table import Table
from registry.tables.xlsx import as_xlsx

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", " =1+1", '=HYPERLINK("http://x")', "\t=1"]


def table_of(*texts):
    return Table(
        "意见/汇总", ("序号", "意见"), [(str(number), text) for number, text in enumerate(texts, 1)], (("名称", "甲"),)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text):
    read = list(csv.reader(io.StringIO(as_csv(table_of(text)).decode("utf-8-sig"))))
    assert read[1][1] == f"'{text}"
    cell = openpyxl.load_workbook(io.BytesIO(as_xlsx(table_of(text)))).active.cell(4, 2)
    assert (cell.data_type, cell.value) == ("s", text)


def test_csv_begins_with_the_mark_of_utf_8():
    assert as_csv(table_of("意见")).startswith(b"\xef\xbb\xbf\xe5\xba\x8f")


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_can_be_written_in_every_form(text):
    table = table_of(text)
    assert "<script" not in as_html(table, "zh").lower()
    assert len(list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline="")))) == 2
    assert openpyxl.load_workbook(io.BytesIO(as_xlsx(table))).active.max_row == 4


def test_html_is_shown_and_not_interpreted():
    page = as_html(table_of("<script>alert('x')</script>"), "zh")
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;" in page
    assert '<html lang="zh-CN">' in page
    assert "<p>名称：甲</p>" in page
