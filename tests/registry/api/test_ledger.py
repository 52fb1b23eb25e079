"""The ledger of standards and the annual plan, out and in over HTTP."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

from registry.ledger.row import ledger_table
from registry.tables.xlsx import as_xlsx
from tests.registry.http.client import told
from tests.registry.ledger.world import LOCAL, NEW, OLD

pytestmark = pytest.mark.anyio
PLAN = {"year": 2026, "title": {"zh": "2026年计划", "en": "Plan 2026"}}
SHANGHAI = {"kind": "jurisdiction", "code": "310000"}


def workbook(*rows) -> bytes:
    return as_xlsx(ledger_table(rows))


def sheet(content: bytes) -> list[list[str]]:
    """The rows below the title."""
    return [list(each) for each in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)][1:]


def written(rows) -> bytes:
    book, kept = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(kept)
    return kept.getvalue()


async def brought(registry, content, by="n", **query):
    return await registry.ask("importLedger", None, by, content=content, query=query)


async def planned(registry, content, plan, by="m", **query):
    return await registry.ask("importPlanTable", None, by, content=content, query=query, id=plan)


async def test_a_ledger_is_tried_and_then_brought_in_and_stands_in_the_catalogue(registry):
    content = workbook(OLD, NEW)
    tried = (await brought(registry, content)).json()
    assert (tried["isWritten"], tried["counts"]["new"], tried["rows"][0]["line"]) == (False, 2, 3)
    assert (await registry.done("searchStandards"))["total"] == 0
    done = (await brought(registry, content, dryRun=False)).json()
    assert (done["isWritten"], done["counts"]["new"]) == (True, 2)
    (entry,) = (await registry.done("searchStandards"))["standards"]
    assert (entry["standard"]["number"], entry["status"], entry["stage"]) == ("WS/T 788", "in-force", "60.60")
    shown = await registry.done("readStandard", id=entry["standard"]["id"])
    source = shown["editions"][0]["imported"]
    assert (source["file"], source["by"], source["line"]) == (done["file"], registry.by["n"].id, 4)
    assert await registry.store.kept(done["file"]) == content
    project = await registry.done("readProject", None, "m", id=entry["edition"]["project"])
    assert project["standing"]["state"] == "60.60"


async def test_what_was_brought_in_is_given_out_and_the_same_when_it_comes_back(registry):
    await brought(registry, workbook(OLD, NEW), dryRun=False)
    given = await registry.done("readLedger", language="zh")
    assert [row[0] for row in sheet(given)] == ["标准编号", "WS/T 788-2021", "WS/T 788-2011"]
    assert [row[6] for row in sheet(given)] == ["状态", "现行", "被代替"]
    again = (await brought(registry, given, dryRun=False)).json()
    assert again["counts"]["same"] == 2
    assert "使用管理规范" in (await registry.done("readLedger", query={"format": "csv"})).decode()


async def test_a_project_that_is_being_made_stands_in_the_ledger_and_is_left_out_when_it_comes_back(registry):
    await registry.proposed()
    given = await registry.done("readLedger", language="zh")
    assert sheet(given)[1][:7] == [
        None,
        "患者基本信息数据集",
        "Basic data set of patients",
        "WS/T",
        "数据",
        None,
        "制订中",
    ]
    again = (await brought(registry, given)).json()
    assert again["counts"]["left-out"] == 1


async def test_a_row_at_fault_keeps_all_out_and_is_told(registry):
    answer = await brought(registry, workbook(OLD, NEW, replace(LOCAL, status="abolished")), by="n", dryRun=False)
    assert told(answer).startswith("422 rows: row 5: Status: found '废止'; expected in force")
    assert (await registry.done("searchStandards"))["total"] == 0


async def test_only_a_publication_officer_brings_a_ledger_in_and_for_their_jurisdiction(registry):
    assert told(await brought(registry, workbook(NEW, OLD), by="m")).startswith(
        "403 taking a ledger over needs the role"
    )
    assert (await brought(registry, workbook(NEW, OLD), by="")).status_code == 401
    shanghai = registry.by["x"] = await registry.office.hired(registry.by["root"], "x.clerk", ("N", SHANGHAI))
    assert shanghai
    assert (await brought(registry, workbook(LOCAL), by="x")).json()["counts"]["new"] == 1
    assert (await brought(registry, workbook(LOCAL, NEW, OLD), by="x")).status_code == 403


async def test_what_is_no_workbook_is_refused(registry):
    assert told(await brought(registry, b"no")).startswith("422 no table can be read")


async def test_importing_is_no_action_of_a_project(registry):
    await registry.proposed()
    assert (await registry.tries("n", "import")).status_code in (409, 422)


async def test_a_plan_gives_out_what_it_could_take_in_and_takes_in_what_got_a_number(registry):
    await registry.to_application()
    plan = (await registry.done("makePlan", PLAN, "m"))["id"]
    assert len(sheet(await registry.done("readPlanTable", id=plan))) == 1
    table = sheet(await registry.done("readPlanTable", None, "m", id=plan, query={"candidates": True}, language="zh"))
    assert table[1][1:] == [
        *("患者基本信息数据集", "Basic data set of patients", "制定", "WS/T", "数据", None, None, registry.project)
    ]
    left = (await planned(registry, written(table), plan)).json()
    assert left["counts"]["left-out"] == 1
    table[1][0], table[1][6], table[1][7] = "2026-001", "第一医院", "2026-12-31"
    assert (await planned(registry, written(table), plan)).json()["counts"]["new"] == 1
    assert (await planned(registry, written(table), plan, dryRun=False)).json()["isWritten"]
    project = (await registry.shown())["project"]
    assert (project["plan"], project["planNumber"], project["leadUnit"]) == (plan, "2026-001", "第一医院")
    assert project["deadline"].startswith("2026-12-31T15:59:59")
    given = await registry.done("readPlanTable", id=plan, language="zh")
    assert sheet(given) == table
    assert (await planned(registry, given, plan)).json()["counts"]["same"] == 1
    changes = await registry.done("listProjectChanges", None, "m", id=registry.project)
    assert changes


async def test_a_row_of_a_plan_finds_its_project_by_title_and_tells_what_is_wrong(registry):
    await registry.to_application()
    plan = (await registry.done("makePlan", PLAN, "m"))["id"]
    headings = ["Plan number", "Chinese title", "Kind", "Deadline", "Class"]
    good = ["2026-001", "患者基本信息数据集", "WS/T", "2026-12-31", "data"]
    faulty = [
        ["2026-002", "没有的项目", "", "", ""],
        ["2026-003", "患者基本信息数据集", "GB", "soon", "management"],
    ]
    answer = await planned(registry, written([headings, good, *faulty]), plan, dryRun=False)
    assert [each["sentence"] for each in answer.json()["errors"]] == [
        "row 3: Chinese title: found '没有的项目'; expected the title of a project in 10.00, 10.20 that is in no plan",
        "row 4: Deadline: found 'soon'; expected a day such as 2021-10-27",
        "row 4: Kind: found 'GB'; expected 'WS/T', as it is here",
        "row 4: Class: found '管理'; expected 'data', as it is here",
        f"row 4: Project: found '{registry.project}'; expected it once, and it stands in row 2",
    ]
    assert (await registry.shown())["project"]["plan"] == ""
    assert (await planned(registry, written([headings, good]), plan, dryRun=False)).json()["counts"]["new"] == 1


async def test_a_plan_is_made_by_the_business_department_until_it_is_decreed(registry):
    await registry.to_application()
    plan = (await registry.done("makePlan", PLAN, "m"))["id"]
    content = written([["Plan number", "Chinese title"], ["1", "患者基本信息数据集"]])
    assert (await planned(registry, content, plan, by="s")).status_code == 403
    await registry.done("changePlan", {"decree": "1号", "decreed": "2026-03-02"}, "m", id=plan)
    assert told(await planned(registry, content, plan)) == "409 the plan was decreed by 1号"


async def test_a_plan_number_that_is_taken_is_refused_with_the_name_of_who_has_it(registry):
    await registry.to_plan()
    await registry.to_application(title={"zh": "另一项目", "en": "Another"})
    plan = (await registry.done("makePlan", PLAN, "m"))["id"]
    content = written([["Plan number", "Chinese title"], ["2026-001", "另一项目"]])
    assert told(await planned(registry, content, plan, dryRun=False)) == (
        "422 rows: row 2: Plan number: found '2026-001'; expected a number that is free; "
        "it is that of 'Basic data set of patients'"
    )
