"""A standard is reviewed five years after it was published at the latest, earlier where there is a cause."""

from __future__ import annotations

import pytest

from tests.registry.http.client import told
from tests.registry.publication.test_publishing import ready

pytestmark = pytest.mark.anyio


@pytest.fixture
async def project(bureau):
    made = await ready(bureau.house)
    await bureau.house.published(made)
    return made


async def listed(bureau, **query):
    found = await bureau.done("listReviews", query=query)
    return [(each["number"], each["isOverdue"], each["triggers"]) for each in found["reviews"]]


async def test_a_review_is_due_within_five_years(bureau, project):
    assert await listed(bureau) == []
    assert await listed(bureau, within=3_650) == [("WS/T 788-2026", False, 0)]
    bureau.go_on(days=1_800)
    assert await listed(bureau) == [("WS/T 788-2026", False, 0)]
    bureau.go_on(days=60)
    assert await listed(bureau) == [("WS/T 788-2026", True, 0)]


async def test_what_is_not_published_is_not_reviewed(bureau):
    await bureau.house.drafted(name="two")
    assert await listed(bureau, within=3_650) == []
    refused = await bureau.ask("raiseTrigger", {"cause": "fault", "text": "x"}, id="two")
    assert told(refused) == "409 only a published standard can be reviewed"


async def test_anybody_reports_a_fault_and_it_is_a_cause(bureau, project):
    made = await bureau.done("raiseTrigger", {"cause": "fault", "text": "the table of sexes lacks a code"}, id=project)
    assert made["text"] == "缺陷反馈 (reported fault): the table of sexes lacks a code"
    assert await listed(bureau) == [("WS/T 788-2026", False, 1)]


async def test_a_change_of_law_is_told_by_those_who_know(bureau, project):
    law = {"cause": "law", "text": "article 12 was repealed"}
    assert "raising a cause for a review needs one of the roles" in told(
        await bureau.ask("raiseTrigger", law, id=project)
    )
    await bureau.done("raiseTrigger", law, bureau.lawyer, id=project)
    assert await listed(bureau) == [("WS/T 788-2026", False, 1)]


async def test_an_edition_that_has_ended_is_not_reviewed(bureau, project):
    await bureau.house.at_stage(project, "95.20")
    bureau.house.go_on(days=200)
    await bureau.house.filed(project, "abolition-announcement")
    await bureau.house.depended(project)
    await bureau.house.ended(project, "abolish", "L")
    assert await listed(bureau, within=3_650) == []


async def test_the_list_comes_in_pages_with_its_total(bureau, project):
    other = await bureau.house.drafted(has_package=False, name="two")
    await bureau.house.numbered(other, "WS/T 900-2026")
    await bureau.house.prepared(other, warn_from=None, clauses={})
    await bureau.house.published(other)
    page = await bureau.done("listReviews", query={"within": 3_650, "start": 1, "count": 1})
    assert (page["total"], [each["number"] for each in page["reviews"]]) == (2, ["WS/T 900-2026"])
