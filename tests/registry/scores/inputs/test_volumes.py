"""Expected volumes come as a table, all of it or nothing, and a correction keeps what it corrects."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import date

import openpyxl
import pytest

from registry.api.shapes.common import XLSX
from registry.scores.inputs.reading import all_volumes, volumes
from tests.registry.http.client import told
from tests.registry.scores.inputs.world import LABS, VISITS

pytestmark = pytest.mark.anyio
HEADINGS = "institution,data_set,begin,end,count,source,reason"
OCTOBER = ("2026-10-01", "2026-10-31")
NOVEMBER = ("2026-11-01", "2026-11-30")


def row(institution="h1", data_set=LABS, days=OCTOBER, count="12500", source="settlements", reason=""):
    return ",".join((institution, data_set, *days, count, source, reason))


def csv(*rows: str) -> bytes:
    return "\n".join((HEADINGS, *rows)).encode()


async def entered(inputs, content, by="evaluator", media_type="text/csv", **more):
    return await inputs.ask("enterExpectedVolumes", None, by, content=content, media_type=media_type, **more)


async def listed(inputs, institution="h1"):
    return (await inputs.done("listExpectedVolumes", by="evaluator", query={"institution": institution}))["volumes"]


async def test_a_table_is_entered_and_is_what_scores_expect(inputs):
    content = csv(row(), row(data_set=VISITS, count="300"), row("h2"))
    taken = (await entered(inputs, content)).json()
    assert (taken["isWritten"], taken["counts"]["new"]) == (True, 3)
    assert await inputs.store.kept(taken["file"]) == content
    (labs, visits) = await volumes(inputs.store, "h1")
    assert (labs.data_set, labs.period.name, labs.count) == (LABS, "2026-10-01/2026-10-31", 12500)
    assert (visits.data_set, visits.count, visits.source) == (VISITS, 300, "settlements")
    assert {name: len(row) for name, row in (await all_volumes(inputs.store)).items()} == {"h1": 2, "h2": 1}
    (kept, _) = await listed(inputs)
    assert (kept["decided"]["by"], kept["file"]) == (inputs.id("evaluator"), taken["file"])


async def test_a_workbook_with_chinese_headings_and_real_dates_says_the_same(inputs):
    book, kept = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["机构", "数据集", "开始日期", "结束日期", "应报数量", "来源"])
    book.active.append(["h1", LABS, date(2026, 10, 1), date(2026, 10, 31), 12500, "医保结算"])
    book.save(kept)
    assert (await entered(inputs, kept.getvalue(), media_type=XLSX)).json()["counts"]["new"] == 1
    (found,) = await volumes(inputs.store, "h1")
    assert (found.period.name, found.count, found.source) == ("2026-10-01/2026-10-31", 12500, "医保结算")


async def test_json_says_the_same(inputs):
    said = {"institution": "h1", "dataSet": LABS, "begin": OCTOBER[0], "end": OCTOBER[1], "count": 9, "source": "x"}
    made = await inputs.ask("enterExpectedVolumes", None, "root", content=_json(said), media_type="application/json")
    assert made.json()["rows"][0]["line"] == 1
    wrong = await entered(inputs, _json({**said, "counts": 1, "count": "9"}), media_type="application/json")
    assert "volumes[0].counts" in told(wrong)
    assert "volumes[0].count: found 9; expected a whole number" in told(wrong)
    none = await entered(inputs, _json({**said, "count": 0}), media_type="application/json")
    assert "row 1: count: found '0'; expected a whole number from 1" in told(none)


def _json(*rows) -> bytes:
    return json.dumps({"volumes": rows}).encode()


async def test_every_faulty_row_is_told_and_nothing_is_written(inputs):
    content = csv(
        row(),
        row("h9", count="0"),
        row(data_set="http://example.org/x", days=("1 October", "2026-10-31")),
        row("h2", days=("2026-10-31", "2026-10-01"), source=""),
        row("v"),
    )
    said = told(await entered(inputs, content))
    for expected in (
        "row 3: count: found '0'; expected a whole number from 1 to 1000000000; that a set does not apply is for a "
        "declaration to say",
        "row 3: institution: found 'h9'; expected the id of an institution of the register",
        "row 4: begin: found '1 October'; expected a day such as 2021-10-27",
        "row 4: data_set: found 'http://example.org/x'; expected the url of a profile of a published standard",
        "row 5: end: found '2026-10-01'; expected a day from 2026-10-31 on",
        "row 5: source: found '-'; expected a value",
        "row 6: institution: found 'v'; expected the id of an institution",
    ):
        assert expected in said
    assert "row 2" not in said
    assert await volumes(inputs.store, "h1") == []
    chinese = told(await entered(inputs, content, language="zh"))
    assert "第 3 行：应报数量：“0”；应为1 至 1000000000 的整数；不适用的数据集应提交声明" in chinese


async def test_days_of_one_set_are_spoken_of_once(inputs):
    await entered(inputs, csv(row()))
    overlapping = csv(row(days=("2026-10-15", "2026-11-15"), reason="x"), row(data_set=VISITS), row(data_set=VISITS))
    said = told(await entered(inputs, overlapping))
    assert (
        "row 2: begin: found '2026-10-15'; expected those days, 2026-10-01/2026-10-31, as they are, or others" in said
    )
    assert "row 4: begin: found '2026-10-01'; expected days without those of row 3, 2026-10-01/2026-10-31" in said
    assert (await entered(inputs, csv(row(days=NOVEMBER)))).is_success


async def test_a_correction_needs_a_reason_and_keeps_what_it_corrects(inputs):
    await entered(inputs, csv(row()))
    assert (await entered(inputs, csv(row()))).json()["counts"]["same"] == 1
    unexplained = told(await entered(inputs, csv(row(count="11000"))))
    assert "reason: found '-'; expected why it takes the place of 12500 from settlements" in unexplained
    corrected = await entered(inputs, csv(row(count="11000")), "business", query={"reason": "double settlements"})
    assert corrected.json()["counts"]["changed"] == 1
    assert [each.count for each in await volumes(inputs.store, "h1")] == [11000]
    old, new = await listed(inputs)
    assert (new["count"], new["before"], new["decided"]["reason"]) == (11000, old["id"], "double settlements")
    assert (old["count"], old["ended"]["by"]) == (12500, inputs.id("business"))


async def test_a_dry_run_tells_what_would_become_of_each_row(inputs):
    tried = (await entered(inputs, csv(row(), row("h9")), query={"dryRun": True})).json()
    assert [each["what"] for each in tried["rows"]] == ["new", "refused"]
    assert not tried["isWritten"]
    assert await volumes(inputs.store, "h1") == []


async def test_a_volume_is_withdrawn_and_stays_on_record(inputs):
    await entered(inputs, csv(row()))
    (kept,) = await listed(inputs)
    body = {"institution": "h1", "id": kept["id"], "reason": "counted by the wrong office"}
    await inputs.done("withdrawExpectedVolume", body, "evaluator")
    assert await volumes(inputs.store, "h1") == []
    assert (await listed(inputs))[0]["ended"]["reason"] == "counted by the wrong office"
    assert told(await inputs.ask("withdrawExpectedVolume", body, "evaluator")).startswith("409")
    assert (await entered(inputs, csv(row(days=("2026-10-01", "2026-12-31"))))).is_success


async def test_who_has_the_role_for_a_jurisdiction_enters_for_its_institutions_only(inputs):
    assert (await entered(inputs, csv(row()), "local")).is_success
    said = told(await entered(inputs, csv(row("h3")), "local"))
    assert (
        "row 2: institution: found 'h3'; expected an institution of a jurisdiction for which you have the role" in said
    )
    assert (await entered(inputs, csv(row()), "visitor")).status_code == 403
    own = await inputs.member("h1", "evaluator")
    assert "expected an institution of a jurisdiction" in told(await entered(inputs, csv(row()), own))
    member = await inputs.member("h1")
    assert (await entered(inputs, csv(row()), member)).status_code == 403
    seen = await inputs.done("listExpectedVolumes", by=member, query={"institution": "h1"})
    assert len(seen["volumes"]) == 1
    assert (await inputs.ask("listExpectedVolumes", by=member, query={"institution": "h2"})).status_code == 403
    assert (await inputs.ask("listExpectedVolumes", by=member)).status_code == 403


async def test_volumes_come_in_pages(inputs):
    await entered(inputs, csv(row(), row("h2"), row("h3")))
    first = await inputs.done("listExpectedVolumes", by="authority", query={"count": 2})
    rest = await inputs.done("listExpectedVolumes", by="authority", query={"count": 2, "after": first["next"]})
    assert [each["institution"] for each in (*first["volumes"], *rest["volumes"])] == ["h1", "h2", "h3"]
    assert "next" not in rest


async def test_what_is_no_such_table_is_refused(inputs):
    assert "found the headings" in told(await entered(inputs, b"a,b\n1,2\n"))
    assert "no table can be read" in told(await entered(inputs, b"PK no workbook", media_type=XLSX))
    assert "the body cannot be read" in told(await entered(inputs, b"{", media_type="application/json"))
    mixed = csv(row(source="结算")) + b"\n" + row("h2", source="结算").encode("gb18030")
    assert "no table can be read" in told(await entered(inputs, mixed))


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
async def test_two_tables_at_once_never_speak_of_a_day_twice(inputs):
    await inputs.somebody("evaluator")
    answers = await asyncio.gather(*(entered(inputs, csv(row(count=str(each)))) for each in range(100, 104)))
    assert sorted(each.status_code for each in answers) == [200, 422, 422, 422]
    assert len(await volumes(inputs.store, "h1")) == 1
