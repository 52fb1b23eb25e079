from __future__ import annotations

import csv
import io
from dataclasses import replace
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from fhir_kernel.issues import Language
from registry.scores.exports.workbook import csv_text, workbook
from tests.registry.scores.exports.told import BARE, ORDINARY, WITHHELD

FORMULA = '=HYPERLINK("http://evil.example")'
FORMULAS = replace(
    ORDINARY,
    subject=replace(ORDINARY.subject, name=FORMULA),
    rules=tuple(
        replace(
            each,
            rule=replace(each.rule, clause=f"+{place}"),
            examples=tuple(replace(one, value="@SUM(A1)", product=FORMULA) for one in each.examples),
        )
        for place, each in enumerate(ORDINARY.rules)
    ),
)


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Verdict", "Dimensions", "Rules", "Examples"]),
        ("zh", ["评价结论", "评价维度", "规则", "示例"]),
    ],
)
def test_a_workbook_has_four_sheets(language: Language, names: list[str]) -> None:
    book = load_workbook(io.BytesIO(workbook(ORDINARY, language)))
    assert book.sheetnames == names
    rows = [[cell.value for cell in row] for row in book[names[2]].rows]
    assert len(rows) == 2 + len(ORDINARY.rules)
    assert rows[2][8:12] == [12_000, 11_100, 900, 3]
    assert book[names[3]].max_row == 2 + 12


def test_cells_that_begin_like_formulas_are_texts() -> None:
    book = load_workbook(io.BytesIO(workbook(FORMULAS, "en")))
    cells = [cell for sheet in book for row in sheet.rows for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell for cell in cells if cell.value == FORMULA]
    (_, first, *_) = csv.reader(io.StringIO(csv_text(FORMULAS, "en").decode("utf-8-sig")))
    assert "'+0" in first


def test_a_csv_has_a_line_for_each_rule() -> None:
    lines = list(csv.DictReader(io.StringIO(csv_text(ORDINARY, "zh").decode("utf-8-sig"))))
    assert [each["未通过"] for each in lines] == ["900", "380", "10", "1200", "40", "70", "0", "0"]
    assert lines[0]["可提升"] == "4.5900"


def test_a_withheld_score_is_a_dash_in_every_table() -> None:
    book = load_workbook(io.BytesIO(workbook(WITHHELD, "en")))
    verdict = {row[0].value: row[1].value for row in book["Verdict"].rows if len(row) > 1}
    assert (verdict["Score"], verdict["Lower limit"]) == ("–", "–")
    assert {row[1].value for row in list(book["Dimensions"].rows)[2:]} == {"–"}
    lines = csv.DictReader(io.StringIO(csv_text(WITHHELD, "en").decode("utf-8-sig")))
    assert {each["Gain"] for each in lines} == {"–"}


def test_an_account_without_rules_is_a_table_of_columns() -> None:
    assert len(csv_text(BARE, "en").decode().splitlines()) == 1


def test_tables_have_the_same_bytes_each_time() -> None:
    first = workbook(ORDINARY, "zh")
    assert csv_text(ORDINARY, "zh") == csv_text(ORDINARY, "zh")
    assert first == workbook(ORDINARY, "zh")
    with ZipFile(io.BytesIO(first)) as archive:
        assert {each.date_time[0] for each in archive.infolist()} == {1980}
        assert b"dcterms:created" not in archive.read("docProps/core.xml")
